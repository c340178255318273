"""`make bench`: measure everything in one run and write `docs/benchmarks.md`; or only the parts that are named."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from benchmarks import deciding, intake, latency, sending, year
from benchmarks.parts import ROOT, PartMissing, Parts, machine, real_parts
from benchmarks.report import page

PARTS: dict[str, Callable[[Parts], dict[str, Any]]] = {
    "latency": latency.measure,
    "intake": intake.measure,
    "deciding": deciding.measure,
    "sending": sending.measure,
}
"""What is measured on a RabbitMQ and a PostgreSQL of our own."""
YEAR = "year"
"""What is measured on the embedded default, beside nothing else."""


def main(arguments: list[str]) -> int:
    """Run the benchmarks; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make bench BENCH_ARGS=…", description=__doc__)
    names = [*PARTS, YEAR]
    only = f"only these, and no page is written: {', '.join(names)}"
    parser.add_argument("part", nargs="*", type=_part, help=only)
    parser.add_argument("--year-clients", type=int, default=year.CLIENTS, metavar="N", help="a smaller year")
    asked = parser.parse_args(arguments)
    names = asked.part or names
    results: dict[str, Any] = {}
    about: dict[str, str] = {}
    try:
        if YEAR in names:
            results[YEAR] = _told(YEAR, lambda: year.measure(asked.year_clients))
        if set(names) & set(PARTS):
            with real_parts() as parts:
                about = machine(parts)
                for name in (name for name in PARTS if name in names):
                    results[name] = _told(name, lambda name=name: PARTS[name](parts))  # type: ignore[misc]
    except PartMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if asked.part:
        sys.stdout.write(json.dumps(results, indent=2) + "\n")
        return 0
    text = page(about, results, datetime.now(UTC).date())
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _part(name: str) -> str:
    if name not in PARTS and name != YEAR:
        raise argparse.ArgumentTypeError(f"there is no part {name!r}; take {', '.join([*PARTS, YEAR])}")
    return name


def _told(name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    sys.stderr.write(f"measuring {name} …\n")
    result = measure()
    sys.stderr.write(f"  {result}\n")
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
