"""Recompute the states of all goals from their rows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from goals.services.rebuild import rebuild
from smarthabit.kernel import clock


class Command(BaseCommand):
    """``rebuild_goals`` mends every state that differs; with ``--check`` it changes nothing and counts them."""

    help = "Recompute every goal's state from its rows; --check only names and counts the differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--check``, and ``--user`` to look at one account only."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail if anything differs")
        parser.add_argument("--user", help="the email address of the only account to look at")

    def handle(self, *_args: Any, check: bool, user: str | None, **_options: Any) -> None:
        """Go through all accounts; exit code 1 when --check finds a difference."""
        looked_at = different = 0
        for goal_id, owner, differs in rebuild(now=clock.now(), email=user, write=not check):
            looked_at += 1
            if differs:
                different += 1
                self.stdout.write(f"goal {goal_id} of {owner} differs")
        self.stdout.write(f"{looked_at} states, {different} differences")
        if check and different:
            raise CommandError("States differ from their rows; run rebuild_goals to mend them.")
