"""Pages that a signed link in a message leads to, for whoever holds it: showing changes nothing, a POST acts.

They ask for no cookie: nothing is done in the name of who is signed in here, and mail programs press the button of an
unsubscribe page by themselves (RFC 8058). The token alone vouches, and cannot be made up.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from nudges import words
from nudges.services import tokens
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.errors import NotFound, RuleError


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, token: str) -> HttpResponse:
    """Done, later or dismiss, of one nudge."""
    try:
        asked = tokens.read(token)
        with _language_of(asked.nudge.user):
            done = request.method == "POST"
            if done:
                tokens.perform(token, clock.now())
            context = {"habit": asked.nudge.habit.name, "kind": asked.action, "done": done}
            context["label"] = words.action_words(asked.action)
            return _page(request, "nudges/action.html", context)
    except NotFound:
        return _page(request, "nudges/no_link.html", {"text": _("This link leads nowhere.")}, status=404)
    except RuleError as error:
        return _page(request, "nudges/no_link.html", {"text": error.message}, status=422)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch one channel off."""
    try:
        asked = tokens.read_unsubscribe(token)
        with _language_of(asked.user):
            done = request.method == "POST"
            if done:
                tokens.unsubscribe(token, clock.now())
            context = {"channel": words.channel_words(asked.channel), "done": done, "kind": asked.channel}
            return _page(request, "nudges/unsubscribe.html", context)
    except NotFound:
        return _page(request, "nudges/no_link.html", {"text": _("This link leads nowhere.")}, status=404)
    except RuleError as error:
        return _page(request, "nudges/no_link.html", {"text": error.message}, status=422)


def _language_of(user: User) -> translation.override:
    """The reader is the user, whoever is signed in in this browser, or nobody."""
    return translation.override(user.language or translation.get_language() or settings.LANGUAGE_CODE)


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"  # the address is the key: no search engine may keep it
    return response
