from django.apps import AppConfig

from smarthabit.kernel.hiding import hidden


class KernelConfig(AppConfig):
    name = "smarthabit.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Have REST framework loaded without a test client and the browsable API's needs: 6 MiB of a process."""
        with hidden("requests", "markdown", "pygments"):
            import rest_framework.compat  # noqa: F401 - where it looks for them
