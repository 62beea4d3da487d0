"""``manage.py copy_to_postgres``: from the embedded mode to PostgreSQL, row for row."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smarthabit.serving import moving
from smarthabit.serving.lock import AlreadyRunningError, sole_use


class Command(BaseCommand):
    """See ``help``."""

    help = (
        "Copies everything from the SQLite database of the embedded mode into the empty, migrated PostgreSQL database "
        "that DATABASE_URL names, and compares every row. Stop the product first, and go on with its SECRET_KEY, "
        "JWT_SIGNING_KEY and VAPID_PRIVATE_KEY (in its DATA_DIR)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder that the embedded mode calls DATA_DIR."""
        parser.add_argument("data_dir", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Move, and say how much."""
        if settings.EMBEDDED:
            raise CommandError("Set DATABASE_URL and REDIS_URL to where the data is to go.")
        folder: Path = options["data_dir"]
        try:
            moving.open_source(folder / "smarthabit.sqlite3")
            with sole_use(folder):
                total = moving.move(self.stdout.write)
        except (AlreadyRunningError, moving.MoveError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{total:10d} rows copied and compared")
