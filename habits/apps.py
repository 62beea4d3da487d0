from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HabitsConfig(AppConfig):
    name = "habits"
    verbose_name = _("habits")

    def ready(self) -> None:
        """Listen to what happens, and draw rows for the live socket."""
        from habits import live, subscribers
        from smarthabit.kernel import fragments

        subscribers.connect()
        fragments.register("habit", live.render_rows)
