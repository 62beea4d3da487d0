"""The product does not start with settings that would put data at risk."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smarthabit.checks import UnsafeSettings, reasons_against, refuse_unsafe

GOOD: dict[str, Any] = {
    "EMBEDDED": False,
    "DEBUG": False,
    "SECRET_KEY": "k7Qz-0pWm3vT9xLr2sYb8nHc5dJf1gUa6eKi4oRt",
    "JWT_SIGNING_KEY": "Zx8-cV4bN2mQ6wE0rT5yU9iO3pA7sD1fG4hJ6kL8",
    "ALLOWED_HOSTS": ["habits.example.org"],
    "DATABASE_URL": "postgres://habits:Vb3-9kQx@db/habits",
    "REDIS_URL": "redis://:Lm7-2pWz@cache/0",
}


def test_good_settings_start() -> None:
    refuse_unsafe(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "x" * 64),
        ("SECRET_KEY", "django-insecure-k7Qz0pWm3vT9xLr2sYb8nHc5dJf1gUa6eKi"),
        ("JWT_SIGNING_KEY", ""),
        ("JWT_SIGNING_KEY", "short"),
        ("JWT_SIGNING_KEY", GOOD["SECRET_KEY"]),
        ("ALLOWED_HOSTS", ["*"]),
        ("ALLOWED_HOSTS", ["habits.example.org", "*"]),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "postgres://postgres:postgres@localhost/habits"),
        ("DATABASE_URL", "postgres://habits:habits@db/habits"),
        ("DATABASE_URL", "postgres://habits@db/habits"),
        ("REDIS_URL", ""),
        ("REDIS_URL", "redis://cache/0"),
        ("REDIS_URL", "redis://:changeme@cache/0"),
        ("REDIS_URL", "redis://:Password@127.0.0.1/0"),
    ],
)
def test_each_weakness_is_one_reason(name: str, value: Any) -> None:
    assert len(list(reasons_against({**GOOD, name: value}))) == 1


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:6379/0", "redis://localhost/0", "redis://[::1]/0", "unix:///run/redis.sock"]
)
def test_without_a_password_only_this_machine_is_trusted(url: str) -> None:
    refuse_unsafe({**GOOD, "REDIS_URL": url})


@pytest.mark.parametrize("mode", ["EMBEDDED", "DEBUG"])
def test_embedded_and_debug_mode_are_let_off(mode: str) -> None:
    refuse_unsafe({**GOOD, mode: True, "SECRET_KEY": ""})


def test_all_reasons_are_said_at_once_and_no_secret_is() -> None:
    with pytest.raises(UnsafeSettings) as caught:
        refuse_unsafe({**GOOD, "SECRET_KEY": "hunter2", "ALLOWED_HOSTS": ["*"]})
    assert len(caught.value.reasons) == 2
    assert "hunter2" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "starts"),
    [
        ({}, True),
        ({"DATABASE_URL": GOOD["DATABASE_URL"]}, False),
        ({name: GOOD[name] for name in ("DATABASE_URL", "REDIS_URL")}, False),
        ({name: GOOD[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_SIGNING_KEY")}, True),
    ],
)
def test_a_process_refuses_to_boot(environment: dict[str, str], starts: bool, tmp_path: Path) -> None:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    run = subprocess.run(
        [sys.executable, "-c", "import smarthabit.settings"],
        env={**clean, "DATA_DIR": str(tmp_path), **environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode == 0) is starts, run.stderr
    assert starts or "SmartHabit does not start" in run.stderr
