"""The jobs on the one screen are the jobs that beat knows."""

import pytest
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from smarthabit import schedule
from smarthabit.celery import app
from smarthabit.schedule import JOBS, Job, synchronise

pytestmark = pytest.mark.django_db


def known() -> dict[str, tuple[str, int, str, int | None, bool]]:
    return {
        task.name: (task.task, task.interval.every, task.interval.period, task.expire_seconds, task.enabled)
        for task in PeriodicTask.objects.select_related("interval")
    }


def test_every_job_becomes_one_interval_in_seconds() -> None:
    synchronise()
    assert known() == {
        f"smarthabit: {name}": (job.task, job.every, "seconds", job.every, True) for name, job in JOBS.items()
    }


def test_doing_it_again_writes_nothing() -> None:
    synchronise()
    before = PeriodicTasks.last_change()
    synchronise()
    assert PeriodicTasks.last_change() == before


def test_changes_removals_and_switched_off_jobs_are_put_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "JOBS", {"old": Job("kernel.tick", 5), "kept": Job("kernel.tick", 5)})
    synchronise()
    PeriodicTask.objects.filter(name="smarthabit: kept").update(enabled=False)
    monkeypatch.setattr(schedule, "JOBS", {"kept": Job("kernel.tick", 7)})
    synchronise()
    assert known() == {"smarthabit: kept": ("kernel.tick", 7, "seconds", 7, True)}


def test_an_operators_own_tasks_are_left_alone() -> None:
    synchronise()
    other = PeriodicTask.objects.get(name="smarthabit: tick")
    other.pk, other.name = None, "mine"
    other.save()
    synchronise()
    assert "mine" in known()


def test_every_job_names_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    assert {job.task for job in JOBS.values()} <= set(app.tasks)
