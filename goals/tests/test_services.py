"""Making, changing and feeding goals."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from goals import services
from goals.events import GoalsChanged
from goals.models import Goal, GoalEvent, GoalState, ManualProgress
from goals.services import GoalChange, GoalDraft, create_goal, update_goal
from goals.services import rules as rules_module
from goals.tests.conftest import MARCH, NOON, TODAY, Log, MakeGoal, MakeHabit, See
from smarthabit.accounts.models import User
from smarthabit.accounts.selectors import seq_of
from smarthabit.kernel import events
from smarthabit.kernel.errors import NotFound, RuleError

DAY = dt.timedelta(days=1)


def test_a_goal_starts_today_unless_told(user: User) -> None:
    goal = create_goal(user=user, draft=GoalDraft("Write", "manual", 5000), now=NOON)
    assert (goal.starts_on, goal.deadline) == (TODAY, None)


def test_making_a_goal_is_a_change_that_is_told(
    user: User, make_goal: MakeGoal, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[GoalsChanged] = []
    monkeypatch.setitem(events._subscribers, GoalsChanged, [told.append])
    before = seq_of(user)
    with django_capture_on_commit_callbacks(execute=True):
        goal = make_goal()
    assert told == [GoalsChanged(user.pk, before + 1, "", (goal.pk,), "created")]
    assert seq_of(user) == before + 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"title": "  "}, "bad_title", "title"),
        ({"title": "x" * 121}, "bad_title", "title"),
        ({"unit": "x" * 25}, "unit_too_long", "unit"),
        ({"measure": "luck"}, "unknown_measure", "measure"),
        ({"target_milli": 0}, "target_not_positive", "target"),
        ({"target_milli": -5}, "target_not_positive", "target"),
        ({"target_milli": 10**12 + 1}, "target_too_large", "target"),
        ({"measure": "count", "target_milli": 1500}, "target_not_whole", "target"),
        ({"deadline": MARCH - DAY}, "deadline_before_start", "deadline"),
        ({"deadline": dt.date(2100, 1, 1)}, "deadline_too_far", "deadline"),
        ({"starts_on": dt.date(1969, 12, 31)}, "start_out_of_range", "starts_on"),
        ({"starts_on": dt.date(2028, 1, 1), "deadline": None}, "start_out_of_range", "starts_on"),
        ({"milestones": (0,)}, "milestone_out_of_range", "milestones"),
        ({"milestones": (5, 5)}, "milestone_twice", "milestones"),
        ({"milestones": (10_001,)}, "milestone_beyond_target", "milestones"),
        ({"milestones": tuple(range(1, 22))}, "too_many_milestones", "milestones"),
        ({"habits": ()}, "no_habits", "habits"),
        ({"habits": ((999_999, 1000),)}, "unknown_habit", "habits"),
        ({"measure": "manual"}, "manual_takes_no_habits", "habits"),
    ],
)
def test_a_goal_that_cannot_be_is_refused(
    make_habit: MakeHabit, make_goal: MakeGoal, change: dict[str, Any], code: str, field: str
) -> None:
    read = make_habit()
    with pytest.raises(RuleError) as refused:
        make_goal(read, **{"measure": "total", **change})
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Goal.objects.exists()


@pytest.mark.parametrize(("weight", "code"), [(0, "weight_not_positive"), (10**6 + 1, "weight_out_of_range")])
def test_a_weight_is_above_zero_and_within_reason(
    make_habit: MakeHabit, make_goal: MakeGoal, weight: int, code: str
) -> None:
    read = make_habit()
    with pytest.raises(RuleError) as refused:
        make_goal(measure="total", habits=((read.pk, weight),))
    assert (refused.value.code, refused.value.field) == (code, "habits")


def test_a_streak_has_exactly_one_habit_and_no_habit_feeds_twice(make_habit: MakeHabit, make_goal: MakeGoal) -> None:
    one, two = make_habit("One"), make_habit("Two")
    with pytest.raises(RuleError, match="exactly one"):
        make_goal(one, two, measure="streak")
    with pytest.raises(RuleError, match="only once"):
        make_goal(one, one)


def test_other_peoples_habits_feed_nothing(make_habit: MakeHabit, make_goal: MakeGoal, stranger: User) -> None:
    with pytest.raises(RuleError) as refused:
        make_goal(make_habit(owner=stranger))
    assert refused.value.code == "unknown_habit"


def test_numbers_of_goals_habits_and_entries_are_bounded(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goals.services import goals, progress

    monkeypatch.setattr(rules_module, "MOST_HABITS", 1)
    with pytest.raises(RuleError) as refused:
        make_goal(make_habit("One"), make_habit("Two"))
    assert refused.value.code == "too_many_habits"
    goal = make_goal()
    monkeypatch.setattr(goals, "MOST_GOALS", 1)
    with pytest.raises(RuleError) as refused:
        make_goal()
    assert refused.value.code == "too_many_goals"
    monkeypatch.setattr(progress, "MOST_ENTRIES", 0)
    with pytest.raises(RuleError) as refused:
        services.add_progress(user=user, goal_id=goal.pk, day=TODAY, amount_milli=1, now=NOON)
    assert refused.value.code == "too_many_entries"


def test_an_edit_changes_what_it_names_and_counts_anew(
    user: User, make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See
) -> None:
    read, walk = make_habit("Read"), make_habit("Walk")
    goal = make_goal(read, milestones=(3000,))
    log(read, 2, 3)
    log(walk, 4)
    change = GoalChange(title="Both", habits=((read.pk, 2000), (walk.pk, 1000)), milestones=(4000,))
    update_goal(user=user, goal_id=goal.pk, change=change, now=NOON)
    view = see(goal)
    assert (view.goal.title, view.spec.target, view.progress.amount) == ("Both", 10_000, 5000)
    assert view.progress.milestones == ((4000, dt.date(2026, 3, 3)),)


def test_an_edit_that_changes_nothing_is_no_change(user: User, make_goal: MakeGoal) -> None:
    goal = make_goal()
    before = seq_of(user)
    update_goal(user=user, goal_id=goal.pk, change=GoalChange(title=" Get  there "), now=NOON)
    assert seq_of(user) == before


def test_a_goal_may_keep_a_habit_and_become_one_by_hand(user: User, make_habit: MakeHabit, make_goal: MakeGoal) -> None:
    goal = make_goal(make_habit())
    update_goal(user=user, goal_id=goal.pk, change=GoalChange(target_milli=20_000), now=NOON)
    update_goal(user=user, goal_id=goal.pk, change=GoalChange(measure="manual"), now=NOON)
    goal.refresh_from_db()
    assert (goal.measure, goal.target_milli, goal.links.count()) == ("manual", 20_000, 0)


def test_a_goal_is_let_go_of_and_taken_up_again(user: User, make_goal: MakeGoal, see: See) -> None:
    goal = make_goal(deadline=None)
    for away, word in ((True, "abandoned"), (True, "abandoned"), (False, "on_track")):
        before = seq_of(user)
        services.set_abandoned(user=user, goal_id=goal.pk, abandoned=away, now=NOON)
        assert see(goal).status == word
    assert seq_of(user) == before + 1


def test_deleting_a_goal_leaves_its_habits(user: User, make_habit: MakeHabit, make_goal: MakeGoal) -> None:
    read = make_habit()
    goal = make_goal(read)
    services.delete_goal(user=user, goal_id=goal.pk)
    assert not Goal.objects.exists()
    assert type(read).objects.filter(pk=read.pk).exists()


def test_progress_by_hand_adds_up_and_can_be_taken_back(user: User, make_goal: MakeGoal, see: See) -> None:
    goal = make_goal()
    for amount in (2500, -500):
        entry = services.add_progress(user=user, goal_id=goal.pk, day=TODAY, amount_milli=amount, now=NOON)
    assert see(goal).progress.amount == 2000
    services.remove_progress(user=user, goal_id=goal.pk, entry_id=entry.pk, now=NOON)
    assert see(goal).progress.amount == 2500


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"day": TODAY + 2 * DAY}, "day_too_late"),
        ({"day": MARCH - DAY}, "day_outside_goal"),
        ({"amount_milli": 0}, "amount_out_of_range"),
        ({"amount_milli": -(10**12) - 1}, "amount_out_of_range"),
        ({"note": "x" * 501}, "note_too_long"),
    ],
)
def test_progress_that_cannot_be_is_refused(user: User, make_goal: MakeGoal, change: dict[str, Any], code: str) -> None:
    goal = make_goal()
    with pytest.raises(RuleError) as refused:
        services.add_progress(
            **{"user": user, "goal_id": goal.pk, "day": TODAY, "amount_milli": 1000, "now": NOON, **change}
        )
    assert refused.value.code == code
    assert not ManualProgress.objects.exists()


def test_progress_after_the_deadline_or_for_habits_is_refused(
    user: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    over, fed = make_goal(deadline=TODAY - DAY), make_goal(make_habit())
    for goal, code in ((over, "day_outside_goal"), (fed, "not_manual")):
        with pytest.raises(RuleError) as refused:
            services.add_progress(user=user, goal_id=goal.pk, day=TODAY, amount_milli=1000, now=NOON)
        assert refused.value.code == code


def test_other_peoples_goals_are_not_found(stranger: User, make_goal: MakeGoal) -> None:
    goal = make_goal()
    for call in (
        lambda: update_goal(user=stranger, goal_id=goal.pk, change=GoalChange(title="Mine"), now=NOON),
        lambda: services.set_abandoned(user=stranger, goal_id=goal.pk, abandoned=True, now=NOON),
        lambda: services.delete_goal(user=stranger, goal_id=goal.pk),
        lambda: services.add_progress(user=stranger, goal_id=goal.pk, day=TODAY, amount_milli=1, now=NOON),
        lambda: services.remove_progress(user=stranger, goal_id=goal.pk, entry_id=1, now=NOON),
    ):
        with pytest.raises(NotFound):
            call()


def test_an_entry_that_is_not_there_cannot_be_taken_back(user: User, make_goal: MakeGoal) -> None:
    with pytest.raises(NotFound):
        services.remove_progress(user=user, goal_id=make_goal().pk, entry_id=999, now=NOON)


def test_what_happens_is_written_down_once(user: User, make_goal: MakeGoal) -> None:
    goal = make_goal(milestones=(5000,))
    for amount in (6000, 5000, -5000, 5000):
        services.add_progress(user=user, goal_id=goal.pk, day=TODAY, amount_milli=amount, now=NOON)
    found = GoalEvent.objects.order_by("mark").values_list("kind", "mark", "day")
    assert list(found) == [("milestone", 5000, TODAY), ("reached", 10_000, TODAY)]


def test_an_event_that_is_a_row_already_is_not_told_again(user: User, make_goal: MakeGoal) -> None:
    goal = make_goal()
    services.add_progress(user=user, goal_id=goal.pk, day=TODAY, amount_milli=10_000, now=NOON)
    GoalState.objects.update(told=[])
    assert services.settle(user, [goal.pk], NOON).happened == ()
    assert GoalEvent.objects.count() == 1


def test_a_goal_that_was_let_go_of_has_no_news(user: User, make_goal: MakeGoal) -> None:
    goal = make_goal(deadline=None)
    services.set_abandoned(user=user, goal_id=goal.pk, abandoned=True, now=NOON)
    later = NOON + 5 * DAY
    services.add_progress(user=user, goal_id=goal.pk, day=later.date(), amount_milli=10_000, now=later)
    assert not GoalEvent.objects.exists()


def test_a_passed_deadline_is_found_by_the_job_once_and_only_then(user: User, make_goal: MakeGoal) -> None:
    goal = make_goal(deadline=TODAY)
    assert services.look_at_goals(NOON) == 0
    just_before, just_after = NOON.replace(hour=23, minute=59), NOON.replace(hour=0) + DAY
    assert services.look_at_goals(just_before) == 0
    assert services.look_at_goals(just_after) == 1
    assert services.look_at_goals(just_after + 9 * DAY) == 0
    event = GoalEvent.objects.get()
    assert (event.goal_id, event.kind, event.day, event.mark) == (goal.pk, "missed", TODAY, TODAY.toordinal())


def test_a_later_deadline_can_be_missed_again(user: User, make_goal: MakeGoal) -> None:
    goal = make_goal(deadline=TODAY)
    services.look_at_goals(NOON + DAY)
    update_goal(user=user, goal_id=goal.pk, change=GoalChange(deadline=TODAY + 3 * DAY), now=NOON + DAY)
    services.look_at_goals(NOON + 2 * DAY)
    assert GoalEvent.objects.count() == 1
    services.look_at_goals(NOON + 4 * DAY)
    assert GoalEvent.objects.count() == 2


def test_open_goals_are_looked_at_every_day(make_goal: MakeGoal) -> None:
    make_goal(deadline=None)
    make_goal(deadline=dt.date(2026, 12, 31))
    assert services.look_at_goals(NOON + dt.timedelta(hours=23)) == 0
    assert services.look_at_goals(NOON + DAY) == 2


def test_one_account_that_fails_does_not_hold_up_the_others(
    stranger: User, make_goal: MakeGoal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goals.services import looking

    bad, good = make_goal(deadline=TODAY), make_goal(owner=stranger, deadline=TODAY)

    def sometimes(user: User, ids: list[int], now: dt.datetime) -> Any:
        if bad.pk in ids:
            raise RuntimeError
        return services.settle(user, ids, now)

    monkeypatch.setattr(looking, "settle", sometimes)
    services.look_at_goals(NOON + DAY)
    assert GoalEvent.objects.get().goal_id == good.pk
    assert GoalState.objects.get(goal=bad).next_look == NOON + DAY + dt.timedelta(hours=1)


def test_the_job_goes_through_all_in_batches(make_goal: MakeGoal, monkeypatch: pytest.MonkeyPatch) -> None:
    from goals.services import looking

    monkeypatch.setattr(looking, "AT_ONCE", 2)
    for _ in range(5):
        make_goal(deadline=TODAY)
    assert services.look_at_goals(NOON + DAY, most=4) == 4
    assert services.look_at_goals(NOON + DAY) == 1


def test_every_rule_has_its_words() -> None:
    for code in ("streak_takes_one_habit", "manual_takes_no_habits", "no_habits", "weight_out_of_range"):
        assert rules_module._said(code)


def test_drafts_and_changes_name_the_same_fields() -> None:
    draft = {one.name for one in dataclasses.fields(GoalDraft)}
    assert {one.name for one in dataclasses.fields(GoalChange)} == draft - {"import_key"}
