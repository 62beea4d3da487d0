"""Fit the weights of the risk model."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.domain.risk_fit import TooLittleError, fit
from analytics.risk.logs import UnreadableLogError, logs_in, own_logs
from smarthabit.kernel import clock

MOST_UNITS = 200_000


class Command(BaseCommand):
    """``fit_risk FILE`` fits on this site's own logs, with ``--logs`` on a file's; RISK_WEIGHTS then names FILE."""

    help = "Fit the risk model's weights on logs and write them to a file that RISK_WEIGHTS can name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file to write, and where the logs are."""
        parser.add_argument("target", type=Path, help="the file to write")
        parser.add_argument("--logs", type=Path, help="a CSV file of logs (may be .gz) instead of this site's own")
        parser.add_argument("--revision", type=int, default=1, help="the number of this fit, 1 or more")

    def handle(self, *_args: Any, target: Path, logs: Path | None, revision: int, **_options: Any) -> None:
        """Fit and write; exit code 1 with the reason when that cannot be."""
        if revision < 1:
            raise CommandError("--revision is 1 or more.")
        try:
            rows = logs_in(logs) if logs else list(own_logs(clock.now(), seed=revision, most_units=MOST_UNITS))
            weights = fit(rows, revision)
            target.write_text(weights.to_text(), encoding="utf-8")
        except (UnreadableLogError, TooLittleError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{target}: revision {revision}, fitted on {len(rows)} people")
