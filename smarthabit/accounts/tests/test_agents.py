"""Browsers are named as people know them."""

import pytest

from smarthabit.accounts.templatetags.agents import agent_name

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME, "Chrome on Linux"),
        (f"{CHROME} Edg/140.0", "Edge on Linux"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Safari/1", "Safari"),
        ("my-script/1.0", "my-script/1.0"),
        ("", "Unnamed"),
    ],
)
def test_a_user_agent_has_a_name(user_agent: str, name: str) -> None:
    assert agent_name(user_agent) == name
