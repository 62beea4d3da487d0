"""The life of an import: waiting, worked on, dropped and taken up again."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection

from habits import tasks
from habits.models import Entry, Habit, ImportJob
from habits.tests.conftest import NOON
from habits.tests.transfer.conftest import Import
from habits.transfer import lease as leases
from habits.transfer import services, store
from habits.transfer.selectors import import_job, import_jobs
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, live
from smarthabit.kernel.errors import NotFound, RuleError

TABLE = b"habit,date,value\n" + b"".join(b"Read,2026-01-%02d,1\n" % day for day in range(1, 32))
LATER = NOON + dt.timedelta(minutes=5)


@pytest.fixture
def queued(user: User) -> ImportJob:
    return services.start_import(user=user, filename="a/b\\read.csv", content=TABLE, dry_run=False, now=NOON)


class Crash(Exception):
    """What ends a worker in the middle."""


def test_an_upload_waits_under_its_own_name(queued: ImportJob) -> None:
    assert (queued.status, queued.filename, queued.dry_run) == ("queued", "read.csv", False)
    assert queued.content is not None
    assert bytes(queued.content) != TABLE


def test_an_empty_file_is_refused(user: User) -> None:
    with pytest.raises(RuleError, match="empty"):
        services.start_import(user=user, filename="f", content=b"", dry_run=False, now=NOON)


def test_a_file_that_is_too_large_is_refused(user: User, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 20
    with pytest.raises(RuleError) as caught:
        services.start_import(user=user, filename="f", content=b"x" * 21, dry_run=False, now=NOON)
    assert caught.value.code == "file_too_large"


def test_few_imports_may_wait_at_a_time(user: User) -> None:
    for _ in range(services.MOST_WAITING):
        services.start_import(user=user, filename="f", content=TABLE, dry_run=False, now=NOON)
    with pytest.raises(RuleError, match="waiting"):
        services.start_import(user=user, filename="f", content=TABLE, dry_run=False, now=NOON)


def test_a_job_that_is_done_is_not_done_again(queued: ImportJob) -> None:
    services.run_import(queued.pk, NOON)
    Entry.objects.all().delete()
    services.run_import(queued.pk, LATER)
    assert Entry.objects.count() == 0


def test_a_job_that_is_gone_is_nobodys_problem(db: None) -> None:
    services.run_import(12345, NOON)


def test_a_crash_in_the_middle_is_made_good_by_the_next_attempt(
    queued: ImportJob, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BATCH", 10)
    whole = store.store_rows
    calls = []

    def failing(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise Crash
        return whole(*arguments, **named)

    monkeypatch.setattr(store, "store_rows", failing)
    with pytest.raises(Crash):
        services.run_import(queued.pk, NOON)
    assert Entry.objects.count() == 20
    services.run_import(queued.pk, NOON + dt.timedelta(seconds=30))
    assert Entry.objects.count() == 20
    services.run_import(queued.pk, LATER)
    queued.refresh_from_db()
    assert (queued.status, queued.report["created"], queued.report["unchanged"]) == ("done", 11, 20)
    assert (Entry.objects.count(), Habit.objects.count()) == (31, 1)
    assert Habit.objects.get().state.through == NOON.date() - dt.timedelta(days=1)


def test_a_job_that_fails_every_time_is_given_up(queued: ImportJob, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise Crash

    monkeypatch.setattr(store, "create_habits", failing)
    now = NOON
    for _ in range(3):
        with pytest.raises(Crash):
            services.run_import(queued.pk, now)
        now += dt.timedelta(minutes=5)
    services.run_import(queued.pk, now)
    queued.refresh_from_db()
    assert (queued.status, queued.report["error"]["code"], queued.content) == ("failed", "gave_up", None)


def test_a_worker_that_was_overtaken_leaves_its_batch_unwritten(
    queued: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BATCH", 10)
    whole = store.store_rows

    def overtaken(*arguments: Any, **named: Any) -> Any:
        ImportJob.objects.update(lease_until=LATER)
        return whole(*arguments, **named)

    monkeypatch.setattr(store, "store_rows", overtaken)
    services.run_import(queued.pk, NOON)
    queued.refresh_from_db()
    assert (Entry.objects.count(), queued.status) == (10, "running")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_job_do_it_once(user: User) -> None:
    job = services.start_import(user=user, filename="f", content=TABLE, dry_run=False, now=NOON)
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        services.run_import(job.pk, NOON)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    job.refresh_from_db()
    assert (job.status, job.report["created"]) == ("done", 31)
    assert (Entry.objects.count(), Habit.objects.count()) == (31, 1)


@pytest.mark.django_db(transaction=True)
def test_two_jobs_with_one_file_make_one_habit(user: User) -> None:
    jobs = [services.start_import(user=user, filename="f", content=TABLE, dry_run=False, now=NOON) for _ in range(2)]
    together = threading.Barrier(2)

    def work(job_id: int) -> None:
        together.wait()
        services.run_import(job_id, NOON)
        connection.close()

    workers = [threading.Thread(target=work, args=(job.pk,)) for job in jobs]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {job.status for job in ImportJob.objects.all()} == {"done"}
    assert (Entry.objects.count(), Habit.objects.count()) == (31, 1)


def test_progress_is_told_as_it_goes(queued: ImportJob, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, list[str]]] = []
    monkeypatch.setattr(live, "publish", lambda user_id, _seq, keys, **_: told.append((user_id, list(keys))))
    monkeypatch.setattr(store, "BATCH", 10)
    services.run_import(queued.pk, NOON)
    assert len(told) > 4
    assert set(map(str, told)) == {str((user.pk, [f"import:{queued.pk}"]))}


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"\x89PNG\x00\x00", b"{]", b"nonsense"])
def test_a_file_of_no_format_fails_with_a_reason(import_file: Import, content: bytes) -> None:
    job = import_file(content)
    assert (job.status, job.content) == ("failed", None)
    assert job.error
    assert job.finished_at is not None


def test_a_preview_keeps_its_file_until_it_is_confirmed(import_file: Import, user: User) -> None:
    job = import_file(TABLE, dry_run=True)
    assert ImportJob.objects.filter(content__isnull=False).exists()
    services.confirm_import(user=user, job_id=job.pk, now=LATER)
    services.run_import(job.pk, LATER)
    job.refresh_from_db()
    assert (job.status, job.dry_run, job.content, Entry.objects.count()) == ("done", False, None, 31)


def test_confirming_twice_is_once(import_file: Import, user: User) -> None:
    job = import_file(TABLE, dry_run=True)
    services.confirm_import(user=user, job_id=job.pk, now=LATER)
    services.run_import(job.pk, LATER)
    assert services.confirm_import(user=user, job_id=job.pk, now=LATER).status == "done"


def test_there_is_nothing_to_confirm_when_the_file_is_gone(import_file: Import, user: User) -> None:
    job = import_file(TABLE, dry_run=True)
    services.sweep_imports(NOON + dt.timedelta(days=2))
    with pytest.raises(RuleError, match="preview"):
        services.confirm_import(user=user, job_id=job.pk, now=LATER)


def test_somebody_elses_import_is_not_there(import_file: Import, stranger: User) -> None:
    job = import_file(TABLE, dry_run=True)
    with pytest.raises(NotFound):
        services.confirm_import(user=stranger, job_id=job.pk, now=LATER)
    with pytest.raises(NotFound):
        import_job(stranger, job.pk)
    assert not import_jobs(stranger).exists()


def test_only_the_latest_previews_keep_their_files(import_file: Import) -> None:
    for _ in range(5):
        import_file(TABLE, dry_run=True)
    assert ImportJob.objects.filter(content__isnull=False).count() == services.MOST_PREVIEWS


def test_the_sweep_finds_what_waits_and_what_was_dropped(queued: ImportJob, import_file: Import) -> None:
    import_file(TABLE)
    assert services.sweep_imports(NOON) == [queued.pk]
    ImportJob.objects.filter(pk=queued.pk).update(status="running", lease_until=NOON)
    assert services.sweep_imports(NOON) == []
    assert services.sweep_imports(LATER) == [queued.pk]


def test_the_sweep_forgets_the_file_of_a_preview_and_keeps_its_report(import_file: Import) -> None:
    import_file(TABLE, dry_run=True)
    for hours, kept in ((23, True), (25, False)):
        services.sweep_imports(NOON + dt.timedelta(hours=hours))
        job = ImportJob.objects.get()
        assert (job.content is not None) is kept
    assert job.report["entries"]


def test_the_tasks_only_wake_the_services(queued: ImportJob, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(tasks.run_import, "delay", woken.append)
    tasks.sweep_imports()
    assert woken == [queued.pk]
    tasks.run_import(queued.pk)
    queued.refresh_from_db()
    assert queued.status == "done"


def test_a_lease_moves_on_with_the_time_that_passes(queued: ImportJob, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr("habits.transfer.lease.time.monotonic", lambda: seconds[0])
    lease = leases.Lease(queued, NOON)
    seconds[0] += 30
    lease.renew(10)
    queued.refresh_from_db()
    assert queued.lease_until == NOON + dt.timedelta(seconds=30) + leases.LENGTH
