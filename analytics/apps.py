from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("analytics")

    def ready(self) -> None:
        """Listen to habits, and add their risk to rows, to the API and to what scripts are told."""
        from analytics.risk import checks, chips, describe, subscribers
        from habits import rows
        from habits import subscribers as habit_subscribers
        from habits.api.describe import add_to_habits

        checks.register()
        subscribers.connect()
        rows.add_chips(chips.chips_of)
        add_to_habits("risk", describe.risk_fields)
        habit_subscribers.add_to_events("risk", chips.risks_in_events)
