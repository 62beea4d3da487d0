from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NudgesConfig(AppConfig):
    name = "nudges"
    verbose_name = _("nudges")

    def ready(self) -> None:
        """Listen to habits and to our own events."""
        from nudges import subscribers

        subscribers.connect()
