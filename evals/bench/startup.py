"""What it costs to start: `import assignee` and `assignee --help` against bare Python, all in one run.

    python evals/bench/startup.py [--repeat 10]

Goal: `--help` under 1 s when warm. Every command runs in a process of its own; the three take turns, so that a busy
machine slows all alike. Prints one JSON object: the best and the median of each, in seconds, and ratios of the bests.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

__all__ = ["main"]

_COMMANDS = {
    "bare_python": ["-c", "pass"],
    "import_assignee": ["-c", "import assignee"],
    "help": ["-m", "assignee", "--help"],
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Start-up time against bare Python.")
    parser.add_argument("--repeat", type=int, default=10)
    repeat = parser.parse_args().repeat
    taken: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for turn in range(repeat + 1):
        for name, arguments in _COMMANDS.items():
            begin = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            if turn:  # the first turn warms the file cache and the compiled modules
                taken[name].append(time.perf_counter() - begin)
    best = {name: min(values) for name, values in taken.items()}
    print(
        json.dumps(
            {
                name: {
                    "best_s": round(best[name], 4),
                    "median_s": round(statistics.median(taken[name]), 4),
                    "times_bare_python": round(best[name] / best["bare_python"], 2),
                }
                for name in _COMMANDS
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
