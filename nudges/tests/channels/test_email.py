"""Nudges by mail: to a real mail server on this machine."""

from __future__ import annotations

import re
import smtplib
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from nudges.channels import Delivered, Gone, Outcome, Retry
from nudges.channels.email import Email
from nudges.channels.email.channel import mail_of, message_id
from nudges.models import NudgePreferences
from nudges.services import switch_channel
from nudges.tests.channels.messages import HOUR, PAYLOAD, message
from nudges.tests.conftest import NOON
from smarthabit.accounts.user import User
from smarthabit.testing.receivers import Mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def verified(user: User, settings: Any) -> User:
    """Somebody whose address is known to be theirs, on a site that sends mail."""
    settings.EMAIL_CONFIGURED = True
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _deliver(user: User, **fields: Any) -> Outcome:
    return Email().deliver(message(user, **fields), key="the-key", window_left=HOUR)


def _html(sent: Any) -> str:
    return str(sent.alternatives[0].content)


def _through(settings: Any, mailbox: Mailbox) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", mailbox.port, False


def test_a_nudge_reaches_a_mail_server_in_two_parts_with_a_way_out(verified: User, settings: Any) -> None:
    with Mailbox() as mailbox:
        _through(settings, mailbox)
        assert isinstance(_deliver(verified), Delivered)
    (got,) = mailbox.messages
    assert (got["To"], got["Subject"], got["Message-ID"]) == (verified.email, "Read", message_id("the-key"))
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://localhost:\d+/nudges/unsubscribe/[^>]+>", got["List-Unsubscribe"].strip())
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert html is not None
    for part in (plain.get_content(), html.get_content()):
        assert "A good moment for" in part
        assert part.count("/nudges/action/") == 3
        assert "/nudges/unsubscribe/" in part


def test_every_attempt_carries_the_same_message_id_and_other_nudges_another(verified: User) -> None:
    first, again = (mail_of(message(verified), verified, "the-key") for _ in range(2))
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"] == message_id("the-key")
    assert message_id("the-key") != message_id("another")


def test_what_a_habit_is_called_stays_text(verified: User) -> None:
    assert isinstance(_deliver(verified, title=PAYLOAD, text=PAYLOAD), Delivered)
    (sent,) = mail.outbox
    assert "\n" not in sent.subject
    assert sent.bcc == []
    html = _html(sent)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    raw = sent.message().as_bytes()
    assert b"\nBcc:" not in raw.partition(b"\n\n")[0].replace(b"\r", b"")


def test_it_speaks_the_language_of_the_user_also_from_right_to_left(verified: User) -> None:
    User.objects.filter(pk=verified.pk).update(language="ar")
    _deliver(verified)
    html = _html(mail.outbox[0])
    assert 'lang="ar" dir="rtl"' in html


def test_a_digest_has_the_actions_of_each_habit_and_a_test_none(verified: User) -> None:
    one = message(verified)
    _deliver(verified, title="2 habits for now", items=(*one.items, *message(verified, title="Run").items), actions=())
    _deliver(verified, items=(), actions=(), test=True)
    digest, test = (_html(sent) for sent in mail.outbox)
    assert digest.count("/nudges/action/") == 6
    assert "Run:" in str(mail.outbox[0].body)
    assert "/nudges/action/" not in test
    assert "A good moment for" in test


@pytest.mark.parametrize(("said", "outcome"), [("550 no such user", Gone), ("450 mailbox busy", Retry)])
def test_a_server_that_refuses_the_recipient_says_whether_for_good(
    verified: User, settings: Any, said: str, outcome: type
) -> None:
    with Mailbox(refuse=said) as mailbox:
        _through(settings, mailbox)
        assert isinstance(_deliver(verified), outcome)
    assert mailbox.messages == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPAuthenticationError(535, b"who are you"), Retry("authentication")),
        (smtplib.SMTPDataError(554, b"spam"), Gone("refused (554)")),
        (smtplib.SMTPDataError(451, b"later"), Retry("refused (451)")),
        (smtplib.SMTPServerDisconnected("gone"), Retry("SMTPServerDisconnected")),
        (ConnectionRefusedError(), Retry("ConnectionRefusedError")),
        (smtplib.SMTPRecipientsRefused({}), Gone("recipient refused (550)")),
    ],
)
def test_what_goes_wrong_on_the_way_is_tried_again_unless_it_is_for_good(
    verified: User, monkeypatch: pytest.MonkeyPatch, error: Exception, outcome: Outcome
) -> None:
    def fail(_self: object) -> int:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    assert _deliver(verified) == outcome


def test_mail_goes_to_verified_addresses_of_active_users_only(verified: User, stranger: User, settings: Any) -> None:
    assert Email().available(verified)
    assert not Email().available(stranger)
    assert isinstance(_deliver(stranger), Gone)
    settings.EMAIL_CONFIGURED = False
    assert not Email().available(verified)
    settings.EMAIL_CONFIGURED = True
    User.objects.filter(pk=verified.pk).update(is_active=False)
    assert isinstance(_deliver(verified), Gone)
    assert mail.outbox == []


def test_the_link_of_a_mail_acts_on_a_press_and_by_the_mail_programs_own_button(verified: User) -> None:
    switch_channel(user=verified, kind="email", on=True, now=NOON)
    _deliver(verified)
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").partition("localhost:")[2]
    path = link[link.index("/") :]
    anybody = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert anybody.get(path).status_code == 200
    assert "email" in NudgePreferences.objects.get().channels
    for _ in range(2):  # RFC 8058: no cookie, no token of ours, one field
        answer = anybody.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert "email" not in NudgePreferences.objects.get().channels
    assert anybody.post(f"{path[:-4]}xyz/").status_code == 404
