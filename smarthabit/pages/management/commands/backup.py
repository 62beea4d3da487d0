"""``manage.py backup``: the embedded mode's data in one file, while it runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smarthabit.kernel import clock
from smarthabit.serving import backup


class Command(BaseCommand):
    """See ``help``."""

    help = (
        "Writes database and keys of the embedded mode to one file, while the product runs. The file can be opened by "
        "whoever has it: keep it as safe as the data itself, and on another disk."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many to keep."""
        parser.add_argument("--to", type=Path, help="a file, or a folder (DATA_DIR/backups) for a name with the time")
        parser.add_argument("--keep", type=int, help="remove all but so many of the latest backups in that folder")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Back up, prune, say where."""
        if not settings.EMBEDDED:
            raise CommandError(
                'On PostgreSQL its own tools do it: pg_dump --format=custom --file=smarthabit.dump "$DATABASE_URL" '
                "(docs/operations.md)."
            )
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep must be 1 or more.")
        wanted: Path = options["to"] or settings.DATA_DIR / "backups"
        into_folder = options["to"] is None or wanted.is_dir()
        target = wanted / backup.name_at(clock.now()) if into_folder else wanted
        try:
            backup.back_up(settings.DATA_DIR, target)
        except (backup.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["keep"]:
            for path in backup.prune(target.parent, options["keep"]):
                self.stdout.write(f"Removed {path}")
        self.stdout.write(f"Backed up to {target} ({target.stat().st_size / 1e6:.1f} MB)")
