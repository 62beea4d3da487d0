"""Habits as live fragments: the row of today, drawn like on the page."""

from collections.abc import Mapping, Sequence

from habits.drawing import row_html
from habits.rows import rows_of
from habits.selectors import habit_views
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.ids import ids_of


def render_rows(user: User, ids: Sequence[str]) -> Mapping[str, tuple[int, str]]:
    """The rows of these habits for the user's today by live key, with their versions; others' are left out."""
    views = habit_views(user, clock.now(), ids=ids_of(ids))
    version = views[0].version if views else 0
    return {f"habit:{row.habit_id}": (version, row_html(row)) for row in rows_of(user, views)}
