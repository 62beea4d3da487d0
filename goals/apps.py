from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "goals"
    verbose_name = _("goals")

    def ready(self) -> None:
        """Listen to habits, draw goals for the live socket, and take part in the export."""
        from goals import live, subscribers, transfer
        from habits.transfer import sections
        from smarthabit.kernel import fragments

        subscribers.connect()
        fragments.register("goal", live.render_goals)
        sections.register("goals", transfer.SECTION)
