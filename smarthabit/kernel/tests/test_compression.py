"""What travels compressed."""

import gzip

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_page_travels_compressed_to_whoever_can_read_it() -> None:
    plain = Client().get("/accounts/login/")
    packed = Client().get("/accounts/login/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"<html" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2


@pytest.mark.django_db
def test_the_api_does_not_pay_for_it() -> None:
    answer = Client().get("/api/v1/schema/?format=json", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
