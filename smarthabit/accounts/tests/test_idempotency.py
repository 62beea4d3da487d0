"""Idempotency-Key: one effect, one answer, whatever happens in between."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import clear_url_caches, path, set_urlconf
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from smarthabit import urls
from smarthabit.accounts import answers, services
from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.api.idempotency import idempotency
from smarthabit.accounts.models import AuditEvent, IdempotentAnswer, User
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD, Api, Problem
from smarthabit.kernel import clock
from smarthabit.kernel.api import idempotency as sealing
from smarthabit.kernel.errors import RuleError

NEW = {"email": "new@example.org", "password": PASSWORD}


def _effects() -> int:
    return AuditEvent.objects.filter(kind="admin_change").count()


@api_view(["POST"])
def _effect(request: Request) -> Response:
    """Leaves a row behind, then answers as the body asks."""
    user, body = caller(request), cast("dict[str, Any]", request.data)
    AuditEvent.objects.create(kind="admin_change", at=clock.now(), user=user)
    match body.get("end"):
        case "crash":
            raise RuntimeError("the program is wrong")
        case "refuse":
            raise RuleError("no", "No.", "end")
        case "full":
            raise OperationalError("database or disk is full")
    return Response({"number": _effects()}, status=201, headers={"Location": "/somewhere/"})


@api_view(["POST"])
@parser_classes([MultiPartParser])
def _upload(request: Request) -> Response:
    """Answers with what arrived."""
    body = cast("dict[str, Any]", request.data)
    return Response({"file": body["file"].read().decode(), "n": body.get("n")})


@pytest.fixture(autouse=True)
def _paths(settings: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    urls.urlpatterns[:0] = [path("api/v1/test/effect/", _effect), path("api/v1/test/upload/", _upload)]
    clear_url_caches()
    set_urlconf(None)
    yield
    del urls.urlpatterns[:2]
    clear_url_caches()


def test_a_repeated_post_has_one_effect_and_the_same_bytes(api: Api) -> None:
    first = api.post("test/effect/", Idempotency_Key="k1")
    again = api.post("test/effect/", Idempotency_Key="k1")
    assert (first.status_code, first.content, first.headers["Content-Type"], first.headers["Location"]) == (
        again.status_code,
        again.content,
        again.headers["Content-Type"],
        again.headers["Location"],
    )
    assert first.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _effects() == 1


def test_without_a_key_every_post_counts(api: Api) -> None:
    for _ in range(2):
        api.post("test/effect/")
    assert _effects() == 2


def test_another_body_under_the_key_is_refused(api: Api, problem: Problem) -> None:
    api.post("test/effect/", {"a": 1}, Idempotency_Key="k1")
    response = api.post("test/effect/", {"a": 2}, Idempotency_Key="k1")
    assert problem(response, 422)["code"] == "idempotency_key_reused"
    assert _effects() == 1


def test_another_path_under_the_key_is_refused(api: Api, problem: Problem) -> None:
    api.post("test/effect/", Idempotency_Key="k1")
    problem(api.post("test/effect/?again=1", Idempotency_Key="k1"), 422)


def test_a_key_still_running_is_a_409(api: Api, user: User, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "finish", lambda *_, **__: True)  # the first request never gets to its end
    api.post("test/effect/", Idempotency_Key="k1")
    response = api.post("test/effect/", Idempotency_Key="k1")
    assert problem(response, 409)["code"] == "idempotency_key_running"
    assert response.headers["Retry-After"] == "1"


def test_a_key_whose_request_died_is_free_after_its_lease(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(answers, "finish", lambda *_, **__: True)
        api.post("test/effect/", Idempotency_Key="k1")
    clock.shift(answers.LEASE + dt.timedelta(seconds=1))
    assert api.post("test/effect/", Idempotency_Key="k1").status_code == 201
    clock.shift(dt.timedelta(0))
    assert api.post("test/effect/", Idempotency_Key="k1").headers["Idempotency-Replayed"] == "true"


def test_whoever_lost_the_lease_rolls_back(api: Api, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "finish", lambda *_, **__: False)
    problem(api.post("test/effect/", Idempotency_Key="k1"), 409)
    assert _effects() == 0


def test_a_crash_leaves_no_effect_and_frees_the_key(api: Api, problem: Problem) -> None:
    problem(api.post("test/effect/", {"end": "crash"}, Idempotency_Key="k1"), 500)
    assert _effects() == 0
    assert not IdempotentAnswer.objects.exists()


def test_a_full_disk_is_a_503_that_may_be_repeated(api: Api, problem: Problem) -> None:
    problem(api.post("test/effect/", {"end": "full"}, Idempotency_Key="k1"), 503)
    assert (_effects(), IdempotentAnswer.objects.count()) == (0, 0)


def test_a_refusal_is_an_answer_like_any_other(api: Api) -> None:
    first = api.post("test/effect/", {"end": "refuse"}, Idempotency_Key="k1")
    again = api.post("test/effect/", {"end": "refuse"}, Idempotency_Key="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again.headers["Content-Type"] == "application/problem+json"
    assert _effects() == 1


def test_a_401_is_not_remembered(user: User, anonymous: Api) -> None:
    body = {"email": "late@example.org", "password": PASSWORD}
    assert anonymous.post("auth/token/", body, Idempotency_Key="k1").status_code == 401
    services.register(email="late@example.org", password=PASSWORD, now=clock.now())
    assert anonymous.post("auth/token/", body, Idempotency_Key="k1").status_code == 200


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "tab\tkey", "ключ"])
def test_a_key_out_of_bounds_is_a_400(api: Api, key: str, problem: Problem) -> None:
    problem(api.post("test/effect/", Idempotency_Key=key.encode().decode("latin-1")), 400)


def test_people_do_not_share_keys(api: Api, stranger: User) -> None:
    other = Api(Api().sign_in(stranger.email).json()["access"])
    api.post("test/effect/", {"a": 1}, Idempotency_Key="k1")
    assert other.post("test/effect/", {"a": 2}, Idempotency_Key="k1").status_code == 201


def test_the_browser_may_send_keys_too(browser: Client) -> None:
    key = {"Idempotency-Key": "k1"}
    first, again = (browser.post("/api/v1/test/effect/", "{}", "application/json", headers=key) for _ in range(2))
    assert first.content == again.content
    assert _effects() == 1


def test_a_stored_answer_needs_a_living_token(api: Api, user: User, problem: Problem) -> None:
    api.post("test/effect/", Idempotency_Key="k1")
    services.deactivate(user=user, now=clock.now())
    problem(api.post("test/effect/", Idempotency_Key="k1"), 401)


def test_signing_up_twice_under_a_key_makes_one_account(db: None, anonymous: Api, problem: Problem) -> None:
    first, again = (anonymous.post("auth/register/", NEW, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert User.objects.count() == 1
    problem(anonymous.post("auth/register/", {**NEW, "email": "b@example.org"}, Idempotency_Key="k1"), 422)


def test_a_refresh_whose_reply_was_lost_may_be_repeated(pair: dict[str, str], anonymous: Api) -> None:
    body = {"refresh": pair["refresh"]}
    first, again = (anonymous.post("auth/token/refresh/", body, Idempotency_Key="k1") for _ in range(2))
    assert first.content == again.content
    assert Api(again.json()["access"]).get("me/").status_code == 200


def test_stored_tokens_are_not_readable(user: User, anonymous: Api) -> None:
    body = {"email": EMAIL, "password": PASSWORD}
    answer = anonymous.post("auth/token/", body, Idempotency_Key="k1")
    row = IdempotentAnswer.objects.get()
    assert answer.json()["refresh"].encode() not in bytes(row.body)
    assert PASSWORD not in str(row.__dict__)
    assert anonymous.post("auth/token/", body, Idempotency_Key="k1").content == answer.content


def test_an_upload_is_compared_by_its_content(api: Api, problem: Problem) -> None:
    def upload(content: bytes, n: str = "1") -> Any:
        headers = {"Idempotency-Key": "k1", "Authorization": f"Bearer {api.access}"}
        body = {"file": SimpleUploadedFile("x.csv", content), "n": n}
        return Client().post("/api/v1/test/upload/", body, headers=headers)

    first = upload(b"a,b")
    assert first.json() == {"file": "a,b", "n": "1"}
    assert upload(b"a,b").content == first.content
    problem(upload(b"a,c"), 422)
    problem(upload(b"a,b", n="2"), 422)


def test_an_upload_that_breaks_off_is_a_400(api: Api, problem: Problem) -> None:
    headers = {"Idempotency-Key": "k1", "Authorization": f"Bearer {api.access}"}
    kind = "multipart/form-data"
    problem(Client().generic("POST", "/api/v1/test/upload/", b"x", content_type=kind, headers=headers), 400)


def test_a_body_too_large_to_read_is_a_413(user: User, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    request = RequestFactory().post("/api/v1/x/", "x" * 11, content_type="text/plain", headers={"Idempotency-Key": "k"})
    request.user = user
    assert idempotency(_unreachable)(request).status_code == 413


def test_a_database_that_is_away_is_a_503(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(answers, "claim", away)
    request = RequestFactory().post("/api/v1/x/", headers={"Idempotency-Key": "k"})
    request.user = user
    assert idempotency(_unreachable)(request).status_code == 503


def _unreachable(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the view must not be reached")


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_posts_under_one_key_have_one_effect() -> None:
    services.register(email=EMAIL, password=PASSWORD, now=clock.now())
    api = Api(Api().sign_in().json()["access"])

    def post(_: int) -> Any:
        try:
            return api.post("test/effect/", Idempotency_Key="k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(post, range(50)))
    assert {answer.status_code for answer in got} <= {201, 409}
    assert len({answer.content for answer in got if answer.status_code == 201}) == 1
    assert _effects() == 1
    assert post(0).content == next(answer.content for answer in got if answer.status_code == 201)


def test_a_claim_taken_between_looking_and_inserting_is_still_one(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    same: dict[str, Any] = {"scope": "s", "key": "k", "fingerprint": "f", "now": clock.now()}
    assert isinstance(answers.claim(**same), answers.Claim)
    looked = iter([None])
    find = answers._find
    monkeypatch.setattr(answers, "_find", lambda scope, key: next(looked, find(scope, key)))
    assert answers.claim(**same) is answers.Refusal.RUNNING


def test_old_answers_are_purged(api: Api) -> None:
    api.post("test/effect/", Idempotency_Key="k1")
    assert answers.purge(clock.now()) == 0
    assert answers.purge(clock.now() + answers.KEPT_FOR + dt.timedelta(seconds=1)) == 1


def test_a_stranger_gets_no_answer_kept(db: None, anonymous: Api, problem: Problem) -> None:
    problem(anonymous.post("test/effect/", Idempotency_Key="k1"), 401)
    assert not IdempotentAnswer.objects.exists()


def test_a_bug_is_not_taken_for_an_outage(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(**_: Any) -> None:
        raise DataError("a bug in the statement")

    monkeypatch.setattr(answers, "claim", wrong)
    request = RequestFactory().post("/api/v1/x/", headers={"Idempotency-Key": "k"})
    request.user = user
    with pytest.raises(DataError):
        idempotency(_unreachable)(request)


def test_a_commit_that_fails_frees_the_key(user: User) -> None:
    def unplugged(request: HttpRequest) -> HttpResponse:
        raise OperationalError("the disk is full")

    request = RequestFactory().post("/api/v1/x/", headers={"Idempotency-Key": "k"})
    request.user = user
    assert idempotency(unplugged)(request).status_code == 503
    assert not IdempotentAnswer.objects.exists()


def test_a_sealed_answer_opens_only_for_the_same_request() -> None:
    sealed = sealing.seal(b"secret", "key", b"body")
    assert sealing.unseal(sealed, "key", b"body") == b"secret"
    for key, content in (("other", b"body"), ("key", b"other")):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(sealed, key, content)
