"""Static files as they are collected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import FileSystemFinder

from smarthabit.serving.static import StaticStorage

ROOT = Path(__file__).resolve().parents[3]
SHEETS = ROOT / "static" / "css"


@pytest.fixture
def served(tmp_path: Path) -> str:
    """The one style sheet as it is served."""
    storage = StaticStorage(location=str(tmp_path), base_url="/static/")
    finder = FileSystemFinder()
    found = {name: (source, name) for name, source in finder.list([]) if name.endswith(".css")}
    for name, (source, path) in found.items():
        with source.open(path) as sheet:
            storage.save(name, sheet)
    for _name, _hashed, processed in storage.post_process(found):
        assert not isinstance(processed, Exception), processed
    return (tmp_path / str(storage.stored_name("css/app.css"))).read_text(encoding="utf-8")


def test_the_style_sheet_is_served_as_one_with_its_layers_in_order(served: str) -> None:
    assert "@import" not in served
    layers = list(dict.fromkeys(re.findall(r"^@layer (\w+) \{", served, re.MULTILINE)))
    assert layers == ["reset", "tokens", "base", "layout", "components", "utilities"]
    for sheet in SHEETS.glob("*.css"):
        assert sheet.name == "app.css" or sheet.read_text(encoding="utf-8") in served, sheet.name


def test_no_sheet_is_too_long_to_be_read() -> None:
    for sheet in SHEETS.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400
        assert text.count("{") == text.count("}"), sheet.name
