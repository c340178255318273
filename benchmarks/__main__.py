"""`make bench`: measure everything in one run and write `docs/benchmarks.md`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from benchmarks import deciding, intake, latency, sending
from benchmarks.parts import ROOT, PartMissing, machine, real_parts
from benchmarks.report import page


def main() -> int:
    """Run all benchmarks; returns the exit code."""
    try:
        with real_parts() as parts:
            about = machine(parts)
            results = {}
            for name, measure in (
                ("latency", latency.measure),
                ("intake", intake.measure),
                ("deciding", deciding.measure),
                ("sending", sending.measure),
            ):
                sys.stderr.write(f"measuring {name} …\n")
                results[name] = measure(parts)
                sys.stderr.write(f"  {results[name]}\n")
    except PartMissing as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = page(about, results, datetime.now(UTC).date())
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
