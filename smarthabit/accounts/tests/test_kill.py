"""A process killed at any moment of a POST leaves its effect together with its answer, or neither."""

import http.client
import json
import signal
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from smarthabit.accounts.tests.conftest import PASSWORD
from smarthabit.testing.site import Site

pytestmark = pytest.mark.faults

MOMENTS = (0.03, 0.15)  # seconds after sending


def _post(site: Site, path: str, body: dict[str, str], key: str = "") -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    with closing(http.client.HTTPConnection("localhost", site.port, timeout=30)) as connection:
        connection.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def _sent_and_lost(site: Site, body: dict[str, str], key: str) -> None:
    try:
        _post(site, "auth/register/", body, key)
    except (OSError, http.client.HTTPException):
        return  # the server died under it, which is what the test is about


@pytest.mark.timeout(300)
def test_a_retry_after_a_kill_gets_the_answer_of_the_first(tmp_path: Path) -> None:
    with Site(tmp_path) as site:
        for moment in MOMENTS:
            body = {"email": f"killed-after-{moment}@example.org", "password": PASSWORD}
            sending = threading.Thread(target=_sent_and_lost, args=(site, body, f"key-{moment}"))
            sending.start()
            time.sleep(moment)
            site.stop(signal.SIGKILL)
            sending.join()
            site.start()
            status, content = _post(site, "auth/register/", body, f"key-{moment}")
            # An effect without its answer would be refused now: the address would be taken.
            assert status == 201, content
            assert _post(site, "auth/register/", body, f"key-{moment}") == (status, content)
            assert _post(site, "auth/token/", {"email": body["email"], "password": PASSWORD})[0] == 200
