"""The second factor where there is no browser: a one-time code or a recovery code, typed."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from smarthabit.accounts.user import User


class SecondFactorMissing(Exception):
    """The account has a second factor and no code was given."""


class SecondFactorWrong(Exception):
    """The code is not one the account accepts now."""


def check_second_factor(user: User, code: str) -> None:
    """Return if the account needs no code or ``code`` is right (and from now on used up); raises otherwise."""
    if not is_mfa_enabled(user):
        return
    if not code.strip():
        raise SecondFactorMissing
    typed = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    if not any(factor.wrap().validate_code(code.strip()) for factor in typed):
        raise SecondFactorWrong
