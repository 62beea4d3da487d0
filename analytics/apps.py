from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("analytics")

    def ready(self) -> None:
        """Listen, add the risk of habits to rows, the API and what scripts are told, and take part in exports."""
        from analytics import subscribers, transfer
        from analytics.risk import admin as _risk_admin  # noqa: F401 - registers its pages
        from analytics.risk import checks, chips, describe
        from analytics.risk import subscribers as risk_subscribers
        from analytics.suggestions import subscribers as suggestion_subscribers
        from analytics.suggestions import transfer as suggestion_transfer
        from habits import rows
        from habits.api.describe import add_to_habits
        from habits.transfer import sections
        from smarthabit.kernel import details

        checks.register()
        for listening in (subscribers, risk_subscribers, suggestion_subscribers):
            listening.connect()
        rows.add_chips(chips.chips_of)
        add_to_habits("risk", describe.risk_fields)
        details.register("entry", "risk", chips.risks_in_events)
        sections.register("suggestions", suggestion_transfer.SECTION)
        sections.register("reviews", transfer.SECTION)
