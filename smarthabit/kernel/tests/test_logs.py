"""Lines of the log: what they hold, and what they do not."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings

from smarthabit.kernel.logs import JsonFormatter, without_keys

SECRET = "Zk3_q-9AbC"


KEYS = (
    f"/feeds/{SECRET}.ics",
    f"/feeds/{SECRET}",
    f"/nudges/action/{SECRET}:1x:y/",
    f"/nudges/unsubscribe/{SECRET}/",
    f"/accounts/confirm-email/{SECRET}/",
    f"/accounts/password/reset/key/1-{SECRET}/",
)
NO_KEYS = ("/settings/feeds/7/revoke/", "/feeds", "/nudges/7/dismiss/", "/api/v1/feeds/")


@pytest.mark.parametrize("path", KEYS)
def test_addresses_that_are_keys_are_cut_short(path: str) -> None:
    for said in (path, f"Not Found: {path}?a=b", f"<WSGIRequest: GET '{path}'>", f"{path}\\n{path}"):
        assert SECRET not in without_keys(said)
        assert "/..." in without_keys(said)


@pytest.mark.parametrize("path", NO_KEYS)
def test_other_addresses_stay_as_they_are(path: str) -> None:
    assert without_keys(f"GET {path}") == f"GET {path}"


def test_the_proxy_that_is_shipped_cuts_the_same() -> None:
    caddyfile = (Path(settings.BASE_DIR) / "deploy" / "Caddyfile").read_text()
    ((pattern, instead),) = re.findall(r"request>uri regexp `([^`]+)` \"([^\"]+)\"", caddyfile)
    for path in (*KEYS, *NO_KEYS):
        assert re.sub(pattern, instead.replace("$1", r"\1"), path) == without_keys(path)


def test_a_line_is_one_object_with_what_was_passed_along() -> None:
    try:
        int(f"/feeds/{SECRET}.ics")
    except ValueError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, __file__, 1, "said %s", ("ö",), sys.exc_info(), extra={"path": f"/feeds/{SECRET}.ics"}
        )
    line = JsonFormatter().format(record)
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"], told["path"]) == ("error", "x", "said ö", "/feeds/...")
    assert "ValueError" in told["error"]
    assert SECRET not in line
    assert "\n" not in line
