from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HabitsConfig(AppConfig):
    name = "habits"
    verbose_name = _("habits")

    def ready(self) -> None:
        """Listen to what happens."""
        from habits import subscribers

        subscribers.connect()
