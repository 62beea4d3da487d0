"""Evidence against a plain recomputation from the list of outcomes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habits.domain.evidence import (
    CONTEXT_DECAY,
    HALF_LIVES,
    SIZE,
    TIME_BINS,
    TOP,
    WEEKDAY_DECAY,
    Evidence,
    contexts,
    observe,
    observe_days,
)

MONDAY = 738_886
Day = tuple[int, bool, bool, bool, int | None]
few = settings(max_examples=40, deadline=None)
LARGE = 1 / 500  # fixed point rounds; means agree to this


@st.composite
def histories(draw: st.DrawFn) -> list[Day]:
    """Days in order, some left out, of every kind."""
    steps = draw(st.lists(st.integers(1, 9), min_size=1, max_size=80))
    days, day = [], MONDAY - 1
    for step in steps:
        day += step
        due, done, skipped = draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from([False, False, True]))
        off = not done and (skipped or not due)
        days.append((day, due, done, skipped, None if off else draw(st.none() | st.integers(0, 1439))))
    return days


def folded(days: list[Day]) -> Evidence:
    return observe_days(Evidence(), days)


def outcomes(days: list[Day]) -> list[tuple[int, int]]:
    """(day, missed) of the days that were asked for."""
    return [(day, int(not done)) for day, due, done, skipped, _ in days if due and (done or not skipped)]


def decayed_mean(values: list[float], decay: float) -> float:
    weights = [decay**k for k in range(len(values))]
    return sum(w * v for w, v in zip(weights, reversed(values), strict=True)) / sum(weights)


def run_length(missed: list[int], kind: int) -> int:
    length = 0
    for value in reversed(missed):
        if value != kind:
            break
        length += 1
    return length


@few
@given(histories())
def test_packed_state_is_small_and_round_trips(days: list[Day]) -> None:
    packed = folded(days).to_bytes()
    assert len(packed) == SIZE <= 200
    assert Evidence.from_bytes(packed) == folded(days)


@few
@given(histories(), st.integers(0, 80))
def test_packing_in_the_middle_changes_nothing(days: list[Day], at: int) -> None:
    resumed = observe_days(Evidence.from_bytes(folded(days[:at]).to_bytes()), days[at:])
    assert resumed.to_bytes() == folded(days).to_bytes()


@few
@given(histories())
def test_one_day_at_a_time_equals_a_batch(days: list[Day]) -> None:
    state = Evidence()
    for day, due, done, skipped, minute in days:
        assert observe(state, day, due=due, done=done, skipped=skipped, minute=minute) is state
    assert state == folded(days)


@few
@given(histories())
def test_off_days_may_be_left_out(days: list[Day]) -> None:
    asked = [day for day in days if day[2] or (day[1] and not day[3])]
    if not asked or asked[0] != days[0]:
        return
    full, short = folded(days), folded(asked)
    observe(full, days[-1][0] + 1, due=True, done=True)
    observe(short, days[-1][0] + 1, due=True, done=True)
    assert full == short


@few
@given(histories())
def test_counts_runs_and_masks_match_the_log(days: list[Day]) -> None:
    state, missed = folded(days), [m for _, m in outcomes(days)]
    last = days[-1][0]
    assert (state.due_units, state.misses) == (len(missed), sum(missed))
    assert (state.lapse, state.streak) == (run_length(missed, 1), run_length(missed, 0) if missed else 0)
    assert state.longest == max([run_length(missed[:k], 0) for k in range(1, len(missed) + 1)], default=0)
    assert state.recent == sum(m << k for k, m in enumerate(missed[::-1][:30]))
    assert state.through == last
    recent_due = {last - day for day, _ in outcomes(days)}
    assert state.due_mask == sum(1 << k for k in range(28) if k in recent_due)
    assert state.done_mask == sum(1 << (last - d[0]) for d in days if d[2] and last - d[0] < 28)


@few
@given(histories())
def test_last_days_are_counted_from_the_first(days: list[Day]) -> None:
    state, first = folded(days), days[0][0]
    assert state.last_due == max((day - first + 1 for day, _ in outcomes(days)), default=0)
    assert state.last_done == max((d[0] - first + 1 for d in days if d[2]), default=0)


@few
@given(histories())
def test_runs_that_ended_are_remembered(days: list[Day]) -> None:
    state, missed = folded(days), [m for _, m in outcomes(days)]
    ended = {0: 0, 1: 0}
    for k in range(1, len(missed)):
        if missed[k] != missed[k - 1]:
            ended[missed[k - 1]] = run_length(missed[:k], missed[k - 1])
    assert (state.last_streak, state.last_lapse) == (ended[0], ended[1])


@few
@given(histories())
def test_rates_are_unbiased_decayed_means(days: list[Day]) -> None:
    missed = [float(m) for _, m in outcomes(days)]
    if missed:
        for half, rate in zip(HALF_LIVES, folded(days).rates, strict=True):
            assert rate / TOP == pytest.approx(decayed_mean(missed, 0.5 ** (1 / half)), abs=LARGE)


@few
@given(histories())
def test_weekdays_deviate_from_the_rate_before_them(days: list[Day]) -> None:
    state, seen = folded(days), outcomes(days)
    surprises: dict[int, list[float]] = {k: [] for k in range(7)}
    for k, (day, missed) in enumerate(seen):
        before = [float(m) for _, m in seen[:k]]
        expected = decayed_mean(before, 0.5 ** (1 / 21)) if before else missed
        surprises[(day - 1) % 7].append(missed - expected)
    for weekday, values in surprises.items():
        assert state.weekday_count[weekday] == len(values)
        if values:
            expected = decayed_mean(values, WEEKDAY_DECAY)
            assert state.weekday_dev[weekday] * 2 / TOP == pytest.approx(expected, abs=2 * LARGE)


@few
@given(histories())
def test_weekdays_keep_their_last_outcomes(days: list[Day]) -> None:
    state = folded(days)
    for weekday in range(7):
        missed = [m for day, m in outcomes(days) if (day - 1) % 7 == weekday]
        assert state.weekday_recent[weekday] == sum(m << k for k, m in enumerate(missed[::-1][:16]))


@few
@given(histories())
def test_contexts_hold_what_followed_them(days: list[Day]) -> None:
    state, missed = folded(days), [m for _, m in outcomes(days)]
    followed: dict[int, list[float]] = {}
    for k in range(1, len(missed)):
        past = missed[:k]
        recent = sum(m << j for j, m in enumerate(past[::-1][:30]))
        for context in contexts(recent, run_length(past, 1), run_length(past, 0)):
            followed.setdefault(context, []).append(float(missed[k]))
    assert [state.context_count[c] for c in range(30)] == [len(followed.get(c, [])) for c in range(30)]
    for context, values in followed.items():
        assert state.context_rate[context] / TOP == pytest.approx(decayed_mean(values, CONTEXT_DECAY), abs=LARGE)


def test_a_skipped_day_is_off_unless_it_was_done() -> None:
    state = folded([(MONDAY, True, False, True, None), (MONDAY + 1, True, True, True, None)])
    assert (state.due_units, state.misses) == (1, 0)


def test_recent_completion_times_outweigh_old_ones() -> None:
    days: list[Day] = [(MONDAY + k, True, True, False, 8 * 60) for k in range(40)]
    days += [(MONDAY + 40 + k, True, True, False, 21 * 60 + 59) for k in range(40)]
    bins = folded(days).time_bins
    assert len(bins) == TIME_BINS
    assert bins[21] > 5 * bins[8] > 0
    assert sum(bins) == bins[8] + bins[21]


def test_no_count_overflows_its_byte() -> None:
    days: list[Day] = [(MONDAY + k, True, k % 400 > 0, False, 600) for k in range(3000)]
    state = folded(days)
    assert Evidence.from_bytes(state.to_bytes()) == state
    assert max(state.context_count) == max(state.weekday_count) == 255


def test_a_year_s_pause_leaves_the_due_statistics_alone() -> None:
    days: list[Day] = [(MONDAY + k, True, k % 3 > 0, False, None) for k in range(30)]
    before, after = folded(days), observe(folded(days), MONDAY + 400, due=False, done=False)
    assert (after.rates, after.lapse, after.streak, after.recent) == (
        before.rates,
        before.lapse,
        before.streak,
        before.recent,
    )
    assert (after.due_mask, after.done_mask) == (0, 0)


@pytest.mark.parametrize("day", [MONDAY, MONDAY - 1, MONDAY + 70_000])
def test_days_out_of_order_are_refused(day: int) -> None:
    with pytest.raises(ValueError, match="cannot follow"):
        observe(folded([(MONDAY, True, True, False, None)]), day, due=True, done=True)


def test_empty_bytes_are_a_habit_without_history() -> None:
    assert Evidence.from_bytes(b"") == Evidence()
    assert Evidence().through is None


@pytest.mark.parametrize("packed", [b"\x01", b"\x02" + bytes(SIZE - 1), bytes(SIZE + 1)])
def test_other_bytes_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="not evidence"):
        Evidence.from_bytes(packed)


def test_evidence_equals_only_evidence() -> None:
    assert Evidence() != b""
