"""The settings pages of an account: profile and time, security, data."""

import uuid

from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smarthabit.accounts import deletion, selectors, services, tokens
from smarthabit.accounts.forms import DeletionForm, ProfileForm, zone_suggestions
from smarthabit.accounts.lockout import LockedOut
from smarthabit.accounts.models import TokenFamily
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.address import client_address
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import RuleError

LISTED = 50
"""Browsers, and devices with tokens, on the page of security: a script may sign in anew with each run."""


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """Time zone, day start, first weekday, language and looks."""
    user = request.user
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(user)
    if form.is_bound and form.is_valid():
        try:
            services.update_profile(user=user, change=form.change(), tab=tab_of(request))
        except RuleError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings")
    context = {"form": form, "zones": zone_suggestions(), "today": selectors.today_of(user, clock.now())}
    return render(request, "settings/profile.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def theme(request: SignedInRequest) -> HttpResponse:
    """Choose the colours, and go back to the page that asked."""
    chosen, back = request.POST.get("theme", ""), request.POST.get("next", "")
    if chosen not in User.Theme.values:
        return redirect("settings")
    services.update_profile(user=request.user, change=services.Profile(theme=chosen), tab=tab_of(request))
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if ours else "settings")


@login_required
@require_GET
def security(request: SignedInRequest) -> HttpResponse:
    """Password, second factors, and everywhere the account is signed in."""
    user = request.user
    sessions = list(selectors.living_sessions(user, clock.now())[: LISTED + 1])
    families = list(selectors.living_families(user)[: LISTED + 1])
    context = {
        "sessions": sessions[:LISTED],
        "current": request.session.session_key,
        "families": families[:LISTED],
        "more": len(sessions) > LISTED or len(families) > LISTED,
        "listed": LISTED,
        "factors": selectors.second_factors(user),
    }
    return render(request, "settings/security.html", context)


@login_required
@require_POST
def end_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Sign out one of the user's other browsers."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    get_sessions_adapter().end_sessions([session])
    messages.success(request, _("That browser is signed out."))
    return redirect("settings_security")


@login_required
@require_POST
def end_family(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Revoke the tokens of one device or script; doing it twice does no harm."""
    get_object_or_404(TokenFamily, pk=family, user=request.user)
    if tokens.end_families(user_id=request.user.pk, now=clock.now(), family=family):
        messages.success(request, _("Its tokens are revoked."))
    return redirect("settings_security")


@login_required
@require_GET
def data(request: SignedInRequest) -> HttpResponse:
    """Import, export, and the way out."""
    return render(request, "settings/data.html")


@login_required
@require_http_methods(["GET", "POST"])
def delete_account(request: SignedInRequest) -> HttpResponse:
    """Delete the account once the password confirms it."""
    user = request.user
    form = DeletionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            services.confirm_password(
                user=user, password=form.cleaned_data["password"], now=clock.now(), address=client_address(request)
            )
        except LockedOut:
            form.add_error("password", _("Too many failed attempts. Please try again later."))
        except RuleError as error:
            form.add_error(error.field, error.message)
        else:
            logout(request)
            deletion.delete_account(user=user, now=clock.now())
            messages.success(request, _("Your account and everything in it is deleted."))
            return redirect("account_login")
    return render(request, "settings/delete_account.html", {"form": form}, status=422 if form.errors else 200)
