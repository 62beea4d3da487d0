"""Where suggestions are shown, and what each place needs to know: one context, shared by pages, pieces and answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.suggestions.cards import Card, card_of
from analytics.suggestions.selectors import answered_suggestions, open_suggestions
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.lists import page_number

LISTED = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a page: its name, its template, the page it stands on, and what it shows."""

    name: str
    template: str
    page: str
    context: Callable[[SignedInRequest, datetime], dict[str, Any]]


def suggestion_of_the_day(user: User, now: datetime) -> Card | None:
    """The most urgent open suggestion."""
    found = open_suggestions(user)[:1]
    return card_of(found[0], today_of(user, now)) if found else None


def open_cards(user: User, now: datetime) -> list[Card]:
    """All open suggestions, the most urgent first."""
    return [card_of(row, today_of(user, now)) for row in open_suggestions(user)]


def place_context(request: SignedInRequest, place: Place) -> dict[str, Any]:
    """What a place shows as of now."""
    seq = seq_of(request.user)
    return {"place": place, "live_seq": seq, **place.context(request, clock.now())}


def _today(request: SignedInRequest, now: datetime) -> dict[str, Any]:
    return {"suggestion": suggestion_of_the_day(request.user, now)}


def _insights(request: SignedInRequest, now: datetime) -> dict[str, Any]:
    return {"suggestions": open_cards(request.user, now)}


def _history(request: SignedInRequest, now: datetime) -> dict[str, Any]:
    page = page_number(request)
    first = (page - 1) * LISTED
    rows = list(answered_suggestions(request.user)[first : first + LISTED + 1])
    cards = [card_of(row, today_of(request.user, now)) for row in rows[:LISTED]]
    return {"answered": cards, "page": page, "more": len(rows) > LISTED}


PLACES = {
    "today": Place("today", "analytics/_suggestion_today.html", "today", _today),
    "insights": Place("insights", "analytics/_suggestions.html", "analytics:insights", _insights),
    "history": Place("history", "analytics/_suggestion_history.html", "analytics:suggestions", _history),
}
