"""Every error of the API has the one shape."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError, OperationalError
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from smarthabit import urls
from smarthabit.kernel import errors
from smarthabit.kernel.api.problems import flattened
from smarthabit.kernel.api.throttling import AddressThrottle, parse_rate

RAISED: dict[str, tuple[Exception, int]] = {
    "rule": (errors.RuleError("too_late", "That day is too late.", "day"), 422),
    "rule-without-field": (errors.RuleError("too_many", "There are too many."), 422),
    "service": (errors.ServiceError("unforeseen"), 500),
    "not-found": (errors.NotFound(), 404),
    "stale": (errors.VersionConflict({"version": 3}), 412),
    "stale-without-entry": (errors.VersionConflict(None), 412),
    "serializer": (serializers.ValidationError({"ops": [{}, {"day": ["No."]}]}), 400),
    "http404": (Http404(), 404),
    "denied": (PermissionDenied(), 403),
    "validation": (ValidationError({"name": ["Too long."]}), 422),
    "validation-of-all": (ValidationError("All of it."), 422),
    "too-big": (RequestDataTooBig(), 413),
    "suspicious": (SuspiciousOperation(), 400),
    "full": (OperationalError("disk full"), 503),
    "bug-in-sql": (DataError("bug"), 500),
    "bug": (RuntimeError("bug"), 500),
}


@api_view(["GET", "POST"])
@permission_classes([])
@throttle_classes([])
def _raise(request: Request, name: str) -> Response:
    """Raises what it is asked for."""
    raise RAISED[name][0]


@api_view(["POST"])
@permission_classes([])
@throttle_classes([AddressThrottle])
def _echo(request: Request) -> Response:
    """Gives back what it understood."""
    return Response(request.data)


def _plain(request: Any) -> HttpResponse:
    """A view outside of REST framework that fails."""
    raise PermissionDenied


@pytest.fixture(autouse=True)
def _paths() -> Iterator[None]:
    urls.urlpatterns[:0] = [
        path("api/v1/raise/<name>/", _raise),
        path("api/v1/echo/", _echo),
        path("api/v1/plain/", _plain),
    ]
    clear_url_caches()
    yield
    del urls.urlpatterns[:3]
    clear_url_caches()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def _document(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.content)
    assert document["status"] == status
    assert document["type"] == f"urn:smarthabit:problem:{document['code']}"
    assert document["title"]
    assert document["detail"]
    return document


@pytest.mark.parametrize("name", RAISED)
def test_whatever_a_view_raises_is_a_problem_document(client: Client, name: str) -> None:
    _document(client.get(f"/api/v1/raise/{name}/"), RAISED[name][1])


def test_a_rule_names_its_field_and_code(client: Client) -> None:
    document = _document(client.get("/api/v1/raise/rule/"), 422)
    assert (document["code"], document["errors"]) == ("too_late", {"day": ["That day is too late."]})


@pytest.mark.parametrize(("name", "current"), [("stale", {"version": 3}), ("stale-without-entry", None)])
def test_a_stale_version_comes_with_the_current_one(client: Client, name: str, current: Any) -> None:
    assert _document(client.get(f"/api/v1/raise/{name}/"), 412)["current"] == current


def test_errors_deep_in_a_body_are_named_by_their_path(client: Client) -> None:
    assert _document(client.get("/api/v1/raise/serializer/"), 400)["errors"] == {"ops.1.day": ["No."]}


def test_an_error_about_the_whole_body_has_a_name_too() -> None:
    assert dict(flattened(["All wrong."])) == {"non_field_errors": ["All wrong."]}


def test_a_503_says_when_to_come_back(client: Client) -> None:
    assert client.get("/api/v1/raise/full/").headers["Retry-After"] == "2"


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/", "/api/v2/habits/", "/api/v1/habits%20/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_an_unknown_path_is_a_404(client: Client, path: str, method: str) -> None:
    _document(client.generic(method, path), 404)


def test_a_failure_outside_of_the_framework_has_the_shape(client: Client) -> None:
    _document(client.get("/api/v1/plain/"), 403)


def test_a_method_that_is_not_there_is_a_405_with_what_is(client: Client) -> None:
    response = client.put("/api/v1/echo/", "{}", content_type="application/json")
    _document(response, 405)
    assert "POST" in response.headers["Allow"]


def test_another_content_type_is_a_415(client: Client) -> None:
    _document(client.post("/api/v1/echo/", "a=1", content_type="text/plain"), 415)


def test_an_answer_nobody_can_read_is_a_406(client: Client) -> None:
    _document(client.post("/api/v1/echo/", "{}", "application/json", headers={"Accept": "text/html"}), 406)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "malformed_json"),
        ('{"a": NaN}', "malformed_json"),
        ('{"a": -Infinity}', "malformed_json"),
        ('{"a": 1e999}', "malformed_json"),
        (b'{"a": "\xff"}', "malformed_json"),
        ("1" * 5000, "malformed_json"),
        (r'{"a": "\u0000"}', "nul_character"),
        (r'{"\u0000": 1}', "nul_character"),
        (r'{"a": ["\ud800"]}', "lone_surrogate"),
        ("[" * 100 + "]" * 100, "too_deep"),
        ("[" * 500_000, "too_deep"),
    ],
)
def test_json_that_is_not_strict_is_a_400(client: Client, body: str | bytes, code: str) -> None:
    response = client.post("/api/v1/echo/", body, content_type="application/json")
    assert _document(response, 400)["code"] == code


def test_strict_json_passes_as_it_is(client: Client) -> None:
    body = {"a": [1, 2.5, None, True, "ünï 🙂"], "b": {"c": []}}
    assert client.post("/api/v1/echo/", body, content_type="application/json").json() == body


def test_a_body_over_a_mebibyte_is_a_413(client: Client) -> None:
    body = json.dumps({"a": "x" * 1_048_576})
    _document(client.post("/api/v1/echo/", body, content_type="application/json"), 413)


def test_an_upload_may_be_larger_than_a_body_but_not_without_bounds(client: Client, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 2_000_000
    kind = "multipart/form-data; boundary=x"
    _document(client.post("/api/v1/echo/", b"x" * 1_100_000, content_type=kind), 415)
    _document(client.post("/api/v1/echo/", b"x" * 2_100_000, content_type=kind), 413)


def test_a_length_that_is_no_number_is_a_400(client: Client) -> None:
    _document(client.generic("POST", "/api/v1/echo/", "{}", "application/json", CONTENT_LENGTH="many"), 400)


@pytest.mark.parametrize("path", ["/api/v1/nothing/?tag=%00", "/api/v1/%00/"])
def test_nul_in_an_address_is_a_400(client: Client, path: str) -> None:
    _document(client.get(path), 400)


def test_too_many_requests_are_a_429_that_says_how_long(client: Client, settings: Any) -> None:
    settings.RATE_LIMITED = True
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"address": "3/hour"}}
    answers = [client.post("/api/v1/echo/", "{}", content_type="application/json") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    _document(answers[3], 429)
    assert 0 < int(answers[3].headers["Retry-After"]) <= 3600


def test_forwarded_addresses_are_not_believed_without_a_proxy(client: Client, settings: Any) -> None:
    settings.RATE_LIMITED = True
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"address": "3/hour"}}
    statuses = [
        client.post(
            "/api/v1/echo/", "{}", "application/json", headers={"X-Forwarded-For": f"198.51.100.{n}"}
        ).status_code
        for n in range(4)
    ]
    assert statuses[-1] == 429


def test_a_cache_that_is_away_stops_nobody(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITED = True
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"address": "1/hour"}}

    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(type(cache._connections["default"]), "add", away)  # type: ignore[attr-defined]  # the real cache behind the proxy
    for _ in range(3):
        assert client.post("/api/v1/echo/", "{}", content_type="application/json").status_code == 200


@pytest.mark.parametrize(("rate", "parsed"), [("600/min", (600, 60)), ("5/s", (5, 1)), ("9/day", (9, 86400))])
def test_a_rate_is_a_number_in_a_period(rate: str, parsed: tuple[int, int]) -> None:
    assert parse_rate(rate) == parsed


def test_what_is_no_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="no rate"):
        parse_rate("600 per fortnight")


def test_limits_can_be_lifted(client: Client, settings: Any) -> None:
    settings.RATE_LIMITED = False
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"address": "1/hour"}}
    for _ in range(3):
        assert client.post("/api/v1/echo/", "{}", content_type="application/json").status_code == 200
