"""What a service says when it cannot do as asked. Forms show these, the API turns them into problem documents."""

from typing import Any


class ServiceError(Exception):
    """The base of everything a service refuses."""


class NotFound(ServiceError):
    """There is no such object, or it is somebody else's; which of the two is not said."""


class RuleError(ServiceError):
    """A rule of the product forbids it. ``message`` is for the person, ``code`` for programs, ``field`` says where."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class VersionConflict(ServiceError):
    """The caller's version is not the current one; ``current`` is what is stored now, or None when there is nothing."""

    def __init__(self, current: Any) -> None:
        super().__init__("version conflict")
        self.current = current
