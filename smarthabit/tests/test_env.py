"""Keys that a site makes for itself."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from smarthabit import env


def test_a_push_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "vapid_private_key"
    made = env.push_key(path, "")
    assert env.push_key(path, "") == made
    assert len(base64.urlsafe_b64decode(made + "=")) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_given_push_key_counts_and_there_may_be_none(tmp_path: Path) -> None:
    given = base64.urlsafe_b64encode(bytes(range(32))).decode()
    assert env.push_key(tmp_path / "key", given) == given.rstrip("=")
    assert not (tmp_path / "key").exists()
    assert env.push_key(None, "") == ""


@pytest.mark.parametrize("given", ["short", "?" * 43, "ä" * 43, base64.b64encode(bytes(33)).decode()])
def test_a_push_key_of_another_shape_is_refused(given: str) -> None:
    with pytest.raises(env.BadEnvironment, match="32 bytes"):
        env.push_key(None, given)
