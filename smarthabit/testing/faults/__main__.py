"""Run faults and print what was counted; ends with 1 when a promise was broken. See scripts/faults."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from smarthabit.testing.faults import Fault, faults


def main() -> int:
    """Run those named, or all."""
    parser = argparse.ArgumentParser(description="Break things, and count what is lost.")
    parser.add_argument("names", nargs="*", help="which (all)")
    parser.add_argument("--short", action="store_true", help="the form the suite runs")
    parser.add_argument("--list", action="store_true", help="say which there are")
    chosen = parser.parse_args()
    known = dict(faults())
    if chosen.list:
        for name, fault in known.items():
            print(f"{name:12s} {fault.TITLE}")
        return 0
    if unknown := set(chosen.names) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}: choose of {', '.join(known)}")
    broken = [name for name in chosen.names or known if not _keeps(name, known[name], long=not chosen.short)]
    if broken:
        print(f"Broken: {', '.join(broken)}")
    return 1 if broken else 0


def _keeps(name: str, fault: Fault, *, long: bool) -> bool:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"smarthabit-{name}-") as folder:
        figures = fault.run(Path(folder), long=long)
    print(f"{name}: {fault.TITLE} ({time.monotonic() - begun:.0f} s)")
    for figure in figures:
        print(f"  {figure}", flush=True)
    return all(figure.met for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
