"""``manage.py serve``: the whole product in one process."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smarthabit.serving.embedded import serve
from smarthabit.serving.lock import AlreadyRunningError, sole_use


class Command(BaseCommand):
    """See ``help``."""

    help = (
        "Serves SmartHabit from this one process: pages, API, live updates and jobs. DATA_DIR says where its data is, "
        "PORT and HOST where it listens (8000 on this machine only)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The address may also be given as options."""
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until stopped."""
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        self.check(display_num_errors=False)
        try:
            with sole_use(settings.DATA_DIR):
                code = serve(options["host"], options["port"], self._say)
        except AlreadyRunningError as error:
            raise CommandError(str(error)) from error
        sys.exit(code)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
