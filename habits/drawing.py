"""Rows as HTML, each drawn once for as long as it says the same.

The template says what its Row says and nothing else, so that the same Row is the same HTML wherever it is shown: on the
page, in the answer to a press and on the socket. Two things change while the habit does not, the number of the user's
latest change and the token of the page's forms; places are kept for them.
"""

from __future__ import annotations

import secrets
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from habits.rows import Row

_TEMPLATE = "habits/_row.html"
_VERSION = secrets.token_hex(16)
_TOKEN = secrets.token_hex(16)
_TOKEN_FIELD = f'<input type="hidden" name="csrfmiddlewaretoken" value="{_TOKEN}">'


def row_html(row: Row, token: str = "") -> SafeString:
    """The row. Its forms carry ``token`` (CSRF) where there is one, and else rely on the header that pages send."""
    html = _drawn(row, get_language()).replace(_VERSION, str(row.version))
    html = html.replace(_TOKEN, token) if token else html.replace(_TOKEN_FIELD, "")
    return mark_safe(html)  # noqa: S308 - a template's


@lru_cache(maxsize=1000)
def _drawn(row: Row, language: str | None) -> str:  # noqa: ARG001 - the words are those of the language in force
    return render_to_string(_TEMPLATE, {"row": row, "version": _VERSION, "csrf_token": _TOKEN})
