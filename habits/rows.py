"""A habit as one row of a day: what the page, the HTMX answer and the live socket all show, made in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from habits import words
from habits.charts.strip import Mark, Strip, mark_of, strip
from habits.domain.entry import Kind, is_check
from habits.domain.schedule import Monthly, Weekly, asks_for_total
from habits.domain.views import DayView
from habits.selectors import HabitView
from smarthabit.accounts.user import User

DONE = {Mark.KEPT, Mark.EXTRA}
UNASKED = {Mark.OFF, Mark.EXTRA}
"""Days that stand apart from the day's list: nothing was asked of them."""
STEPS = ((100_000, 1_000), (1_000_000, 10_000))
"""Up to which target (thousandths) one press adds how much; a greater target goes up by the last step tenfold."""


@dataclass(frozen=True, slots=True)
class Check:
    """A habit that is simply done or not. Pressing posts `post`: an absolute value, or nothing to take it back."""

    post: str
    label: str


@dataclass(frozen=True, slots=True)
class Count:
    """A habit with an amount. All values are plain decimals, as number inputs write them."""

    value: str
    """What is stated now; empty for nothing."""
    more: str
    less: str
    step: str
    shown: str
    """The value as the reader writes it."""
    target: str
    """What is asked: "of 30 min"."""
    stated: str
    """The value with its unit: "12 min"."""
    percent: int
    """How much of the target is reached, 0 to 100."""
    label: str
    in_period: bool
    """Whether the amount is asked of a whole week or month, which the row's `period` tells."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A remark on a row: its words and icon, how it looks (a class), and where more is told."""

    label: str
    icon: str
    look: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """Everything the row's template says. `today` tells whether its day is the user's own today."""

    habit_id: int
    name: str
    colour: str
    icon: str
    day: date
    today: bool
    mark: Mark
    state_words: str
    done: bool
    asked: bool
    open_limit: bool
    """A limit that holds so far and is kept once the day closes, whether anything is stated or not."""
    check: Check | None
    count: Count | None
    streak: int
    streak_words: str
    freezes: int
    freezes_words: str
    strip: Strip
    strip_words: str
    period: str
    """How far the week or month has come, for habits that count in these."""
    note: str
    skipped: bool
    preferred_time: str
    version: int = field(compare=False)
    """The number of the user's latest change. A row that says the same as before is the same row."""
    least: str
    most: str
    """Between which plain amounts the day is done, for pages that must tell without the server; empty for no bound."""
    chip: Chip | None = None

    @property
    def brief(self) -> str:
        """What a narrow row says beside the week: the skip, or what is asked and how far it is."""
        if self.skipped:
            return _("Skipped")
        asked = self.count.target if self.count and not (self.count.in_period and self.period) else ""
        time = "" if self.done else self.preferred_time
        return " · ".join(part for part in (asked, self.period, time) if part)

    @property
    def counted(self) -> bool:
        """Whether the row counts towards the progress of its day."""
        return self.asked and not self.skipped and not self.open_limit


Chips = Callable[[User, Sequence[HabitView]], Mapping[int, Chip]]
_chips: list[Chips] = []


def add_chips(chips: Chips) -> None:
    """Let an app above say something about the habits of today's rows: ``chips(user, views)`` gives it by habit id."""
    if chips not in _chips:
        _chips.append(chips)


def rows_of(user: User, views: Sequence[HabitView]) -> list[Row]:
    """The rows of these habits of the user, with what the apps above say about them."""
    of_today = [view for view in views if view.day == view.snapshot.today.day]
    found = {pk: chip for chips in _chips for pk, chip in chips(user, of_today).items()}
    return [replace(row_of(view), chip=found.get(view.habit.pk)) for view in views]


def row_of(view: HabitView) -> Row:
    """The row of a habit on the day that `view` shows, as the habit alone makes it."""
    kind = kind_of(view)
    marks = marks_of(view.week, kind)
    mark = marks[-1]
    today = view.day == view.snapshot.today.day
    simple = is_simple(view)
    plan, streak = view.plan, view.snapshot.streak
    least, most = _bounds(view, kind)
    return Row(
        habit_id=view.habit.pk,
        name=view.habit.name,
        colour=view.habit.colour,
        icon=view.habit.icon,
        day=view.day,
        today=today,
        mark=mark,
        state_words=words.mark_words(mark),
        done=mark in DONE,
        asked=mark not in UNASKED,
        open_limit=_holds_so_far(kind, mark),
        check=_check(view, mark) if simple else None,
        count=None if simple else _count(view, mark),
        streak=streak.current,
        streak_words=words.streak_words(streak.current, streak.unit),
        freezes=streak.freezes,
        freezes_words=words.freezes_words(streak.freezes) if streak.freezes else "",
        strip=strip(marks),
        strip_words=words.marks_words(marks),
        period=_period(view) if today else "",
        note=view.entry.note if view.entry else "",
        skipped=mark is Mark.SKIPPED,
        preferred_time=words.time_words(plan.preferred_time) if plan.preferred_time else "",
        version=view.version,
        least=least,
        most=most,
    )


