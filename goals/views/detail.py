"""One goal: how far it has come, where it may lead, and what feeds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from goals import words
from goals.cards import card_of
from goals.charts import BurnUp, burn_up_chart, sampled
from goals.domain.burnup import burn_up
from goals.domain.goal import MILLI, Measure
from goals.domain.pace import LinePoint, planned_line
from goals.domain.progress import gained
from goals.domain.status import LEAST_EVIDENCE
from goals.domain.summary import FanPoint
from goals.forms import PLACES, ProgressForm
from goals.models import Goal, ManualProgress
from goals.selectors import GoalView, views_of
from goals.selectors.outlooks import chances_of, merged
from goals.selectors.views import Feed
from goals.services import add_progress, remove_progress
from habits.charts.table import Table
from habits.forms.amounts import place_error
from habits.words import number_words
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError

LATEST = 20
"""Entries that the page lists."""
TABLE_ROWS = 12
OPEN_END = timedelta(days=60)
"""How far ahead the chart of a goal without a deadline looks at least."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a habit has brought; `percent` of all that the goal has, None where nothing is added up."""

    feed: Feed
    amount: str
    percent: int | None


@login_required
@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about one goal."""
    now = clock.now()
    view = _fresh_or_404(request.user, pk, now)
    form = ProgressForm(initial={"day": view.today})
    return render(request, "goals/detail.html", _page(request.user, view, form))


@login_required
@require_safe
def picture(request: SignedInRequest, pk: int) -> HttpResponse:
    """The chart and what stands around it, for a page that is out of date."""
    return render(request, "goals/_picture.html", picture_context(_fresh_or_404(request.user, pk, clock.now())))


@login_required
@require_POST
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add an amount by hand."""
    now = clock.now()
    form = ProgressForm(request.POST)
    if form.is_valid():
        try:
            entered = form.cleaned_data
            add_progress(
                user=request.user,
                goal_id=pk,
                day=entered["day"],
                amount_milli=entered["amount"],
                note=entered["note"],
                now=now,
                tab=tab_of(request),
            )
        except NotFound as error:
            raise Http404 from error
        except RuleError as error:
            place_error(form, error, PLACES)
        else:
            messages.success(request, _("Added."))
            return redirect("goals:detail", pk)
    return render(
        request, "goals/detail.html", _page(request.user, _fresh_or_404(request.user, pk, now), form), status=422
    )


@login_required
@require_POST
def remove(request: SignedInRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Take back an amount that was entered by hand."""
    try:
        remove_progress(user=request.user, goal_id=pk, entry_id=entry_pk, now=clock.now(), tab=tab_of(request))
    except NotFound as error:
        raise Http404 from error
    messages.success(request, _("Taken back."))
    return redirect("goals:detail", pk)


def _fresh_or_404(user: User, pk: int, now: datetime) -> GoalView:
    goals = list(Goal.objects.owned_by(user).filter(pk=pk).detailed())
    if not goals:
        raise Http404
    return views_of(user, goals, now, afresh=True)[0]


def _page(user: User, view: GoalView, form: ProgressForm) -> dict[str, Any]:
    manual = view.spec.measure is Measure.MANUAL
    entries = ManualProgress.objects.owned_by(user).filter(goal=view.goal)[:LATEST] if manual else None
    return {"form": form if manual else None, "entries": entries, "live_seq": view.version, **picture_context(view)}


def picture_context(view: GoalView) -> dict[str, Any]:
    """What the page shows besides its forms."""
    spec = view.spec
    gathered = burn_up(spec, view.reading.facts(), view.today.toordinal())
    planned = _planned(view)
    last = _last_day(view)
    fan = view.forecast.fan if view.forecast.rests_on >= LEAST_EVIDENCE else ()  # as the words: too early, no forecast
    chart = burn_up_chart(
        gathered,
        planned,
        fan,
        target=spec.target,
        milestones=[amount for amount, _reached in view.progress.milestones if amount < spec.target],
        days=(spec.starts_on, last),
        today=view.today,
    )
    return {
        "card": card_of(view),
        "view": view,
        "goal": view.goal,
        "chart": chart,
        "axis": _axis(chart),
        "chart_words": words.chart_words(view),
        "table": _table(sampled(gathered, TABLE_ROWS), _sampled_fan(fan, last)),
        "milestones": view.progress.milestones,
        "shares": shares_of(view),
    }


def shares_of(view: GoalView) -> list[Share]:
    """What each habit has brought since the start, the most first."""
    first, last = view.spec.first_and_last()
    adds_up = view.spec.measure in {Measure.TOTAL, Measure.COUNT}
    shares = []
    for index, (feed, facts) in enumerate(zip(view.feeds, view.reading.facts(), strict=False)):
        brought = sum(gained(view.spec, index, fact) for fact in facts if first <= fact.day <= last) // MILLI
        percent = round(100 * brought / view.progress.amount) if adds_up and view.progress.amount > 0 else None
        shares.append((brought, Share(feed, words.amount_of(brought, view.spec.measure, view.goal.unit), percent)))
    return [share for _brought, share in sorted(shares, key=lambda one: -one[0])]


def _planned(view: GoalView) -> tuple[LinePoint, ...]:
    """The even way to the target; a streak has none."""
    spec = view.spec
    if spec.deadline is None or spec.measure is Measure.STREAK:
        return ()
    chances = merged(chances_of(view.reading, spec.starts_on, spec.deadline.toordinal()))
    return planned_line(spec, chances, points=60)


def _last_day(view: GoalView) -> date:
    """Where the chart ends: with the deadline, or where the forecast has told enough."""
    if view.spec.deadline is not None:
        return view.spec.deadline
    if view.over or not view.forecast.fan:
        return max(view.today, view.spec.starts_on)
    finish = view.forecast.finish
    late = finish.p90 or finish.p50 or view.today
    shortest = max(view.today, view.spec.starts_on) + OPEN_END
    return min(view.forecast.fan[-1].day, max(shortest, late))


def _axis(chart: BurnUp) -> list[tuple[int, str]]:
    return [(level.y, number_words(level.amount)) for level in chart.levels]


def _table(past: Sequence[LinePoint], ahead: Sequence[FanPoint]) -> Table:
    """What the chart shows: what was gathered, and then where 8 of 10 futures lie."""
    gathered = [(date_format(point.day, "DATE_FORMAT"), number_words(point.amount), "", "") for point in past]
    return Table((_("Day"), _("Likely"), _("Low"), _("High")), (*gathered, *map(_future, ahead)))


def _future(point: FanPoint) -> tuple[str, ...]:
    amounts = (point.amount.p50, point.amount.p10, point.amount.p90)
    return date_format(point.day, "DATE_FORMAT"), *map(number_words, amounts)


def _sampled_fan(fan: tuple[FanPoint, ...], last: date) -> list[FanPoint]:
    """Some days of the forecast, the last one among them."""
    shown = [point for point in fan[1:] if point.day <= last]
    step = max(1, len(shown) // 6)
    return shown[::-1][::step][::-1]
