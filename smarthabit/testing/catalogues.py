"""Brings the catalogues up to date with what the product says, without gettext's own programs.

    .venv/bin/python -m smarthabit.testing.catalogues            those there are
    .venv/bin/python -m smarthabit.testing.catalogues fr         this one, which may be new

Strings that are new are added without a translation, those that nobody says any more go. Nothing is guessed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CODE = ("smarthabit", "habits", "goals", "analytics", "nudges")
LEFT_OUT = {"tests", "testing", "migrations"}

_ONE, _PLURAL, _CONTEXT, _BOTH = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
_KEYWORDS: Any = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), _ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), _PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), _CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), _BOTH),
}


def said() -> Catalog:
    """Every string that the code and the templates mark for translation, with where it stands."""
    catalog = Catalog(charset="utf-8")
    for path, source in _sources():
        found = extract("python", io.BytesIO(source.encode()), keywords=_KEYWORDS, comment_tags=("Translators:",))
        for _line, message, comments, context in found:
            if message and message != ("",):
                catalog.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return catalog


def stored(language: str) -> Catalog:
    """The catalogue of a language as it stands in its file; an empty one for a language that has none."""
    if not _file(language).exists():
        return Catalog(locale=language, project="SmartHabit", version="", charset="utf-8", fuzzy=False)
    with _file(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> tuple[int, int]:
    """Write the language's file anew; how many strings it has, and how many of them are not translated."""
    catalog = stored(language)
    catalog.update(said(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    _file(language).parent.mkdir(parents=True, exist_ok=True)
    with _file(language).open("wb") as file:
        write_po(file, catalog, width=120, omit_header=False, include_lineno=False, sort_output=True)
    entries = [one for one in catalog if one.id]
    return len(entries), sum(not all(_forms(one.string)) for one in entries)


def _forms(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def _file(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[str, str]]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if LEFT_OUT.isdisjoint(path.relative_to(ROOT).parts):
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield str(path.relative_to(ROOT)), "\n".join(line.strip() for line in code.splitlines())


if __name__ == "__main__":
    for each in sys.argv[1:] or sorted(path.name for path in (ROOT / "locale").iterdir()):
        total, missing = update(each)
        print(f"{each}: {total} strings, {missing} without a translation")