def kind_of(view: HabitView) -> Kind:
    """Build or limit, as the domain says it."""
    return view.rules.kind


def marks_of(cells: Sequence[DayView], kind: Kind) -> list[Mark]:
    """What is drawn for these days."""
    return [mark_of(cell.state, cell.value, kind) for cell in cells]


def is_simple(view: HabitView) -> bool:
    """Whether a day of this habit is simply done or not."""
    return is_check(kind_of(view), view.habit.unit, view.plan.target)


def _bounds(view: HabitView, kind: Kind) -> tuple[str, str]:
    plan = view.plan
    if asks_for_total(plan.schedule):
        return "" if kind == "limit" else plain(1), ""
    bound = plain(plan.target)
    return ("", bound) if kind == "limit" else (bound, "")


def plain(milli: int) -> str:
    """An amount as number inputs read and write it, in any language."""
    return f"{(Decimal(milli) / 1000).normalize():f}"


def step_for(target: int) -> int:
    """How much one press adds, both in thousandths."""
    return next((step for most, step in STEPS if target <= most), STEPS[-1][1] * 10)


def _check(view: HabitView, mark: Mark) -> Check:
    done = mark in DONE and view.cell.value is not None
    held = "0" if kind_of(view) == "limit" else "1"
    return Check(post="" if done else held, label=_label(view, mark))


def _count(view: HabitView, mark: Mark) -> Count:
    value, target = view.cell.value, view.plan.target
    step = step_for(target)
    now = value or 0
    return Count(
        value="" if value is None else plain(value),
        more=plain(now + step),
        less=plain(max(0, now - step)),
        step=plain(step),
        shown=words.number_words(now),
        target=_target_words(view),
        stated=words.amount_words(now, view.habit.unit),
        percent=_percent(now, target),
        label=_label(view, mark),
        in_period=asks_for_total(view.plan.schedule),
    )


def _percent(value: int, target: int) -> int:
    if target <= 0:
        return 100 if value else 0
    return max(0, min(100, value * 100 // target))


def _target_words(view: HabitView) -> str:
    """What stands after the number: "/ 30 min", or the unit alone where the target is a period's."""
    plan, unit = view.plan, view.habit.unit
    if asks_for_total(plan.schedule):
        return unit
    amount = words.amount_words(plan.target, unit)
    if kind_of(view) == "limit":
        return _("at most %(amount)s") % {"amount": amount}
    return _("of %(amount)s") % {"amount": amount}


def _label(view: HabitView, mark: Mark) -> str:
    return _("%(habit)s, %(state)s") % {"habit": view.habit.name, "state": words.mark_words(mark)}


def _period(view: HabitView) -> str:
    """ "2 of 3 this week", "12 of 30 km this month"; nothing for habits that count in days."""
    unit, schedule = view.snapshot.open_unit, view.plan.schedule
    if unit is None or not unit.need or not isinstance(schedule, Weekly | Monthly):
        return ""
    if asks_for_total(schedule):
        done, need = words.number_words(unit.done), words.amount_words(_tenths(unit.need, view), view.habit.unit)
    else:
        done, need = words.number_words(unit.done), words.number_words(unit.need)
    parts = {"done": done, "need": need}
    if isinstance(schedule, Weekly):
        return _("%(done)s of %(need)s this week") % parts
    return _("%(done)s of %(need)s this month") % parts


def _tenths(need: int, view: HabitView) -> int:
    """The total that a cut week or month asks for, to a tenth: whoever keeps to what is shown keeps it."""
    if need == view.plan.target:
        return need
    return need // 100 * 100 if kind_of(view) == "limit" else -(-need // 100) * 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a day has come: habits done of those asked."""

    done: int
    asked: int

    def less(self, other: Progress) -> Progress:
        """What is left of it without a part."""
        return Progress(self.done - other.done, self.asked - other.asked)

    @property
    def percent(self) -> int:
        """0 to 100."""
        return self.done * 100 // self.asked if self.asked else 0

    @property
    def words(self) -> str:
        """ "3 of 5 done"."""
        return _("%(done)s of %(asked)s done") % {"done": self.done, "asked": self.asked}

    @property
    def pattern(self) -> str:
        """The same with # and @ for the numbers, to be filled in on the page as rows change."""
        return _("%(done)s of %(asked)s done") % {"done": "#", "asked": "@"}


def progress_of(rows: Sequence[Row], beside: Sequence[tuple[Kind, DayView]] = ()) -> Progress:
    """The progress of the day whose rows these are, with the days ``beside`` them that stand on other pages.

    Skips, pauses and limits that hold so far are left out.
    """
    done = [row.done for row in rows if row.counted]
    for kind, cell in beside:
        mark = mark_of(cell.state, cell.value, kind)
        if mark not in UNASKED and mark is not Mark.SKIPPED and not _holds_so_far(kind, mark):
            done.append(mark in DONE)
    return Progress(sum(done), len(done))


def _holds_so_far(kind: Kind, mark: Mark) -> bool:
    return kind == "limit" and mark is Mark.PENDING
