"""Whether a process of the product is well, for the health checks of containers: ends with 0 or 1 and says why.

    python -m smarthabit.serving.probe http|worker|beat

It loads nothing of the product, as it runs every few seconds.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from urllib.parse import urlsplit

from smarthabit.serving.alive import sign

SILENT_SECONDS = 60.0
"""A worker shows itself every two seconds, beat with every job it sends: at least every 10."""


def main(kind: str) -> int:
    """Look, and print what is wrong, if anything is."""
    wrong = _http() if kind == "http" else _silence(kind)
    if wrong:
        print(wrong)  # noqa: T201 - for whoever asks the container
    return 1 if wrong else 0


def _http() -> str:
    """Ask as the proxy would: by the site's name, and over TLS when that is what people use."""
    site = urlsplit(os.environ.get("SITE_URL", "").strip() or "http://localhost")
    port = int(os.environ.get("PROBE_PORT", "") or 8000)
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme, "X-Forwarded-For": "127.0.0.1"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz", headers=headers)
        status = connection.getresponse().status
    except OSError as error:
        return f"no answer: {error}"
    finally:
        connection.close()
    return "" if status == 200 else f"answered {status}"


def _silence(kind: str) -> str:
    try:
        silent = time.time() - sign(kind).stat().st_mtime
    except OSError:
        return f"{kind} has not begun"
    return f"{kind} has been silent for {silent:.0f} s" if silent > SILENT_SECONDS else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
