"""The API describes itself."""

import re
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_schema_is_openapi_3_1_and_names_the_bearer_token() -> None:
    answer = Client().get("/api/v1/schema/")
    schema = yaml.safe_load(answer.content)
    assert answer.status_code == 200
    assert schema["openapi"].startswith("3.1")
    assert schema["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert "/api/v1/auth/token/" in schema["paths"]


def test_the_schema_is_valid(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--file", str(tmp_path / "schema.yml"))


def test_the_docs_page_keeps_the_content_security_policy() -> None:
    answer = Client().get("/docs/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    assert "<style" not in html
    for source in re.findall(r"<script([^>]*)>", html):
        assert "src=" in source
    script = re.findall(r'src="(/docs/[^"]*)"', html)
    assert Client().get(script[0].replace("&amp;", "&")).headers["Content-Type"].startswith("application/javascript")
