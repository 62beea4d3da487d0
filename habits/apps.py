from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HabitsConfig(AppConfig):
    name = "habits"
    verbose_name = _("habits")

    def ready(self) -> None:
        """Listen to what happens, draw rows for the live socket, and have feeds told in exports."""
        from habits import live, subscribers
        from habits.feeds import transfer
        from habits.transfer import sections
        from smarthabit.kernel import fragments

        subscribers.connect()
        fragments.register("habit", live.render_rows)
        sections.register("feeds", transfer.SECTION)
