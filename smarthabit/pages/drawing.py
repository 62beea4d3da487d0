"""Drawing the fragments a live frame carries, as the user they are for would see them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import translation

from smarthabit.accounts.selectors import active_user
from smarthabit.kernel import fragments

log = logging.getLogger(__name__)

Drawn = tuple[dict[str, Any], list[str]]


def draw(user_id: int, languages: Iterable[str], keys: Sequence[str]) -> dict[str, Drawn]:
    """By language: the fragments of ``keys``, and the keys each tab has to fetch for itself.

    The user is looked up again, because much may have changed since they connected; one who is gone gets nothing. A
    fragment that cannot be drawn is fetched: the page then shows the error where it belongs.
    """
    user = active_user(user_id)
    if user is None:
        return {}
    return {language: _draw(user, language, keys) for language in languages}


def _draw(user: Any, language: str, keys: Sequence[str]) -> Drawn:
    with translation.override(language):
        try:
            drawn, fetched = fragments.render(user, keys)
        except Exception:
            log.exception("live fragment not drawn", extra={"keys": list(keys)})
            return {}, list(dict.fromkeys(keys))
    return {key: {"version": version, "html": html} for key, (version, html) in drawn.items()}, fetched
