"""Goals as live fragments: how far each has come, drawn like on the pages."""

from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string

from goals.cards import TEMPLATE, card_of
from goals.selectors import goal_views
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.ids import ids_of


def render_goals(user: User, ids: Sequence[str]) -> Mapping[str, tuple[int, str]]:
    """These goals by live key, with their versions; others' are left out."""
    views = goal_views(user, clock.now(), ids=ids_of(ids))
    return {
        f"goal:{view.goal.pk}": (view.version, render_to_string(TEMPLATE, {"card": card_of(view)})) for view in views
    }
