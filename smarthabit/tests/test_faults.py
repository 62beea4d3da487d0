"""The short form of ``scripts/faults``: the same processes, the same counts, on fewer writes (docs/reliability.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smarthabit.testing.browser import chromium
from smarthabit.testing.faults import Figure, backup, beat, disk, faults, kills, live, signout, tabs
from smarthabit.testing.load import Person, people
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.site import ROOT, Site
from smarthabit.testing.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


def kept(figures: list[Figure]) -> None:
    assert figures
    assert not [str(figure) for figure in figures if not figure.met]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres(durable=True) as server:
        yield server


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture(scope="module")
def stack(postgres: Postgres, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two socket processes and all the rest; the last test of this module kills web and database."""
    folder = tmp_path_factory.mktemp("stack")
    whole = Stack(
        folder, postgres.url, valkey.url, web=1, sockets=2, workers=1, beats=1, SOCKETS_PER_USER="100",
        METRICS_TOKEN=tabs.TOKEN,
    )  # fmt: skip
    with whole.migrate():
        yield whole


@pytest.fixture(scope="module")
def persons(stack: Stack) -> list[Person]:
    """Those of one test are not those of another."""
    return people(stack, 10)


@pytest.mark.services
def test_silence_is_seen(stack: Stack, persons: list[Person]) -> None:
    kept(beat.prove(stack, persons[0], long=False))


@pytest.mark.services
def test_tabs_in_different_processes_show_the_same(stack: Stack, persons: list[Person]) -> None:
    with chromium() as browser:
        kept(tabs.prove(stack, browser, persons[8:], rounds=4))


@pytest.mark.services
def test_signing_out_reaches_every_process(stack: Stack, persons: list[Person]) -> None:
    kept(signout.prove(stack, persons[1:4], "with Redis"))


@pytest.mark.services
def test_whatever_redis_does_no_write_fails_and_every_tab_ends_up_right(
    stack: Stack, valkey: Valkey, persons: list[Person]
) -> None:
    kept(live.prove(stack, valkey, persons[4:6], tabs=12, writes=80, frozen=2.0))


@pytest.mark.services
def test_what_was_acknowledged_survives_kills_on_postgresql(
    stack: Stack, postgres: Postgres, persons: list[Person]
) -> None:
    kept(kills.on_postgres(stack, postgres, persons[6:8], rounds=1, writes=30))


def test_the_embedded_mode_keeps_its_word_on_a_full_disk_in_a_backup_and_under_kills(tmp_path: Path) -> None:
    for name in ("site", "restored"):
        (tmp_path / name).mkdir()
    with Site(tmp_path / "site", DJANGO_SETTINGS_MODULE=disk.SETTINGS) as site:
        kept(disk.prove(site, refusals=20))
        kept(backup.on_sqlite(site, tmp_path, writes=30))
        kept(kills.on_sqlite(site, rounds=1, writes=30))


def test_every_fault_is_in_the_table() -> None:
    table = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    names = [name for name, _fault in faults() if not name.startswith("nudge_")]  # theirs come with their own section
    assert names
    assert not [name for name in names if f"scripts/faults {name}" not in table]
