"""People and clients that the tests of accounts start from."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from smarthabit.accounts import services
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

PASSWORD = "correct horse battery staple"
EMAIL = "ada@example.org"


@dataclass
class Api:
    """A client of the API, with or without an access token."""

    access: str = ""
    address: str = "203.0.113.5"
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.access:
            sent["Authorization"] = f"Bearer {self.access}"
        content = body if isinstance(body, (bytes, str)) else json.dumps(body if body is not None else {})
        return Client(raise_request_exception=False).generic(
            method,
            f"/api/v1/{path}",
            content,
            content_type="application/json",
            headers=sent,
            REMOTE_ADDR=self.address,
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, "", **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("DELETE", path, body, **headers)

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **more: str) -> Any:
        return self.post("auth/token/", {"email": email, "password": password, **more})


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: Any) -> None:
    settings.RATE_LIMITED = False


@pytest.fixture
def now() -> dt.datetime:
    return clock.now()


@pytest.fixture
def user(db: None, now: dt.datetime) -> User:
    return services.register(email=EMAIL, password=PASSWORD, now=now)


@pytest.fixture
def stranger(db: None, now: dt.datetime) -> User:
    return services.register(email="eve@example.org", password=PASSWORD, now=now)


@pytest.fixture
def anonymous() -> Api:
    return Api()


@pytest.fixture
def pair(user: User, anonymous: Api) -> dict[str, str]:
    answer: dict[str, str] = anonymous.sign_in().json()
    return answer


@pytest.fixture
def api(pair: dict[str, str]) -> Api:
    return Api(pair["access"])


@pytest.fixture
def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


Problem = Callable[[Any, int], dict[str, Any]]


@pytest.fixture
def problem() -> Problem:
    """Checks that an answer is a problem document of a status, and returns it."""

    def check(response: Any, status: int) -> dict[str, Any]:
        assert response.status_code == status, response.content
        assert response.headers["Content-Type"] == "application/problem+json"
        document: dict[str, Any] = json.loads(response.content)
        assert document["status"] == status
        assert {"type", "title", "detail", "code"} <= document.keys()
        return document

    return check
