"""Recompute the states of all habits from their entries."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from habits.services.rebuild import rebuild
from smarthabit.kernel import clock


class Command(BaseCommand):
    """``rebuild_states`` makes every state anew; with ``--check`` it changes nothing and counts the differences."""

    help = "Recompute every habit's state from its entries; --check only names and counts the differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--check``, and ``--user`` to look at one account only."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail if anything differs")
        parser.add_argument("--user", help="the email address of the only account to look at")

    def handle(self, *_args: Any, check: bool, user: str | None, **_options: Any) -> None:
        """Go through all accounts; exit code 1 when --check finds a difference."""
        looked_at = different = 0
        for habit_id, owner, differs in rebuild(now=clock.now(), email=user, write=not check):
            looked_at += 1
            if differs:
                different += 1
                self.stdout.write(f"habit {habit_id} of {owner} differs")
        self.stdout.write(f"{looked_at} states, {different} differences")
        if check and different:
            raise CommandError("States differ from their entries; run rebuild_states to mend them.")
