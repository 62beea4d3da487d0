"""Signing in, refreshing, and everything that ends a token."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from django.db import connection

from smarthabit.accounts import services, tokens
from smarthabit.accounts.models import AuditEvent, RefreshToken, TokenFamily, User
from smarthabit.accounts.tests.conftest import EMAIL, PASSWORD, Api, Problem
from smarthabit.kernel import clock


def test_a_token_opens_the_own_profile(api: Api) -> None:
    assert api.get("me/").json()["email"] == EMAIL


def test_authentication_costs_one_query(api: Api, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        api.get("me/")


def test_a_wrong_password_is_a_401_that_names_the_challenge(user: User, anonymous: Api, problem: Problem) -> None:
    response = anonymous.sign_in(password="not the password at all")
    assert problem(response, 401)["code"] == "sign_in_refused"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_unknown_email_is_answered_like_a_wrong_password(user: User, anonymous: Api) -> None:
    unknown = anonymous.sign_in(email="nobody@example.org")
    wrong = anonymous.sign_in(password="not the password at all")
    assert unknown.content == wrong.content


def test_an_unknown_email_costs_as_many_hashes_as_a_wrong_password(
    user: User, anonymous: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    anonymous.sign_in(password="not the password at all")
    for_known = len(hashed)
    anonymous.sign_in(email="nobody@example.org")
    assert for_known == len(hashed) - for_known == 1


def test_no_token_is_a_401_with_a_challenge(db: None, anonymous: Api, problem: Problem) -> None:
    response = anonymous.get("me/")
    problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
def test_a_token_that_is_none_is_a_401(db: None, token: str, problem: Problem) -> None:
    problem(Api(token or " ").get("me/"), 401)


def test_a_refresh_token_is_no_access_token(pair: dict[str, str], problem: Problem) -> None:
    problem(Api(pair["refresh"]).get("me/"), 401)


def test_an_access_token_does_not_refresh(pair: dict[str, str], anonymous: Api, problem: Problem) -> None:
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["access"]}), 401)


def test_tokens_are_not_signed_with_the_secret_key(pair: dict[str, str], settings: Any) -> None:
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(pair["access"], settings.SECRET_KEY, algorithms=["HS256"])


def test_a_token_without_a_signature_is_refused(pair: dict[str, str], problem: Problem) -> None:
    claims = jwt.decode(pair["access"], options={"verify_signature": False})
    problem(Api(jwt.encode(claims, "", algorithm="none")).get("me/"), 401)


def test_an_access_token_runs_out_after_ten_minutes(api: Api, problem: Problem) -> None:
    clock.shift(dt.timedelta(minutes=9))
    assert api.get("me/").status_code == 200
    clock.shift(dt.timedelta(minutes=11))
    problem(api.get("me/"), 401)


def test_refreshing_gives_a_pair_that_works(pair: dict[str, str], anonymous: Api) -> None:
    fresh = anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}).json()
    assert fresh["refresh"] != pair["refresh"]
    assert Api(fresh["access"]).get("me/").status_code == 200


def test_a_refresh_token_runs_out(pair: dict[str, str], anonymous: Api, problem: Problem) -> None:
    clock.shift(dt.timedelta(days=31))
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}), 401)


def test_a_replay_revokes_the_family_and_its_access(pair: dict[str, str], anonymous: Api, problem: Problem) -> None:
    fresh = anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}).json()
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}), 401)
    problem(anonymous.post("auth/token/refresh/", {"refresh": fresh["refresh"]}), 401)
    problem(Api(fresh["access"]).get("me/"), 401)
    assert AuditEvent.objects.filter(kind="token_replayed").count() == 1


def test_a_replay_is_recognised_after_its_row_was_purged(
    pair: dict[str, str], anonymous: Api, problem: Problem
) -> None:
    fresh = anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}).json()
    assert tokens.purge(clock.now() + dt.timedelta(days=2)) == 1
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}), 401)
    problem(Api(fresh["access"]).get("me/"), 401)


def test_a_replay_leaves_other_sign_ins_alone(pair: dict[str, str], anonymous: Api) -> None:
    other = anonymous.sign_in().json()
    for _ in range(2):
        anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]})
    assert Api(other["access"]).get("me/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_eight_parallel_refreshes_one_succeeds_and_the_family_ends(problem: Problem) -> None:
    services.register(email=EMAIL, password=PASSWORD, now=clock.now())
    pair = Api().sign_in().json()

    def refresh(_: int) -> Any:
        try:
            return Api().post("auth/token/refresh/", {"refresh": pair["refresh"]})
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(refresh, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    problem(Api(pair["access"]).get("me/"), 401)
    assert not TokenFamily.objects.filter(revoked_at__isnull=True).exists()


def test_revoking_ends_refresh_and_access_and_may_be_repeated(
    pair: dict[str, str], anonymous: Api, problem: Problem
) -> None:
    for _ in range(2):
        response = anonymous.post("auth/token/revoke/", {"refresh": pair["refresh"]})
        assert (response.status_code, response.content) == (204, b"")
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}), 401)
    problem(Api(pair["access"]).get("me/"), 401)


def test_revoking_something_else_is_a_401(db: None, anonymous: Api, problem: Problem) -> None:
    problem(anonymous.post("auth/token/revoke/", {"refresh": "nonsense"}), 401)


def test_a_new_password_ends_every_token_even_without_its_service(
    user: User, api: Api, pair: dict[str, str], anonymous: Api, problem: Problem
) -> None:
    user.set_password("another long password")
    user.save()
    problem(api.get("me/"), 401)
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}), 401)


def test_a_deactivated_user_is_out_at_once(
    user: User, api: Api, pair: dict[str, str], anonymous: Api, problem: Problem, now: dt.datetime
) -> None:
    services.deactivate(user=user, now=now, actor="operator@example.org")
    problem(api.get("me/"), 401)
    problem(anonymous.post("auth/token/refresh/", {"refresh": pair["refresh"]}), 401)
    problem(anonymous.sign_in(), 401)


def test_an_activated_user_signs_in_anew(user: User, api: Api, anonymous: Api, problem: Problem) -> None:
    services.deactivate(user=user, now=clock.now())
    services.activate(user=user, now=clock.now(), actor="operator@example.org")
    problem(api.get("me/"), 401)
    assert anonymous.sign_in().status_code == 200


def test_refresh_tokens_are_stored_as_hashes(pair: dict[str, str]) -> None:
    jti = jwt.decode(pair["refresh"], options={"verify_signature": False})["jti"]
    assert jti not in {row.jti_hash for row in RefreshToken.objects.all()}


def test_families_nobody_can_use_any_more_are_purged(pair: dict[str, str]) -> None:
    tokens.purge(clock.now() + dt.timedelta(days=31))
    assert not TokenFamily.objects.exists()
