"""`python -m tests.simulator [--seed N] [--seeds COUNT] [--months K] [--seconds S]`: play seeds, and say what fell."""

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulator.play import Play


def main() -> int:
    """0: all held; 1: some fell, each with the line that repeats it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--months", type=int, default=4, help="of each")
    parser.add_argument("--seconds", type=float, help="begin no other seed after so many")
    options = parser.parse_args()
    began, told, fell, played = time.monotonic(), Counter(), [], 0
    for seed in range(options.seed, options.seed + options.seeds):
        if options.seconds and time.monotonic() - began > options.seconds:
            break
        with TemporaryDirectory(prefix="zhundian-simulator-") as folder:
            play = Play(Path(folder), seed)
            try:
                play.run(options.months)
            except Exception:
                traceback.print_exc()
                fell.append(seed)
                print(f"fell: {repeat(seed, options.months)}", flush=True)
        told.update(play.told)
        played += 1
    seconds = time.monotonic() - began
    print(f"{played * options.months} months of {played} seeds in {seconds:.0f} s; fell: {fell or 'none'}")
    print(", ".join(f"{name} {number}" for name, number in sorted(told.items())))
    return 1 if fell else 0


def repeat(seed: int, months: int) -> str:
    """The command that plays the same once more."""
    return f"python3 start.py run -m tests.simulator --seed {seed} --months {months}"


if __name__ == "__main__":
    sys.exit(main())
