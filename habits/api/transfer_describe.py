"""Imports in the shape the API promises."""

from __future__ import annotations

from typing import Any

from habits.models import ImportJob
from habits.transfer.reasons import text_of
from smarthabit.kernel.api.fields import instant_text

_COUNTS = ("new_habits", "created", "updated", "unchanged", "kept", "refused_count", "warnings_count")


def describe_import(job: ImportJob) -> dict[str, Any]:
    """One import: how far it is, and what became of the file's rows."""
    report = job.report
    return {
        "id": str(job.pk),
        "filename": job.filename,
        "format": job.format,
        "status": job.status,
        "progress": job.progress,
        "dry_run": job.dry_run,
        "habits": report.get("habits", 0),
        "entries": report.get("entries", 0),
        **{name: report.get(name, 0) for name in _COUNTS},
        "refused": [_refusal(one) for one in report.get("refused", [])],
        "warnings": [_refusal(one) for one in report.get("warnings", [])],
        "habit_list": report.get("habit_list", []),
        "error": error_of(job),
        "created_at": instant_text(job.created_at),
        "finished_at": instant_text(job.finished_at) if job.finished_at else None,
    }


def error_of(job: ImportJob) -> str:
    """Why the file was not taken, in the reader's language; empty where it was."""
    error = job.report.get("error")
    return text_of(error["code"], error["detail"]) if error else ""


def _refusal(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": one["line"],
        "reason": text_of(one["code"], one["detail"]),
        "file": one["file"],
        "code": one["code"],
    }
