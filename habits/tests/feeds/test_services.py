"""Feeds are made, told once, and ended."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from habits.feeds.selectors import feed_of, feeds_of, opened_by
from habits.feeds.services import MOST_FEEDS, NOTED_EVERY, make_feed, note_read, revoke_feed
from habits.models import CalendarFeed
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.deletion import delete_account
from smarthabit.accounts.models import AuditEvent
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.services import activate, deactivate
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError


def made(user: User, name: str = "Phone", **more: str) -> tuple[CalendarFeed, str]:
    return make_feed(user=user, name=name, now=NOON, **more)


def test_a_token_is_long_and_only_its_hash_is_kept(user: User, make_habit: MakeHabit) -> None:
    make_habit()
    feed, token = made(user, address="192.0.2.7")
    assert re.fullmatch(r"[\w-]{22}", token)
    row = CalendarFeed.objects.values().get()
    assert token not in str(row)
    assert re.fullmatch(r"[0-9a-f]{64}", row["token_hash"])
    assert made(user, "Work")[1] != token
    opened = opened_by(token)
    assert opened is not None
    assert (opened.feed, opened.feed.user, opened.seq) == (feed, user, seq_of(user))
    audit = AuditEvent.objects.filter(kind="feed_made").earliest("id")
    assert (audit.user, audit.address, audit.detail) == (user, "192.0.2.7", {"feed": str(feed.pk)})


@pytest.mark.parametrize("token", ["", "x", "'; --", "\x00", "a" * 5000, "é"])
def test_no_other_token_opens_anything(user: User, token: str) -> None:
    feed, own = made(user)
    assert opened_by(token) is None
    assert opened_by(own.swapcase()) is None
    assert opened_by(feed.token_hash) is None


def test_revoking_ends_it_for_good(user: User) -> None:
    feed, token = made(user)
    revoke_feed(user=user, feed_id=feed.pk, now=NOON)
    assert opened_by(token) is None
    assert AuditEvent.objects.filter(kind="feed_revoked", user=user, detail={"feed": str(feed.pk)}).count() == 1
    with pytest.raises(NotFound):
        revoke_feed(user=user, feed_id=feed.pk, now=NOON)
    assert made(user)[1] != token


def test_a_closed_account_has_no_feeds_until_it_is_opened_again(user: User) -> None:
    _, token = made(user)
    deactivate(user=user, now=NOON)
    assert opened_by(token) is None
    activate(user=user, now=NOON)
    assert opened_by(token) is not None


def test_they_go_with_the_account(user: User) -> None:
    _, token = made(user)
    delete_account(user=user, now=NOON)
    assert opened_by(token) is None
    assert not CalendarFeed.objects.exists()


def test_a_stranger_reaches_none(user: User, stranger: User) -> None:
    feed, token = made(user)
    with pytest.raises(NotFound):
        feed_of(stranger, feed.pk)
    with pytest.raises(NotFound):
        revoke_feed(user=stranger, feed_id=feed.pk, now=NOON)
    assert not feeds_of(stranger)
    assert opened_by(token) is not None
    assert feed_of(user, feed.pk) == feed


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "  "}, "name_length"),
        ({"name": "x" * 61}, "name_length"),
        ({"name": " Phone "}, "name_taken"),
        ({"name": "Work", "tag": "nothing"}, "unknown_tag"),
        ({"name": "Work", "tag": "theirs"}, "unknown_tag"),
    ],
)
def test_rules(user: User, stranger: User, make_habit: MakeHabit, fields: dict[str, str], code: str) -> None:
    make_habit(owner=stranger, tags=("theirs",))
    made(user)
    with pytest.raises(RuleError) as caught:
        made(user, **fields)
    assert caught.value.code == code
    assert feeds_of(user).count() == 1


def test_the_same_name_is_free_to_others_and_tags_are_the_owners(
    user: User, stranger: User, make_habit: MakeHabit
) -> None:
    make_habit(tags=("work",))
    assert made(user, tag="work")[0].tag == "work"
    assert made(stranger)[0].name == "Phone"


def test_there_are_ten_at_most(user: User) -> None:
    for number in range(MOST_FEEDS):
        feed, _ = made(user, str(number))
    with pytest.raises(RuleError) as caught:
        made(user, "one more")
    assert caught.value.code == "too_many_feeds"
    revoke_feed(user=user, feed_id=feed.pk, now=NOON)
    made(user, "one more")


def test_reads_are_noted_now_and_then(user: User) -> None:
    feed, _ = made(user)
    later = [NOON, NOON + NOTED_EVERY, NOON + NOTED_EVERY + dt.timedelta(seconds=1)]
    noted = []
    for moment in later:
        note_read(feed=feed, now=moment)
        feed.refresh_from_db()
        noted.append(feed.last_read_at)
    assert noted == [later[0], later[0], later[2]]
