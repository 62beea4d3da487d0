"""Import and export in the API."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from habits.models import Entry, ImportJob
from habits.tests.conftest import MakeHabit
from habits.transfer import services, wake
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

pytestmark = pytest.mark.once

TABLE = b"habit,date,value\nRead,2026-01-01,1\nRead,broken,1\n"


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The jobs a worker was told about."""
    jobs: list[int] = []
    monkeypatch.setattr(wake, "_later", jobs.append)
    return jobs


@pytest.fixture
def api(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def upload(api: Client, content: bytes = TABLE, **fields: Any) -> Any:
    file = io.BytesIO(content)
    file.name = "read.csv"
    return api.post("/api/v1/imports/", {"file": file, **fields})


def test_an_upload_is_taken_and_carried_out(
    api: Client, woken: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(api)
    assert response.status_code == 202
    body = response.json()
    assert (body["status"], body["progress"], body["dry_run"], body["filename"]) == ("queued", 0, False, "read.csv")
    assert woken == [int(body["id"])]
    services.run_import(int(body["id"]), clock.now())
    body = api.get(f"/api/v1/imports/{body['id']}/").json()
    assert (body["format"], body["status"], body["progress"]) == ("csv", "done", 100)
    assert (body["habits"], body["entries"]) == (1, 1)
    assert body["refused"] == [
        {"line": 3, "reason": "This is not a day written YYYY-MM-DD: broken", "file": "", "code": "bad_day"}
    ]


def test_a_dry_run(api: Client) -> None:
    body = upload(api, dry_run="true").json()
    services.run_import(int(body["id"]), clock.now())
    assert api.get(f"/api/v1/imports/{body['id']}/").json()["dry_run"] is True
    assert not Entry.objects.exists()


def test_the_list_of_imports(api: Client, stranger: User) -> None:
    ids = [upload(api).json()["id"] for _ in range(2)]
    services.start_import(user=stranger, filename="f", content=TABLE, dry_run=False, now=clock.now())
    assert [one["id"] for one in api.get("/api/v1/imports/").json()["results"]] == ids[::-1]


def test_why_a_file_was_not_taken(api: Client) -> None:
    body = upload(api, b"nonsense").json()
    services.run_import(int(body["id"]), clock.now())
    body = api.get(f"/api/v1/imports/{body['id']}/").json()
    assert (body["status"], body["error"]) == (
        "failed",
        "The first line must name the columns, at least habit and date.",
    )


def test_another_ones_import_is_not_there(api: Client, stranger: User) -> None:
    job = services.start_import(user=stranger, filename="f", content=TABLE, dry_run=False, now=clock.now())
    assert api.get(f"/api/v1/imports/{job.pk}/").status_code == 404


@pytest.mark.parametrize("declared", [True, False])
def test_a_file_that_is_too_large(api: Client, settings: Any, declared: bool) -> None:
    settings.IMPORT_MAX_BYTES = 10 if not declared else -100_000
    response = upload(api)
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert not ImportJob.objects.exists()


def test_an_empty_file(api: Client) -> None:
    response = upload(api, b"")
    assert (response.status_code, response.json()["code"]) == (422, "empty_file")


def test_a_body_of_another_kind(api: Client) -> None:
    assert api.post("/api/v1/imports/", TABLE, content_type="text/csv").status_code == 415
    assert api.post("/api/v1/imports/", {"dry_run": "true"}).status_code == 400


def test_nobody_imports_or_exports(client: Client, db: None) -> None:
    for method, path in (("post", "imports/"), ("get", "imports/"), ("get", "imports/1/"), ("get", "export/")):
        assert getattr(client, method)(f"/api/v1/{path}").status_code in {401, 403}


def test_the_export_is_json_unless_asked_otherwise(api: Client, make_habit: MakeHabit) -> None:
    make_habit("Read")
    response = api.get("/api/v1/export/")
    assert response["Content-Type"] == "application/json"
    assert "attachment" in response["Content-Disposition"]
    assert [habit["name"] for habit in json.loads(response.getvalue())["habits"]] == ["Read"]


def test_the_export_as_tables(api: Client) -> None:
    response = api.get("/api/v1/export/?format=csv", headers={"Accept": "application/zip"})
    assert response["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(response.getvalue())).namelist() == ["habits.csv", "entries.csv"]


def test_an_export_of_no_known_format(api: Client) -> None:
    response = api.get("/api/v1/export/?format=xml")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_an_export_is_noted_in_the_audit_log(api: Client, user: User) -> None:
    api.get("/api/v1/export/")
    event = apps.get_model("accounts", "AuditEvent").objects.get(kind="data_exported")
    assert (event.user_id, event.detail) == (user.pk, {"format": "json"})
