"""A review by a model that answers at random, on a real server of another make: what must not happen, does not.

    python evals/bench/peer.py --server build/peer/bin/python [--limit 48] [--max-calls 40]

Starts `peer_server.py` with the given Python (`make peer` prepares it), reviews the example library through it, and
looks at the report: it must exist, say how the run ended, be approved by nobody and be graded no higher than draft.
Prints one JSON object; ends with 1 where it is otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

__all__ = ["main"]

_HERE = Path(__file__).parent
_QUESTION = "Does intermediate-task training improve zero-shot cross-lingual transfer?"


def review(url: str, folder: Path, limit: int, calls: int) -> dict[str, Any]:
    """Run one review against the server; what came of it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "ASSIGNEE_"))}
    env |= {
        "ASSIGNEE_HOME": str(folder / "home"),
        "ASSIGNEE_MODEL": "random",
        "OPENAI_BASE_URL": url,
        "ASSIGNEE_MODEL_MAX_OUTPUT": str(limit),
        "ASSIGNEE_MODEL_CONCURRENCY": "2",
    }
    command = [
        sys.executable,
        "-m",
        "assignee",
        "review",
        _QUESTION,
        "--engine",
        "openai",
        "--date",
        "2026-11-20",
    ]
    command += ["--library", str(_HERE.parents[1] / "examples" / "library"), "--out", str(folder / "out")]
    begin = time.perf_counter()
    done = subprocess.run(
        [*command, "--max-calls", str(calls)], env=env, capture_output=True, text=True, check=False
    )
    found: dict[str, Any] = {"exit": done.returncode, "seconds": round(time.perf_counter() - begin)}
    path = folder / "out" / "report.json"
    if not path.is_file():
        return found | {"report": False, "said": done.stderr.strip().splitlines()[-1:]}
    report = json.loads(path.read_text(encoding="utf-8"))
    decision = report["decision"]
    kept = {"status": report["status"], "claims": len(report["claims"]), "score": decision["score"]}
    return found | {"report": True, "decision": decision["decision"], "grade": decision["grade"]} | kept


def main() -> None:
    """Serve, review, judge."""
    parser = argparse.ArgumentParser(description="A review by a model that answers at random.")
    parser.add_argument("--server", required=True, help="a Python that has xllamacpp and gguf")
    parser.add_argument("--limit", type=int, default=48, help="tokens of an answer")
    parser.add_argument("--max-calls", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = (folder / "log").open("w")
        server = subprocess.Popen(
            [given.server, str(_HERE / "peer_server.py"), name], stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert server.stdout is not None
            url = next((line.strip() for line in server.stdout if line.startswith("http")), "")
            found = (
                review(url, folder, given.limit, given.max_calls)
                if url
                else {"report": False, "said": "no server"}
            )
        finally:
            server.terminate()
            server.wait()
            log.close()
    honest = found["report"] and found["decision"] != "approve" and found["grade"] in ("rejected", "draft")
    print(json.dumps(found | {"as_it_must_be": bool(honest)}, indent=1))
    sys.exit(0 if honest else 1)


if __name__ == "__main__":
    main()
