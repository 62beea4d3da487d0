"""Strict JSON: nothing in a body that the databases or another JSON reader would stumble over."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 20


class StrictJSONParser(JSONParser):
    """JSON in UTF-8 without NaN, Infinity, numbers beyond a double, NUL characters, lone surrogates or deep nesting."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - REST framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - REST framework's signature
    ) -> Any:
        """The body as plain Python values; raises ParseError (400) for anything that is not strict JSON."""
        try:
            text = stream.read().decode("utf-8")
            data = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply."), code="too_deep") from error
        except ValueError as error:
            raise ParseError(_("The body is not valid JSON."), code="malformed_json") from error
        check_text(data)
        return data


def check_text(data: Any) -> None:
    """Raise ParseError when ``data`` nests deeper than MAX_DEPTH or holds text that cannot be stored."""
    level, depth = [data], 0
    while level:
        if depth > MAX_DEPTH:
            raise ParseError(_("The JSON is nested too deeply."), code="too_deep")
        inner: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _check_characters(item)
            elif isinstance(item, dict):
                inner += item.keys()
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        level, depth = inner, depth + 1


def _check_characters(text: str) -> None:
    if "\x00" in text:
        raise ParseError(_("NUL characters are not taken."), code="nul_character")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError(_("The text holds half of a character."), code="lone_surrogate")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is beyond a double")
    return number
