"""A mail of two parts, with a link that switches such mails off.

The Message-ID is made from the nudge's key, so that a mailbox which gets the same mail twice can tell.
"""

from __future__ import annotations

import hashlib
import smtplib
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from nudges.channels import Delivered, Gone, Message, Outcome, Retry
from nudges.channels.links import absolute, action_url
from nudges.services.tokens import unsubscribe_token
from smarthabit.accounts.selectors import active_user, has_verified_email
from smarthabit.accounts.user import User


class Email:
    """The channel over the operator's mail server; there is none where no server is configured."""

    kind = "email"

    def available(self, user: Any) -> bool:
        """Whether mail can be sent at all, and the address is known to be the user's."""
        return settings.EMAIL_CONFIGURED and has_verified_email(user)

    def deliver(self, message: Message, *, key: str, window_left: timedelta) -> Outcome:  # noqa: ARG002 - mail knows no end
        """Hand the mail to the server."""
        user = active_user(message.user_id)
        if user is None or not self.available(user):
            return Gone("no verified address")
        try:
            mail_of(message, user, key).send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _said in error.recipients.values()]
            return _refused(max(codes, default=550), "recipient refused")
        except smtplib.SMTPResponseException as error:
            # A server that does not know *us* is the operator's to mend; the mail is good.
            ours = isinstance(error, smtplib.SMTPAuthenticationError)
            return Retry("authentication") if ours else _refused(error.smtp_code, "refused")
        except (smtplib.SMTPException, OSError) as error:
            return Retry(type(error).__name__)
        return Delivered()


def mail_of(message: Message, user: User, key: str) -> EmailMultiAlternatives:
    """The mail as it goes out."""
    unsubscribe = absolute(reverse("nudges:unsubscribe", args=[unsubscribe_token(user.pk, Email.kind)]))
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "message": message,
            "items": [(item, [(action, action_url(action)) for action in item.actions]) for item in message.items],
            "url": absolute(message.url),
            "preferences": absolute(reverse("nudges:preferences")),
            "unsubscribe": unsubscribe,
            "language": translation.get_language(),
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }
        html = render_to_string("nudges/email.html", context)
        text = render_to_string("nudges/email.txt", context)
    headers = {
        "Message-ID": message_id(key),
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    subject = " ".join(message.title.split())  # a header is one line, whatever a habit is called
    mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def message_id(key: str) -> str:
    """The Message-ID that belongs to a nudge's key: the same at every attempt, and nothing about the user."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    return f"<nudge.{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _refused(code: int, reason: str) -> Outcome:
    said = f"{reason} ({code})"
    return Gone(said) if code >= 500 else Retry(said)
