"""What nudges say, and what they never say."""

from __future__ import annotations

import itertools

import pytest
from django.utils import translation

from nudges import words
from nudges.domain.slots import STYLES
from nudges.words import Spoken, Unit

HARSH = (
    "!",
    "fail",
    "lose",
    "losing",
    "lost",
    "don't",
    "must",
    "should",
    "last chance",
    "miss",
    "behind",
    "disappoint",
)
UNITS: tuple[Unit, ...] = ("day", "week", "month")
EVERY_LINE = [
    (Spoken("Read", style, cue, streak, unit, tiny), tone)
    for style, cue, streak, unit, tiny, tone in itertools.product(
        STYLES, ("", "after coffee"), (0, 12), UNITS, ("", "5 min"), ("warm", "plain")
    )
]


@pytest.mark.parametrize("style", STYLES)
def test_every_wording_names_the_habit_and_says_no_guilt_and_no_threat(style: str) -> None:
    for spoken, tone in EVERY_LINE:
        if spoken.style == style:
            said = words.line(spoken, tone)
            assert "Read" in said
            assert not [word for word in HARSH if word in said.lower()], said


def test_the_tone_changes_the_words_and_the_styles_differ() -> None:
    said = {
        words.line(Spoken("Read", style, "after coffee", streak=3), tone)
        for style in STYLES
        for tone in ("warm", "plain")
    }
    assert len(said) == 8


def test_a_plan_names_its_cue_and_a_streak_its_length() -> None:
    assert "after coffee" in words.line(Spoken("Read", "plan", "after coffee"), "warm")
    assert "1 week in a row" in words.line(Spoken("Read", "streak", streak=1, unit="week"), "plain")
    assert "2 months in a row" in words.line(Spoken("Read", "streak", streak=2, unit="month"), "plain")
    assert "5 min" in words.line(Spoken("Read", "tiny", tiny="5 min"), "plain")


def test_a_streak_of_nothing_is_not_spoken_of() -> None:
    assert words.line(Spoken("Read", "streak"), "warm") == words.line(Spoken("Read", "plan"), "warm")


def test_a_name_with_a_per_cent_sign_is_just_a_name() -> None:
    assert "100 %(x)s %d" in words.line(Spoken("100 %(x)s %d", "plan"), "warm")


def test_one_habit_is_its_own_headline_and_several_are_counted() -> None:
    one, two = Spoken("Read", "plan"), Spoken("Run", "tiny")
    assert words.title([one]) == "Read"
    assert words.title([one, two]) == "2 habits for now"
    assert words.body([one, two], "plain").splitlines() == [words.line(one, "plain"), words.line(two, "plain")]


def test_the_reasons_for_a_nudge_are_the_users_own_numbers() -> None:
    facts = [
        {"code": "usual_window", "params": {"start": 1080, "end": 1200, "share": 62}},
        {"code": "nudged_then", "params": {"n": 11, "m": 7}},
        {"code": "drawn_no_then", "params": {"n": 1, "m": 0}},
        {"code": "budget", "params": {"used": 1, "of": 2}},
    ]
    assert words.why_words(facts) == [
        "You usually finish between 6 p.m. and 8 p.m.: on 62% of the days you do it.",
        "When we nudged at this time of day: done within two hours 7 of 11 times.",
        "When the draw said no and we stayed silent: 0 of 1 time.",
        "Messages on that day: 1 of at most 2.",
    ]
    with translation.override("de"):
        assert "18:00" in words.why_words(facts)[0]


@pytest.mark.parametrize("fact", [{}, {"code": "new"}, {"code": "budget"}, {"code": "budget", "params": {"used": "x"}}])
def test_a_fact_of_another_version_says_nothing(fact: dict[str, object]) -> None:
    assert words.why_words([fact]) == []


def test_what_became_of_a_nudge_is_said_with_its_reason_where_there_is_one() -> None:
    assert words.state_words("sent") == "Sent"
    assert words.state_words("cancelled", "closed") == "Not sent: it was done already"
    assert words.state_words("cancelled", "something new") == "Not sent"
    assert words.state_words("brand new") == "brand new"


def test_names_of_channels_actions_and_times() -> None:
    assert words.channel_words("email") == "Email"
    assert words.channel_words("pigeon") == "pigeon"
    assert [words.action_words(kind) for kind in ("done", "snooze", "dismiss")] == ["Done", "Later", "Dismiss"]
    assert words.slot_words(4) == "5 p.m. to 8 p.m."
    assert "Email" in words.test_body("email")
    assert words.test_title()
