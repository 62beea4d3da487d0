"""The channels of the product. Which of them a user can have is each channel's own answer (`available`)."""

from nudges.channels import register
from nudges.channels.apprise import Apprise
from nudges.channels.email import Email
from nudges.channels.in_app import InApp
from nudges.channels.webhook import Webhook
from nudges.channels.webpush import WebPush


def install() -> None:
    """Make them known; called once, when the app is ready."""
    for channel in (InApp(), Email(), WebPush(), Webhook(), Apprise()):
        register(channel)
