"""Eligibility against a brute-force restatement, at random moments around clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from nudges.domain.eligibility import Limits, local_minute, refusal
from nudges.domain.moment import Moment
from nudges.domain.slots import slot_of
from nudges.tests.domain.samples import NOON, moment

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "America/Santiago"]
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2026, 9, 6, 4, tzinfo=UTC),
]


def restated(m: Moment, limits: Limits) -> str | None:
    """The same rules, written as a list of all that hold, quiet hours by counting minutes round the clock."""
    wall = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=m.at)
    wall = wall.astimezone(ZoneInfo(m.zone))
    now, (start, end) = wall.hour * 60 + wall.minute, m.quiet
    quiet = (now - start) % 1440 < (end - start) % 1440
    since = None if m.last_sent is None else m.at - m.last_sent
    rules = [
        ("kill_switch", m.kill_switch),
        ("off", not m.channel_on),
        ("paused", m.paused),
        ("closed", m.state in ("done", "skipped")),
        ("quiet", quiet),
        ("daily_budget", m.sent_today_user >= limits.daily_user or m.sent_today_habit >= limits.daily_habit),
        ("weekly_budget", m.sent_week_user >= limits.weekly_user),
        ("cool_down", since is not None and since < (21600 if m.ignored_run >= 3 else 10800)),
    ]
    return next((code for code, holds in rules if holds), None)


def random_moment(g: np.random.Generator) -> Moment:
    near = CHANGES[g.integers(len(CHANGES))] + timedelta(seconds=int(g.integers(-2 * 86400, 2 * 86400)))
    at = int(near.timestamp())
    rest = int(g.choice([0, 10799, 10800, 21599, 21600, 40000]))
    return moment(
        at=at,
        zone=str(g.choice(ZONES)),
        quiet=(int(g.integers(0, 1440)), int(g.integers(0, 1440))),
        kill_switch=bool(g.random() < 0.05),
        channel_on=bool(g.random() < 0.95),
        paused=bool(g.random() < 0.05),
        state=str(g.choice(["open", "open", "open", "done", "skipped"])),
        sent_today_user=int(g.integers(0, 3)),
        sent_today_habit=int(g.random() < 0.2),
        sent_week_user=int(g.integers(0, 9)),
        last_sent=None if g.random() < 0.5 else at - rest,
        ignored_run=int(g.integers(0, 5)),
    )


def test_the_first_rule_that_holds_gives_the_reason() -> None:
    g = np.random.default_rng(1)
    codes = set()
    for _ in range(3000):
        m = random_moment(g)
        code = refusal(m, Limits())
        assert code == restated(m, Limits()), m
        codes.add(code)
    assert len(codes) == 9


def test_limits_are_parameters() -> None:
    m = moment(sent_today_user=2, sent_today_habit=1, sent_week_user=7, last_sent=NOON - 60, ignored_run=3)
    loose = Limits(daily_user=3, daily_habit=2, weekly_user=8, rest=30, ignored_before_doubling=4)
    assert refusal(m, loose) is None


@pytest.mark.parametrize(("minute", "quiet"), [(1319, None), (1320, "quiet"), (419, "quiet"), (420, None)])
def test_quiet_hours_include_their_start_and_not_their_end(minute: int, quiet: str | None) -> None:
    midnight = int(datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
    assert refusal(moment(at=midnight + 60 * minute), Limits()) == quiet


def test_equal_start_and_end_mean_no_quiet_hours() -> None:
    assert refusal(moment(quiet=(720, 720)), Limits()) is None


def test_the_hour_that_comes_twice_is_quiet_both_times() -> None:
    second_pass = int(datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
    minutes = {local_minute(at, "Europe/Berlin") for at in (second_pass, second_pass - 3600)}
    assert minutes == {150}
    assert refusal(moment(at=second_pass - 3600, quiet=(150, 151)), Limits()) == "quiet"
    assert refusal(moment(at=second_pass, quiet=(150, 151)), Limits()) == "quiet"


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(KeyError):
        refusal(moment(zone="Nowhere/Land"), Limits())


@pytest.mark.parametrize(("minute", "slot"), [(0, 0), (419, 0), (420, 0), (539, 0), (540, 1), (1020, 4), (1439, 5)])
def test_every_minute_belongs_to_a_slot(minute: int, slot: int) -> None:
    assert slot_of(minute) == slot
