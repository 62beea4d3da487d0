"""Signing up, tokens, and the own profile."""

import datetime as dt

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import api_view, authentication_classes, permission_classes, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from smarthabit.accounts import deletion, lockout, services, tokens
from smarthabit.accounts.api.authentication import NobodyYet
from smarthabit.accounts.api.callers import address_of, caller
from smarthabit.accounts.api.serializers import (
    CredentialsIn,
    DeletionIn,
    PairOut,
    ProfileIn,
    ProfileOut,
    RefreshIn,
    RegistrationIn,
    RegistrationOut,
)
from smarthabit.accounts.models import TokenFamily, User
from smarthabit.accounts.second_factor import SecondFactorMissing, SecondFactorWrong, check_second_factor
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import checked, tab_of
from smarthabit.kernel.api.throttling import AddressThrottle, AuthThrottle
from smarthabit.kernel.errors import RuleError

_RECENT = dt.timedelta(hours=1)  # how long a sign-in by password vouches for deleting the account


@extend_schema(auth=[], request=RegistrationIn, responses={201: RegistrationOut})
@api_view(["POST"])
@authentication_classes([NobodyYet])
@permission_classes([])
@throttle_classes([AuthThrottle])
def register(request: Request) -> Response:
    """Create an account."""
    form = checked(RegistrationIn, request)
    if not settings.REGISTRATION_OPEN:
        raise exceptions.PermissionDenied(_("Sign-up is closed here."), "registration_closed")
    user = services.register(**form.validated_data, now=clock.now(), address=address_of(request))
    return Response(RegistrationOut(user).data, status=201)


@extend_schema(auth=[], request=CredentialsIn, responses={200: PairOut})
@api_view(["POST"])
@authentication_classes([NobodyYet])
@permission_classes([])
@throttle_classes([AuthThrottle])
def issue_token(request: Request) -> Response:
    """Sign in. Accounts with two factors send ``code`` too; without it the answer is 401 ``mfa_required``."""
    form = checked(CredentialsIn, request)
    user = _signed_in(request, **form.validated_data)
    agent = request.headers.get("User-Agent", "")
    pair = tokens.issue(user=user, now=clock.now(), user_agent=agent, address=address_of(request))
    return Response({"access": pair.access, "refresh": pair.refresh})


@extend_schema(auth=[], request=RefreshIn, responses={200: PairOut})
@api_view(["POST"])
@authentication_classes([NobodyYet])
@permission_classes([])
@throttle_classes([AddressThrottle])
def refresh_token(request: Request) -> Response:
    """Exchange a refresh token, once. A second use revokes everything that followed from the same sign-in."""
    form = checked(RefreshIn, request)
    try:
        pair = tokens.rotate(refresh=form.validated_data["refresh"], now=clock.now(), address=address_of(request))
    except tokens.TokenRefused as error:
        raise _unauthorised(_("The token is not valid."), "token_invalid") from error
    return Response({"access": pair.access, "refresh": pair.refresh})


@extend_schema(auth=[], request=RefreshIn, responses={204: OpenApiResponse(description="Revoked.")})
@api_view(["POST"])
@authentication_classes([NobodyYet])
@permission_classes([])
@throttle_classes([AddressThrottle])
def revoke_token(request: Request) -> Response:
    """Sign out: the refresh token, its successors and their access tokens end. Repeating it changes nothing."""
    form = checked(RefreshIn, request)
    try:
        tokens.revoke(refresh=form.validated_data["refresh"], now=clock.now())
    except tokens.TokenRefused as error:
        raise _unauthorised(_("The token is not valid."), "token_invalid") from error
    return Response(status=204)


@extend_schema(methods=["GET"], responses=ProfileOut)
@extend_schema(methods=["PATCH"], request=ProfileIn, responses=ProfileOut)
@extend_schema(methods=["DELETE"], request=DeletionIn, responses={204: OpenApiResponse(description="Deleted.")})
@api_view(["GET", "PATCH", "DELETE"])
def me(request: Request) -> Response:
    """The own account."""
    now = clock.now()
    user = caller(request)
    if request.method == "DELETE":
        _confirm_deletion(request, now)
        deletion.delete_account(user=user, now=now)
        return Response(status=204)
    if request.method == "PATCH":
        form = checked(ProfileIn, request)
        services.update_profile(user=user, change=form.change(), tab=tab_of(request))
    return Response(ProfileOut(user, context={"now": now}).data)


def _signed_in(request: Request, email: str, password: str, code: str) -> User:
    try:
        user, attempt = services.check_credentials(
            email=email, password=password, now=clock.now(), address=address_of(request)
        )
        check_second_factor(user, code)
    except lockout.LockedOut as error:
        raise exceptions.Throttled(error.wait, _("Too many failed sign-ins."), "locked_out") from error
    except services.SignInRefused as error:
        raise _unauthorised(_("Email address and password do not belong together."), "sign_in_refused") from error
    except SecondFactorMissing as error:
        raise _unauthorised(_("This account asks for a one-time code, too."), "mfa_required") from error
    except SecondFactorWrong as error:
        raise _unauthorised(_("The one-time code is not right."), "mfa_wrong") from error
    lockout.succeeded(attempt)
    return user


def _unauthorised(detail: str, code: str) -> exceptions.AuthenticationFailed:
    return exceptions.AuthenticationFailed(detail, code=code)


def _confirm_deletion(request: Request, now: dt.datetime) -> None:
    form = checked(DeletionIn, request)
    password = form.validated_data.get("password")
    if password is not None:
        try:
            services.confirm_password(user=caller(request), password=password, now=now, address=address_of(request))
        except lockout.LockedOut as error:
            raise exceptions.Throttled(error.wait, _("Too many failed sign-ins."), "locked_out") from error
    elif not _signed_in_recently(request, now):
        raise RuleError("password_needed", _("Please give your password to delete the account."), "password")


def _signed_in_recently(request: Request, now: dt.datetime) -> bool:
    if isinstance(request.auth, TokenFamily):
        return now - request.auth.created_at < _RECENT
    return bool(did_recently_reauthenticate(request._request))
