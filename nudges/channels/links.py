"""Addresses as they stand in messages that leave the site."""

from django.conf import settings
from django.urls import reverse

from nudges.channels import Action


def absolute(path: str) -> str:
    """A path of the site with its address in front."""
    return f"{settings.SITE_URL}{path}"


def action_url(action: Action) -> str:
    """The page on which an action can be confirmed."""
    return absolute(reverse("nudges:action", args=[action.token]))
