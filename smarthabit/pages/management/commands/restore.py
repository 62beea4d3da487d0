"""``manage.py restore``: a backup of the embedded mode, put back."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smarthabit.kernel import clock
from smarthabit.serving import backup
from smarthabit.serving.lock import AlreadyRunningError, sole_use


class Command(BaseCommand):
    """See ``help``."""

    help = (
        "Puts a file made by `manage.py backup` in the place of the data in DATA_DIR; what was there is kept beside "
        "it. Stop the product first. A backup of an older version is brought up to date at the next start."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The backup."""
        parser.add_argument("backup", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore, and say where the old data is."""
        if not settings.EMBEDDED:
            raise CommandError("On PostgreSQL its own tools do it: pg_restore (docs/operations.md).")
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with sole_use(settings.DATA_DIR):
                kept = backup.restore(options["backup"], settings.DATA_DIR, now=clock.now())
        except (AlreadyRunningError, backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored {options['backup']} into {settings.DATA_DIR}")
        if kept:
            self.stdout.write(f"What was there before is in {kept}")
