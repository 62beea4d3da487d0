"""What happens to accounts, for the apps above. Published through ``smarthabit.kernel.events`` after the commit."""

from dataclasses import dataclass

from smarthabit.kernel.events import Event


@dataclass(frozen=True, slots=True)
class UserSignedOut(Event):
    """A session (``session_key``) or a token family (``family``) ended; with neither, everything of the user did."""

    user_id: int
    session_key: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """The password is another one: every token has ended, and every session but that of whoever changed it."""

    user_id: int


@dataclass(frozen=True, slots=True)
class UserDeactivated(Event):
    """An operator switched the account off: nothing of it may stay connected."""

    user_id: int


@dataclass(frozen=True, slots=True)
class ProfileChanged(Event):
    """Preferences changed: the user's fields in ``changed``, by the browser tab ``tab``, as their change ``seq``."""

    user_id: int
    seq: int
    changed: tuple[str, ...]
    tab: str = ""


@dataclass(frozen=True, slots=True)
class AccountDeleted(Event):
    """The account and its rows are gone; who keeps something outside of the database clears it now."""

    user_id: int
