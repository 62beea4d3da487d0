"""What makes the site an app: the worker at its root, its manifest, and the page that stands in for others."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_service_worker_is_at_the_root_and_asked_for_each_time(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    script = answer.content.decode()
    assert "worker-push" in script
    assert "worker-offline" in script
    assert '"offline": "/offline/"' in script


def test_the_worker_is_another_one_in_another_language(client: Client) -> None:
    english = client.get("/sw.js").content
    assert client.get("/sw.js", headers={"Accept-Language": "de"}).content != english
    assert client.get("/sw.js").content == english


def test_the_page_without_a_connection_is_the_same_for_everybody(client: Client) -> None:
    page = client.get("/offline/").content.decode()
    assert "No connection" in page
    assert "data-user" not in page


def test_the_manifest_names_what_an_app_needs(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    assert any("maskable" in icon["purpose"] for icon in told["icons"])
