"""The worked examples as rules and rows."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from habits.domain.entry import EntryRow
from habits.domain.plan import FOREVER, Plan, Rules, merge_off
from habits.domain.schedule import parse_schedule

EXAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "streak-examples.json").read_text())[
    "examples"
]


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def milli(value: str | None) -> int | None:
    return None if value is None else int(Decimal(value) * 1000)


def rules_of(example: dict[str, Any]) -> Rules:
    off = [(ordinal(p["from"]), ordinal(p["to"]) if p["to"] else FOREVER) for p in example["pauses"]]
    if "archived_on" in example["habit"]:
        off.append((ordinal(example["habit"]["archived_on"]) + 1, FOREVER))
    return Rules(
        kind=example["habit"]["kind"],
        started_on=date.fromisoformat(example["habit"]["started_on"]),
        plans=tuple(
            Plan(
                date.fromisoformat(plan["effective_from"]),
                parse_schedule(plan["schedule"]),
                milli(plan["target"]) or 0,
                plan["freezes"],
            )
            for plan in example["plans"]
        ),
        off=merge_off(off),
        week_starts_on=example["user"]["week_starts_on"],
    )


def entries_of(example: dict[str, Any]) -> list[EntryRow]:
    return sorted(EntryRow(ordinal(e["day"]), milli(e["value"]), e["skipped"]) for e in example["entries"])
