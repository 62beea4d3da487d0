"""Random goals and facts, and the plain arithmetic that progress is held against."""

from datetime import date

from hypothesis import strategies as st

from goals.domain.facts import DayFact
from goals.domain.goal import Goal, Measure

FIRST = date(2026, 1, 1)
ORIGIN = FIRST.toordinal()

GoalWithFacts = tuple[Goal, list[tuple[DayFact, ...]]]

days = st.integers(ORIGIN - 20, ORIGIN + 40)


def facts_on(day: int) -> st.SearchStrategy[DayFact]:
    """What a habit may do on a day."""
    return st.builds(
        DayFact, st.just(day), st.integers(0, 5000), st.booleans(), st.integers(0, 1), st.integers(0, 1),
        st.integers(0, 12),
    )  # fmt: skip


strands = st.lists(days, unique=True, max_size=14).map(sorted).flatmap(lambda known: st.tuples(*map(facts_on, known)))


@st.composite
def goals_with_facts(draw: st.DrawFn) -> GoalWithFacts:
    """A goal of any measure with the facts of its habits."""
    measure = draw(st.sampled_from(Measure))
    habits = 1 if measure in {Measure.MANUAL, Measure.STREAK} else draw(st.integers(1, 3))
    weights = () if measure is Measure.MANUAL else tuple(draw(st.integers(0, 3000)) for _ in range(habits))
    deadline = draw(st.none() | st.integers(0, 40).map(lambda ahead: date.fromordinal(ORIGIN + ahead)))
    milestones = tuple(draw(st.lists(st.integers(1, 40_000), unique=True, max_size=3)))
    goal = Goal(measure, draw(st.integers(1, 40_000)), FIRST, deadline, weights, milestones)
    return goal, [draw(strands) for _ in range(habits)]


def amounts_by_hand(goal: Goal, facts: list[tuple[DayFact, ...]], through: int) -> dict[int, int]:
    """The amount in millionths at the close of each day of the goal, without any state."""
    last = through if goal.deadline is None else min(through, goal.deadline.toordinal())
    closes: dict[int, int] = {}
    amount = 0
    for day in range(ORIGIN, last + 1):
        for index, strand in enumerate(facts):
            for fact in strand:
                if fact.day != day:
                    continue
                if goal.measure is Measure.STREAK:
                    amount = fact.streak * 1_000_000
                elif goal.measure is Measure.MANUAL:
                    amount += fact.value * 1000
                else:
                    gain = fact.value if goal.measure is Measure.TOTAL else fact.kept * 1000
                    amount += gain * goal.weights[index]
        closes[day] = amount
    return closes
