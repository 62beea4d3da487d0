"""What the page of an import shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from habits.models import ImportJob
from habits.transfer.reasons import text_of


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was refused or changed: where it stands, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class HabitLine:
    """A habit of the file."""

    name: str
    is_new: bool
    entries: int
    first: date | None
    last: date | None


def job_context(job: ImportJob) -> dict[str, Any]:
    """The job, its counts, and its lists with words in the reader's language."""
    report = job.report
    moving = job.finished_at is None
    error = report.get("error")
    return {
        "job": job,
        "moving": moving,
        "can_confirm": job.dry_run and job.status == ImportJob.Status.DONE,
        "error": text_of(error["code"], error["detail"]) if error else "",
        "report": report,
        "writes": report.get("created", 0) + report.get("updated", 0),
        "habits": [_habit(one) for one in report.get("habit_list", [])],
        "more_habits": max(0, report.get("habits", 0) - len(report.get("habit_list", []))),
        "refused": [_problem(one) for one in report.get("refused", [])],
        "more_refused": report.get("refused_count", 0) - len(report.get("refused", [])),
        "warnings": [_problem(one) for one in report.get("warnings", [])],
    }


def _problem(one: dict[str, Any]) -> Problem:
    place = ":".join(filter(None, (one["file"], str(one["line"] or ""))))
    return Problem(place, text_of(one["code"], one["detail"]))


def _habit(one: dict[str, Any]) -> HabitLine:
    first, last = ((date.fromisoformat(one[name]) if one[name] else None) for name in ("first", "last"))
    return HabitLine(one["name"], one["new"], one["entries"], first, last)
