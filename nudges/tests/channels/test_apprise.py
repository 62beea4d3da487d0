"""Nudges through Apprise: off unless switched on, to the messengers on our list, and nowhere else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nudges.channels import Delivered, Gone, Outcome, Retry
from nudges.channels.apprise import Apprise, addresses
from nudges.channels.apprise.channel import service_of
from nudges.models import ChannelTarget
from nudges.services.targets import set_messenger
from nudges.tests.channels.messages import HOUR, PAYLOAD, message
from nudges.tests.conftest import NOON
from smarthabit.accounts.secrets_at_rest import encrypt
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError
from smarthabit.testing.receivers import Receiver

# Apprise imports a module of the standard library that Python 3.13 no longer has, and does without it there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TELEGRAM = "tgram://123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr/12345678/"


@pytest.fixture
def on(settings: Any) -> None:
    """A site whose operator allows all that can be allowed."""
    settings.APPRISE_SCHEMES = addresses.SCHEMES


def _deliver(user: User, **fields: Any) -> Outcome:
    return Apprise().deliver(message(user, **fields), key="the-key", window_left=HOUR)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("json://127.0.0.1:8000/", "scheme"),
        ("jsons://example.org/", "scheme"),
        ("xml://example.org/", "scheme"),
        ("form://127.0.0.1/", "scheme"),
        ("ntfy://127.0.0.1/topic", "scheme"),
        ("gotify://localhost/token", "scheme"),
        ("mailto://user:pass@127.0.0.1", "scheme"),
        ("matrix://127.0.0.1", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("syslog://", "scheme"),
        ("dbus://", "scheme"),
        ("https://discord.com/api/webhooks/1/abc", "scheme"),
        ("TGRAM", "scheme"),
        ("tgram://", "scheme"),
        ("", "unreadable"),
        ("tgram://a b", "unreadable"),
        ("tgram://töken/1", "unreadable"),
        (f"tgram://{'a' * 500}", "unreadable"),
        ("tgram://[::1/x", "unreadable"),
        (f"{TELEGRAM}?x", "unreadable"),
        (f"{TELEGRAM}#fragment", "unreadable"),
        *((f"{TELEGRAM}?{name}=x", "parameter") for name in ("template", "keyfile", "subfile", "redirect", "verify")),
        (f"{TELEGRAM}?Template=x", "parameter"),
        (f"{TELEGRAM}?%74emplate=x", "parameter"),
        (f"{TELEGRAM}?silent=yes&keyfile=/etc/passwd", "parameter"),
        (f"{TELEGRAM}?+Header=x", "parameter"),
        (f"{TELEGRAM}?rto=600", "parameter"),
        ("slack://a/b/c?mode=bot", "parameter"),
        ("discord://1/abc?avatar_url=http://127.0.0.1/", "parameter"),
    ],
)
def test_an_address_that_could_lead_elsewhere_is_not_taken(address: str, code: str) -> None:
    with pytest.raises(addresses.BadAddress) as refused:
        addresses.checked(address)
    assert refused.value.code == code


def test_an_address_of_the_list_is_taken_unless_the_operator_has_left_it_out() -> None:
    assert addresses.checked(f" {TELEGRAM}?silent=yes ") == f"{TELEGRAM}?silent=yes"
    with pytest.raises(addresses.BadAddress):
        addresses.checked(TELEGRAM, ("discord",))
    with pytest.raises(addresses.BadAddress):  # not even the operator can allow what was never looked at
        addresses.checked("json://127.0.0.1/", ("json",))


@pytest.mark.parametrize("scheme", addresses.SCHEMES)
def test_no_service_of_the_list_takes_a_host_from_its_address(scheme: str) -> None:
    from apprise.manager_plugins import NotificationManager

    manager: Any = NotificationManager()  # type: ignore[no-untyped-call]
    plugin = manager[scheme]
    assert not [template for template in plugin.templates if re.search(r"\{(host|port|hostname|fullpath)\}", template)]
    assert not {"host", "hostname", "port"} & set(plugin.template_tokens)
    fixed = [getattr(plugin, name, None) for name in ("notify_url", "webhook_url", "api_url")]
    assert any(str(url).startswith("https://") for url in fixed if url)


@pytest.mark.django_db
def test_nothing_is_named_and_nothing_is_sent_while_it_is_off(user: User) -> None:
    with pytest.raises(RuleError, match="begins with"):
        set_messenger(user=user, address=TELEGRAM, now=NOON)
    ChannelTarget.objects.create(user=user, kind="apprise", url=encrypt(TELEGRAM), created_at=NOON)
    assert not Apprise().available(user)
    assert _deliver(user) == Gone("no address")


@pytest.mark.django_db
@pytest.mark.usefixtures("on")
def test_a_nudge_is_handed_to_apprise_as_plain_text(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []

    class Answer:
        status_code, content, text = 200, b"{}", "{}"

    def post(url: str, **options: Any) -> Answer:
        sent.append((url, options))
        return Answer()

    monkeypatch.setattr("requests.post", post)
    set_messenger(user=user, address=TELEGRAM, now=NOON)
    assert Apprise().available(user)
    assert isinstance(_deliver(user, title=PAYLOAD), Delivered)
    (url, options) = sent[0]
    assert url.startswith("https://api.telegram.org/bot")
    assert (options["allow_redirects"], options["verify"]) == (False, True)
    assert "<script>" not in str(options["data"])
    assert ChannelTarget.objects.get().verified_at is not None


@pytest.mark.django_db
@pytest.mark.usefixtures("on")
def test_what_apprise_could_not_send_is_tried_again(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_url: str, **_options: Any) -> None:
        import requests

        raise requests.ConnectionError

    monkeypatch.setattr("requests.post", fail)
    set_messenger(user=user, address=TELEGRAM, now=NOON)
    assert isinstance(_deliver(user), Retry)
    assert ChannelTarget.objects.get().failures == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("on")
def test_an_address_that_slipped_into_the_table_is_looked_at_again(user: User, settings: Any) -> None:
    with Receiver() as canary:
        row = ChannelTarget.objects.create(user=user, kind="apprise", url="", created_at=NOON)
        for address in (f"json://127.0.0.1:{canary.port}/", f"{TELEGRAM}?verify=no", "tgram://incomplete"):
            ChannelTarget.objects.filter(pk=row.pk).update(url=encrypt(address))
            assert isinstance(_deliver(user), Gone)
        settings.SECRET_KEY = "another-key-altogether-0123456789-abcdefghijklmnopqrstuv"
        assert isinstance(_deliver(user), Gone)
    assert canary.connections == 0


def test_apprise_itself_is_told_to_keep_nothing_and_load_nothing() -> None:
    sender = service_of(TELEGRAM)
    assert not sender.asset.plugin_paths
    assert sender.asset.storage_mode.value == "memory"
    assert service_of("tgram://incomplete") is None
