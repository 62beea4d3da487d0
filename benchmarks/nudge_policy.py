"""The product's nudge engine in the form the nudge judge drives: field names are translated, rows held in a dict."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nudges.domain import learn, policy, state
from nudges.domain.moment import Moment
from nudges.domain.slots import DEFAULT_SLOT


class Policy:
    """One process that serves all users: see nudges.domain."""

    def __init__(self, seed: int, experiments: bool = True) -> None:
        self.seed, self.experiments = seed, experiments
        self.shared = state.new_shared()
        self.habits: dict[str, state.Row] = {}

    def start_user(self, _user_id: str, profile: dict[str, Any]) -> None:
        for habit in profile["habits"]:
            chosen = DEFAULT_SLOT if habit["chosen_slot"] is None else habit["chosen_slot"]
            history = [(row["day"], _record(row)) for row in habit["history"]]
            self.habits[habit["habit_id"]] = learn.start(self.shared, chosen, history)

    def decide(self, context: dict[str, Any]) -> dict[str, Any]:
        return self.decide_many([context])[0]

    def decide_many(self, contexts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = np.frombuffer(b"".join(self.habits[c["habit_id"]].tobytes() for c in contexts), state.HABIT)
        moments = [_moment(c) for c in contexts]
        answers = policy.decide_many(moments, rows, self.shared, seed=self.seed, experiments=self.experiments)
        return [
            {"send": a.send, "style": a.style, "propensities": a.propensities, "reason": a.reason, "decision": a}
            for a in answers
        ]

    def outcome(self, context: dict[str, Any], decision: dict[str, Any], outcome: dict[str, Any]) -> None:
        seen = learn.Outcome(outcome["minutes_to_done"], outcome["done_that_day"], outcome["opted_out"])
        row = self.habits[context["habit_id"]]
        learn.outcome(row, self.shared, _moment(context), decision["decision"], seen)

    def end_day(self, _user_id: str, habit_id: str, day: int, record: dict[str, Any]) -> None:
        learn.end_day(self.habits[habit_id], self.shared, day, _record(record))

    def amend(self, _user_id: str, habit_id: str, day: int, record: dict[str, Any]) -> None:
        learn.amend(self.habits[habit_id], self.shared, day, _record(record))

    def dump(self) -> dict[str, bytes]:
        rows = {"shared": state.pack(self.shared)}
        return rows | {f"habit:{key}": state.pack(row) for key, row in self.habits.items()}

    def restore(self, rows: dict[str, bytes]) -> None:
        self.shared = state.unpack_shared(rows["shared"])
        habits = {key.removeprefix("habit:"): raw for key, raw in rows.items() if key.startswith("habit:")}
        self.habits = {key: state.unpack_habit(raw) for key, raw in habits.items()}


def _record(row: dict[str, Any]) -> learn.Record:
    return learn.Record(due=row["due"], done=row["done"], minute=row["minute"])


def _moment(c: dict[str, Any]) -> Moment:
    same = (
        "decision_id", "habit_id", "day", "weekday", "slot", "zone", "quiet", "chosen_slot", "kill_switch",
        "channel_on", "paused", "state", "missed_run", "sent_today_habit", "sent_today_user", "ignored_run",
        "digest_open",
    )  # fmt: skip
    return Moment(
        at=c["at_utc"],
        styles=tuple(c["styles"]),
        sent_week_user=c["sent_7d_user"],
        last_sent=c["last_sent_utc"],
        **{name: c[name] for name in same},
    )
