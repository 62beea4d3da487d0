"""Templates may be laid out one element a line without their layout being sent to anybody.

A line break with the spaces around it is nothing where it stands beside a tag or a template tag, and one space
everywhere else - the rule that JSX made familiar. A space that counts stands on the line (``{{ count }} days``), or as
``{{ " " }}`` where the line ends or begins with it. ``blocktranslate``, which a translator reads, and ``verbatim`` are
left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.template import Origin, Template, TemplateDoesNotExist
from django.template.base import DebugLexer, Lexer, Parser, Token, TokenType
from django.template.loaders import base, cached, filesystem

_BREAK = re.compile(r"\s*\n\s*")
_TAG = re.compile(r"""<(?=[a-zA-Z/!])|>|["']""")
_LEFT_ALONE = {"blocktranslate", "blocktrans", "verbatim", "comment"}


class LaidOutTemplate(Template):
    """A template whose line breaks are layout. Line numbers in errors are those of the file."""

    def compile_nodelist(self) -> Any:
        """As Django does it, with the breaks taken out between reading and parsing."""
        lexer = (DebugLexer if self.engine.debug else Lexer)(self.source)
        tokens = list(joined(lexer.tokenize()))
        parser = Parser(tokens, self.engine.template_libraries, self.engine.template_builtins, self.origin)
        try:
            return parser.parse()
        except Exception as error:
            if self.engine.debug:
                error.template_debug = self.get_exception_info(error, error.token)  # type: ignore[attr-defined]
            raise


class _Laying(base.Loader):
    """Makes templates of what the loaders of `LaidOutLoader` find."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The first template of that name that is not in `skip`. Raises TemplateDoesNotExist."""
        tried = []
        for origin in self.get_template_sources(template_name):
            if skip is not None and origin in skip:
                tried.append((origin, "Skipped to avoid recursion"))
                continue
            try:
                contents = origin.loader.get_contents(origin)  # type: ignore[union-attr]
            except TemplateDoesNotExist:
                tried.append((origin, "Source does not exist"))
                continue
            ours = type(origin.loader) is filesystem.Loader and template_name.endswith(".html")
            return (LaidOutTemplate if ours else Template)(contents, origin, template_name, self.engine)
        raise TemplateDoesNotExist(template_name, tried=tried)


class LaidOutLoader(cached.Loader, _Laying):
    """Lays out the project's own pages; plain mails and packages' templates keep Django's meaning of a break."""


def joined(tokens: list[Token]) -> Iterator[Token]:
    """The same tokens, their text without the line breaks that are layout."""
    inside = _Inside()
    closing = ""
    for token in tokens:
        if closing:
            closing = "" if _is(token, closing) else closing
        elif token.token_type == TokenType.BLOCK and token.contents.split()[0] in _LEFT_ALONE:
            closing = f"end{token.contents.split()[0]}"
        elif token.token_type == TokenType.TEXT:
            token.contents = inside.read(token.contents)
        yield token


def _is(token: Token, name: str) -> bool:
    return token.token_type == TokenType.BLOCK and token.contents.split()[0] == name


class _Inside:
    """Whether the text read so far ends inside an HTML tag, and inside which quotes of it."""

    def __init__(self) -> None:
        self._tag = False
        self._quote = ""

    def read(self, text: str) -> str:
        """`text` without its layout; it stands between two template tags, or an end of the file."""
        parts, at = [], 0
        for found in _BREAK.finditer(text):
            parts.append(text[at : found.start()])
            self._follow(parts[-1])
            parts.append(self._between(text, found))
            at = found.end()
        self._follow(text[at:])
        return "".join([*parts, text[at:]])

    def _between(self, text: str, found: re.Match[str]) -> str:
        if self._tag:
            return " "
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        return "" if before in {"", ">"} or after in {"", "<"} else " "

    def _follow(self, text: str) -> None:
        for found in _TAG.finditer(text):
            sign = found.group()
            if not self._tag:
                self._tag = sign == "<"
            elif self._quote:
                self._quote = "" if sign == self._quote else self._quote
            elif sign == ">":
                self._tag = False
            elif sign != "<":
                self._quote = sign
