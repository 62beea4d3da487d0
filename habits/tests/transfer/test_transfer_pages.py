"""The pages of import and export."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from habits.models import Entry, ImportJob
from habits.tests.conftest import MakeHabit
from habits.transfer import services, wake
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

pytestmark = pytest.mark.once

TABLE = b"habit,date,value,note\nRead,2026-01-01,1,\nRead,broken,1,\nRead,2026-01-03,1," + b"x" * 2500 + b"\n"


@pytest.fixture
def browser(client: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(wake, "_later", lambda _: None)
    client.force_login(user)
    return client


def upload(browser: Client, content: bytes = TABLE) -> Any:
    file = io.BytesIO(content)
    file.name = "read.csv"
    return browser.post(reverse("habits:import"), {"file": file})


def carried_out(job: ImportJob) -> ImportJob:
    services.run_import(job.pk, clock.now())
    job.refresh_from_db()
    return job


def test_from_the_file_to_the_days(browser: Client) -> None:
    assert browser.get(reverse("habits:import")).status_code == 200
    response = upload(browser)
    job = ImportJob.objects.get()
    page = reverse("habits:import_job", args=[job.pk])
    assert (response.status_code, response["Location"]) == (302, page)
    assert "<progress" in browser.get(page).content.decode()
    carried_out(job)
    shown = browser.get(page).content.decode()
    assert "2 days would be stored." in shown
    assert "This is not a day written YYYY-MM-DD: broken" in shown
    assert not Entry.objects.exists()
    assert browser.post(reverse("habits:import_confirm", args=[job.pk])).status_code == 302
    carried_out(job)
    shown = browser.get(page).content.decode()
    assert "2 days were stored." in shown
    assert "has been cut" in shown
    assert Entry.objects.count() == 2


def test_a_second_time_there_is_nothing_to_store(browser: Client) -> None:
    for expected in ("2 days would be stored.", "All of it is here already."):
        upload(browser)
        job = carried_out(ImportJob.objects.latest("pk"))
        assert expected in browser.get(reverse("habits:import_job", args=[job.pk])).content.decode()
        browser.post(reverse("habits:import_confirm", args=[job.pk]))
        carried_out(job)


def test_without_scripts_one_can_look_again_and_a_file_that_was_only_read_stored_nothing(browser: Client) -> None:
    upload(browser, bytes(range(128, 256)))
    job = ImportJob.objects.get()
    address = reverse("habits:import_job", args=[job.pk])
    assert f'<noscript><p><a class="button button--quiet" href="{address}"' in browser.get(address).content.decode()
    carried_out(job)
    shown = browser.get(address).content.decode()
    assert "neither a table" in shown
    assert "an earlier attempt" not in shown


def test_a_day_that_has_not_begun_is_refused_and_not_counted_to_the_habit(browser: Client) -> None:
    upload(browser, b"habit,date,value\nRead,2026-01-01,1\nRead,2199-01-01,5\n")
    carried_out(ImportJob.objects.get())
    shown = browser.get(reverse("habits:import_job", args=[ImportJob.objects.get().pk])).content.decode()
    assert "1 habit, 1 day." in shown
    assert "This day has not begun yet: 2199-01-01" in shown
    table, refused = shown.split("could not be taken")
    assert "2199" not in table
    assert "2199" in refused


def test_what_was_written_by_hand_is_said_to_stay(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Read")
    Entry.objects.create(user=user, habit=habit, day="2026-01-01", value_milli=0, written_at=clock.now())
    upload(browser)
    job = carried_out(ImportJob.objects.get())
    assert "Yours stays." in browser.get(reverse("habits:import_job", args=[job.pk])).content.decode()


def test_the_moving_part_stops_asking_when_it_is_done(browser: Client) -> None:
    upload(browser)
    job = ImportJob.objects.get()
    address = reverse("habits:import_state", args=[job.pk])
    assert browser.get(address).status_code == 200
    carried_out(job)
    assert browser.get(address).status_code == 286


def test_a_file_that_cannot_be_read_says_why(browser: Client) -> None:
    upload(browser, b"nonsense")
    job = carried_out(ImportJob.objects.get())
    shown = browser.get(reverse("habits:import_job", args=[job.pk])).content.decode()
    assert "The first line must name the columns" in shown


def test_an_empty_file_is_told_beside_the_field(browser: Client) -> None:
    response = upload(browser, b"")
    assert response.status_code == 422
    assert "The file is empty." in response.content.decode()


def test_a_body_that_is_too_large_is_not_read(browser: Client, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = -100_000
    assert upload(browser).status_code in {400, 413}


def test_the_form_needs_its_token(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert upload(strict).status_code == 403


def test_earlier_imports_are_listed(browser: Client) -> None:
    upload(browser)
    assert "read.csv" in browser.get(reverse("habits:import")).content.decode()


def test_a_preview_that_is_gone_cannot_be_confirmed(browser: Client) -> None:
    upload(browser)
    job = carried_out(ImportJob.objects.get())
    ImportJob.objects.update(content=None)
    response = browser.post(reverse("habits:import_confirm", args=[job.pk]))
    assert response.status_code == 422
    assert "There is no preview to confirm." in response.content.decode()


def test_somebody_elses_import_is_not_there(browser: Client, stranger: User) -> None:
    job = services.start_import(user=stranger, filename="f", content=TABLE, dry_run=True, now=clock.now())
    for name in ("import_job", "import_state"):
        assert browser.get(reverse(f"habits:{name}", args=[job.pk])).status_code == 404
    assert browser.post(reverse("habits:import_confirm", args=[job.pk])).status_code == 404


def test_nobody_is_sent_to_sign_in(client: Client, db: None) -> None:
    for name in ("habits:import", "habits:export"):
        assert client.get(reverse(name)).status_code == 302


def test_the_export_page_and_its_files(browser: Client) -> None:
    address = reverse("habits:export")
    assert "Download JSON" in browser.get(address).content.decode()
    for wanted, kind in (("json", "application/json"), ("csv", "application/zip")):
        response = browser.get(f"{address}?format={wanted}")
        assert response["Content-Type"] == kind
        assert response.getvalue()


def test_user_text_is_escaped(browser: Client) -> None:
    upload(browser, b"habit,date,value\n<script>x</script>,2026-01-01,1\nR,<img src=x>,1\n")
    job = carried_out(ImportJob.objects.get())
    shown = browser.get(reverse("habits:import_job", args=[job.pk])).content.decode()
    assert "<script>x" not in shown
    assert "<img src=x>" not in shown
