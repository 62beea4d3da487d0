"""What is shipped for a real deployment fits the code: no engine is needed to know that."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from smarthabit.testing import stack
from smarthabit.testing.site import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
ONLY_COMPOSE = {"HTTP_PORT", "HTTPS_PORT", "VERSION"}
"""Variables that only docker-compose.yml reads."""
SET_BY_SYSTEMS = {"DJANGO_SETTINGS_MODULE"}
_READ = re.compile(r"""(?:env\.(?:text|flag|number|names)|environ\.get)\(\s*"([A-Z][A-Z_]+)\"""")


def sources() -> list[Path]:
    folders = [ROOT / name for name in ("smarthabit", "habits", "goals", "analytics", "nudges")]
    found = [path for folder in folders for path in folder.rglob("*.py")]
    return [path for path in found if not {"tests", "testing"} & set(path.parts) and path.name != "settings_test.py"]


def test_every_variable_that_is_read_is_explained_and_no_other() -> None:
    read = {name for path in sources() for name in _READ.findall(path.read_text(encoding="utf-8"))}
    explained = re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) - ONLY_COMPOSE == read - SET_BY_SYSTEMS - {"PROBE_PORT"}


def test_the_example_keeps_what_it_says_the_defaults_are() -> None:
    """Uncommented, every line of it can be read as it stands."""
    lines = re.findall(r"^#([A-Z][A-Z_]+)=(.+)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    settings = (ROOT / "smarthabit" / "settings.py").read_text(encoding="utf-8")
    for name, value in lines:
        if found := re.search(rf'env\.(?:number|text)\("{name}", "?([^")]+)"?\)', settings):
            written = re.sub(r"\d[\d_ *]*\*[\d_ *]*", lambda sum_: str(eval(sum_[0])), found[1])  # noqa: S307 - our file
            assert written == value, name


def test_the_processes_are_those_that_tests_and_make_services_start() -> None:
    serving = stack.SERVER.replace("daphne", "daphne --bind 0.0.0.0 --port 8000", 1).split()
    assert SERVICES["web"]["command"] == SERVICES["sockets"]["command"] == serving
    assert SERVICES["worker"]["command"] == stack.WORKER.split()
    assert SERVICES["beat"]["command"] == stack.BEAT.split()
    (shipped,) = re.findall(r"^CMD (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert yaml.safe_load(shipped) == serving


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("on-failure" if name == "migrate" else "unless-stopped")
    assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
    assert service["logging"]["options"]["max-size"]
    if name in {"web", "sockets", "migrate"}:
        assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    else:
        assert service["healthcheck"]["test"]
    build = service.get("build", ".")
    recipe = ROOT / "Dockerfile" if build == "." else ROOT / build["context"] / build["dockerfile"]
    assert service.get("user") or re.search(r"^USER \d{5}:\d{5}$", recipe.read_text(), re.MULTILINE)


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert "data" not in SERVICES["proxy"]["networks"]
    assert SERVICES["postgres"]["networks"] == SERVICES["valkey"]["networks"] == ["data"]


def test_secrets_are_made_once_and_never_written_into_the_environment(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets"
    shutil.copy(ROOT / "deploy" / "make-secrets", script)
    subprocess.run(["/bin/sh", script], check=True, capture_output=True)
    made = {path.name: path.read_text().strip() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert len({value for name, value in made.items() if name.endswith("key")}) == 3
    assert urlsplit(made["database_url"]).password == made["database_password"]
    assert made["valkey_config"] == f"requirepass {urlsplit(made['redis_url']).password}"
    subprocess.run(["/bin/sh", script], check=True, capture_output=True)
    assert {path.name: path.read_text().strip() for path in (tmp_path / "secrets").iterdir()} == made
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(made)


def test_nothing_but_the_product_goes_into_the_image() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} <= {path.name for path in ROOT.iterdir()}
    assert "smarthabit/testing" in rules
