import sys

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "smarthabit.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Have REST framework loaded without what it takes along only because other packages brought it."""
        hidden = [name for name in _NOT_FOR_REST_FRAMEWORK if name not in sys.modules]
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None makes an import fail
        import rest_framework.compat  # noqa: F401 - where it looks for them

        for name in hidden:
            del sys.modules[name]


# A test client, and what the browsable API would need: 6 MiB of a process that has neither.
_NOT_FOR_REST_FRAMEWORK = ("requests", "markdown", "pygments")
