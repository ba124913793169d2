"""Prints how much of the program the tests ran, line by line and branch by branch, from what .ci/run had measured."""

import json
import subprocess
import sys
from tempfile import TemporaryDirectory

COVERAGE = [sys.executable, "-m", "coverage"]


def totals() -> dict[str, float]:
    """The sums of all files, of every process that was measured."""
    subprocess.run([*COVERAGE, "combine", "--quiet"], check=True)
    with TemporaryDirectory() as folder:
        subprocess.run([*COVERAGE, "json", "--quiet", "-o", f"{folder}/coverage.json"], check=True)
        with open(f"{folder}/coverage.json", encoding="utf-8") as report:
            return json.load(report)["totals"]


def told(sums: dict[str, float]) -> str:
    """One line: lines and branches, as shares and as numbers."""
    return "coverage: " + ", ".join(
        f"{name} {sums[run] / max(sums[there], 1):.1%} ({sums[run]:,} of {sums[there]:,})"
        for name, run, there in (
            ("lines", "covered_lines", "num_statements"),
            ("branches", "covered_branches", "num_branches"),
        )
    )


if __name__ == "__main__":
    print(told(totals()), flush=True)
