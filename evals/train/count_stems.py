"""Count in how many abstracts each content stem stands: `agents/weights/stem_counts.json`.

    python evals/train/count_stems.py --data DIR [--out FILE]

Every third abstract of the ACL Anthology, SciFact's corpus, and the distinct evidence of Check-COVID, CliniFact and
Citation-Integrity (train). Stems of fewer than three abstracts are left out. No label is read.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

from assignee.evals.fitting import asked, file_hashes, read_rows
from assignee.tools.text import content_stems

OUT = Path(__file__).resolve().parents[2] / "agents" / "weights" / "stem_counts.json"
LIBRARY, CORPUS = "library/acl-anthology-2016-2021.jsonl.gz", "scifact/corpus.jsonl"
SETS = ("checkcovid_train", "clinifact_train", "citint_train")
FEWEST = 3


def main() -> None:
    data, out = asked(__doc__, OUT)
    with gzip.open(data / LIBRARY, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["abstract"] for line in lines][::3]
    texts += [" ".join(row["abstract"]) for row in read_rows(data, CORPUS)]
    for name in SETS:
        rows = read_rows(data, f"claims/verify_{name}.jsonl")
        texts += sorted({" ".join(row["evidence"]) for row in rows})
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(set(content_stems(text)))
    names = [LIBRARY, CORPUS, *(f"claims/verify_{name}.jsonl" for name in SETS)]
    found = {
        "script": "evals/train/count_stems.py",
        "sha256": file_hashes(data, names),
        "documents": len(texts),
        "counts": {stem: count for stem, count in sorted(seen.items()) if count >= FEWEST},
    }
    out.write_text(json.dumps(found, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
