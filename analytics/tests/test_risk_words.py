"""Reasons in words: each says what moves the risk, in the direction in which it does."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from django.utils import translation

from analytics.domain.risk_reasons import Code, Reason
from analytics.risk.words import reason_words


@pytest.mark.parametrize(
    ("code", "effect", "params", "said"),
    [
        (Code.RECENT, 1, {"misses": 1, "of": 5}, "1 miss in the last 5 times."),
        (Code.RECENT, 1, {"misses": 3, "of": 5}, "3 misses in the last 5 times."),
        (Code.RECENT, -1, {"misses": 0, "of": 1}, "Kept the last time."),
        (Code.STREAK, -1, {"days": 7}, "Kept 7 times in a row."),
        (Code.SHORT, 1, {"days": 1}, "Kept only once since the last miss."),
        (Code.SHORT, 1, {"days": 2}, "Kept only 2 times since the last miss."),
        (Code.LAPSE, 1, {"days": 1}, "Missed the last time."),
        (Code.LAPSE, 1, {"days": 4}, "Missed 4 times in a row."),
        (Code.WEEKDAY, 1, {"weekday": 4, "misses": 7, "of": 10}, "Friday is hard: missed 7 of the last 10."),
        (Code.WEEKDAY, -1, {"weekday": 0, "misses": 1, "of": 10}, "Monday goes well: kept 9 of the last 10."),
        (Code.AFTER_MISS, 1, {"percent": 80}, "After a miss you miss again in 80% of cases."),
        (Code.AFTER_MISS, -1, {"percent": 20}, "After a miss you come back in 80% of cases."),
        (Code.AFTER_DONE, 1, {"percent": 60}, "After a day that was kept you miss the next in 60% of cases."),
        (Code.AFTER_DONE, -1, {"percent": 5}, "After a day that was kept you keep the next in 95% of cases."),
        (Code.OTHERS, 1, {}, "Your other habits have gone less well than usual in the last days."),
        (Code.OTHERS, -1, {}, "Your other habits have gone well in the last days."),
        (Code.SILENCE, 1, {"days": 3}, "Nothing was entered for 3 days."),
        (Code.LATE, 2, {"hour": 19}, "It is past your usual time (around 7 p.m.)."),
        (Code.NEW, 1, {"units": 0}, "This habit is new."),
        (Code.NEW, 1, {"units": 1}, "It was asked for on one day so far."),
        (Code.NEW, 1, {"units": 5}, "It was asked for on 5 days so far."),
    ],
)
def test_a_reason_reads_well(code: Code, effect: float, params: dict[str, int], said: str) -> None:
    with translation.override("en"):
        assert reason_words(Reason(code, MappingProxyType(params), effect)) == said


def test_a_limit_is_held_and_not_kept() -> None:
    reason = Reason(Code.RECENT, MappingProxyType({"misses": 0, "of": 5}), -1)
    with translation.override("en"):
        assert reason_words(reason, limit=True) == "The limit held the last 5 times."
