from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NudgesConfig(AppConfig):
    name = "nudges"
    verbose_name = _("nudges")

    def ready(self) -> None:
        """Make the channels known, listen to habits and to our own events, and take part in the export."""
        from analytics.suggestions import reminders
        from habits.transfer import sections
        from nudges import metrics, subscribers, transfer
        from nudges.channels import installed
        from nudges.selectors.contrasts import reminded_of

        installed.install()
        subscribers.connect()
        metrics.connect()
        sections.register("nudges", transfer.SECTION)
        reminders.register(reminded_of)
