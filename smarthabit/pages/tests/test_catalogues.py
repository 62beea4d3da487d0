"""The catalogues: complete where that is promised, and never with a hole where a number belongs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from smarthabit.testing.catalogues import said

FOLDER = Path(settings.BASE_DIR) / "locale"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def _messages(language: str) -> list[Any]:
    with (FOLDER / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def test_german_says_all_that_there_is_to_say() -> None:
    known = {(message.context, message.id) for message in _messages("de")}
    said_here = {(message.context, message.id) for message in said() if message.id}
    assert said_here - known == set(), "run: python -m smarthabit.testing.catalogues"
    assert [message.id for message in _messages("de") if message.fuzzy or not all(_forms(message.string))] == []


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_a_translation_fills_in_only_what_it_is_given(language: str) -> None:
    wrong = []
    for message in _messages(language):
        given = {name for form in _forms(message.id) for name in _PLACEHOLDER.findall(form)}
        wrong += [form for form in _forms(message.string) if not given >= set(_PLACEHOLDER.findall(form))]
    assert wrong == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_sentence_without_a_plural_says_all_that_it_is_given(language: str) -> None:
    wrong = [
        message.id
        for message in _messages(language)
        if isinstance(message.id, str)
        and message.string
        and set(_PLACEHOLDER.findall(message.id)) != set(_PLACEHOLDER.findall(message.string))
    ]
    assert wrong == []
