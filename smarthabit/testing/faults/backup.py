"""Promise 19: a backup made under load holds every write that was acknowledged before it began, and can be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from smarthabit.testing import processes
from smarthabit.testing.faults import Figure, zero
from smarthabit.testing.load import Book, Key, Writers, people, stored
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.site import ROOT, Site
from smarthabit.testing.stack import Stack

TITLE = "19: a backup under load can be restored, and lacks nothing"


def run(folder: Path, *, long: bool) -> list[Figure]:
    """The commands of the embedded mode; in the long form also pg_dump and pg_restore."""
    for name in ("site", "restored", "stack", "again"):
        (folder / name).mkdir()
    with Site(folder / "site") as site:
        figures = on_sqlite(site, folder, writes=300 if long else 60)
    return figures + (on_postgres(folder, writes=300) if long else [])


def on_sqlite(site: Site, folder: Path, *, writes: int) -> list[Figure]:
    """``manage.py backup`` beside a running product, ``manage.py restore`` into an empty folder."""
    file = folder / "one.backup"
    with Writers(site.port, people(site, 2, name="backup")) as writers:
        writers.wait(writes)
        before = dict(writers.book.acknowledged)
        _manage(site, "backup", "--to", str(file))
        writers.wait(10)
    restored = Site(folder / "restored")
    _manage(restored, "restore", str(file))
    return _held("SQLite", before, writers.book, restored)


def on_postgres(folder: Path, *, writes: int) -> list[Figure]:
    """pg_dump beside a running product, pg_restore into another server."""
    with (
        TemporaryDirectory(prefix="smarthabit-dump-") as place,
        Valkey() as valkey,
        Postgres() as postgres,
        Postgres() as other,
        Stack(folder / "stack", postgres.url, valkey.url).migrate() as stack,
    ):
        file = Path(place) / "one.dump"
        processes.hand_over(file.parent)  # PostgreSQL's programs run without our rights
        with Writers(stack.port, people(stack, 2, name="backup")) as writers:
            writers.wait(writes)
            before = dict(writers.book.acknowledged)
            _run(postgres.programs / "pg_dump", "--format=custom", f"--file={file}", postgres.url)
            writers.wait(10)
        file.chmod(0o644)
        _run(other.programs / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={other.url}", file)
        return _held("PostgreSQL", before, writers.book, Stack(folder / "again", other.url, valkey.url))


def _held(where: str, before: dict[Key, str], book: Book, restored: Site) -> list[Figure]:
    found = stored(restored)
    with restored:
        shown = restored.answers()
    written_later = sum(key not in before for key in book.acknowledged if key in found)
    return [
        zero(
            f"missing of the {len(before)} acknowledged before the backup ({where}; {written_later} later ones in it)",
            sum(found.get(key) != note for key, note in before.items()),
        ),
        Figure(f"the product runs on what was restored ({where})", "yes" if shown else "no", "yes", shown),
    ]


def _manage(site: Site, *words: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    subprocess.run(command, env=site.env, cwd=ROOT, check=True, capture_output=True, timeout=120)


def _run(program: Path, *words: str | Path) -> None:
    command = [str(program), *map(str, words)]
    subprocess.run(command, check=True, capture_output=True, timeout=120, **processes.unprivileged())
