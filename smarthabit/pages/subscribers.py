"""What the roof does about what happens below: connections end with the sign-in they hang on."""

from smarthabit.accounts.events import AccountDeleted, PasswordChanged, UserDeactivated, UserSignedOut
from smarthabit.kernel.events import subscribe
from smarthabit.kernel.live import close_sockets


def connect() -> None:
    """Subscribe; called once, when the apps are ready."""
    subscribe(UserSignedOut, _signed_out)
    subscribe(PasswordChanged, _all_ended)
    subscribe(UserDeactivated, _all_ended)
    subscribe(AccountDeleted, _all_ended)


def _signed_out(event: UserSignedOut) -> None:
    close_sockets(event.user_id, event.session_key or event.family or None)


def _all_ended(event: PasswordChanged | UserDeactivated | AccountDeleted) -> None:
    close_sockets(event.user_id)
