"""Signs of life of the processes that answer no requests: a file each, which ``serving.probe`` looks at."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def sign(kind: str) -> Path:
    """The file that a worker or beat touches; DATA_DIR, which is a folder of the container's own, says where."""
    folder = os.environ.get("DATA_DIR", "").strip()
    return Path(folder or tempfile.gettempdir()) / f"alive-{kind}"


def show(kind: str) -> None:
    """Leave a sign; where that is not possible the probe will say so."""
    path = sign(kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        return
