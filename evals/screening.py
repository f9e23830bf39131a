"""`assignee eval screening`: does screening choose the records that bear on a question, and how much reading does it save?

Gold as in `screening_gold`. Precision, recall and F1 of "include", twice: a record on the same subject only ("unsure" in the
gold) counts as one that should not be included, and then as one that should. WSS@95 is work saved over sampling (Cohen et al.,
2006): reading in the order of a ranking until 95 % of the records to include are found, the share of records not read, minus
5 %. Pooled figures sum over questions (WSS: their mean); intervals resample questions. Baselines: the nearest by cosine and the
best by BM25, as many as screening includes in the same question; the same by our relevance and BM25 together, a lever that is
measured here and not shipped; every record from a cosine on (fitted on the questions that
are not held out); all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from assignee.claims import Paper
from assignee.errors import UserError
from assignee.settings import Settings

from ..agents.question import parse
from ..agents.screener import judged
from ..tools.lexical_index import LexicalIndex
from ..tools.text import content_hash
from ..tools.toolbox import Toolbox
from .metrics import Floats, bootstrap, intervals, value
from .output import Progress, Table
from .screening_gold import Question, Records, read_questions, read_records

__all__ = ["GOLD", "Read", "figures", "measure", "notes", "read", "tables", "wss"]

GOLD = Path(__file__).parent / "gold" / "screening.jsonl"
RECALL = 0.95
OURS = "assignee"
BOTH = "assignee and BM25"
_BM25 = 0.4  # of a question's best, beside our relevance


@dataclass(frozen=True, slots=True)
class Read:
    """A question as it was screened: arrays over its records, in the order of the gold.

    `label` and `said` are "include", "unsure" or "exclude"; `scores` has one ranking each by name, higher is better.
    """

    question: Question
    label: np.ndarray[Any, Any]
    said: np.ndarray[Any, Any]
    scores: Mapping[str, Floats]


def measure(gold: Path | None, records: Sequence[Path], progress: Progress) -> dict[str, Any]:
    """The figures of each half and of each question. Raises UserError for bad rows, and where records are not given."""
    questions, given = read_questions(gold or GOLD), read_records(records)
    found: list[Read] = []
    missing: list[str] = []
    with Toolbox.open(Settings.from_env()) as box, tempfile.TemporaryDirectory() as folder:
        words = LexicalIndex(Path(folder) / "words.sqlite")
        keys = [_indexed(held, words) for held in given]
        for done, question in enumerate(questions):
            progress(done, len(questions), "questions screened")
            wanted = {row.record for row in question.rows}
            at = next((at for at, held in enumerate(given) if wanted <= held.keys()), None)
            if at is None:
                missing.append(question.id)
            else:
                found.append(read(question, given[at], keys[at], words, box))
        words.close()
    progress(len(questions), len(questions), "questions screened")
    if not found:
        raise UserError("no question has all its records in the files given with --records")
    halves = {
        "tuned": [item for item in found if not item.question.held_out],
        "held out": [item for item in found if item.question.held_out],
        "all": found,
    }
    cut = _cosine_cut(halves["tuned"] or found)
    return {
        "n": sum(len(item.label) for item in found),
        "questions": len(found),
        "missing": missing,
        "cosine_from": round(cut, 3),
        "halves": {half: figures(part, cut) for half, part in halves.items() if part},
        "by_question": {
            item.question.id: {"held_out": item.question.held_out, **figures([item], cut)[OURS]}
            for item in found
        },
        "rows": [
            {"question": item.question.id, "record": row.record, "label": row.label, "said": str(said)}
            for item in found
            for row, said in zip(item.question.rows, item.said, strict=True)
        ],
    }


def read(
    question: Question, records: Records, keys: Mapping[str, str], words: LexicalIndex, box: Toolbox
) -> Read:
    """Screen the labelled records of one question, and rank them by cosine and by BM25 among all records."""
    names = [row.record for row in question.rows]
    papers = [
        Paper(id=name, title=records[name][0], text_hash=box.texts.put(records[name][1])) for name in names
    ]
    said = judged(papers, parse(question.text), box, False)
    texts = [f"{records[name][0]}. {records[name][1]}" for name in names]
    rows = box.index.vectors([question.text, *texts])
    bm25 = words.scores([question.text], among=sorted(set(keys.values())))[0]
    return Read(
        question,
        np.array([row.label for row in question.rows]),
        np.array([paper.screening for paper in said]),
        {
            OURS: np.array([paper.relevance or 0.0 for paper in said]),
            "cosine": np.asarray(rows[1:] @ rows[0], np.float64),
            "BM25": np.array([bm25.get(keys[name], 0.0) for name in names]),
        },
    )


def figures(found: Sequence[Read], cosine_from: float) -> dict[str, dict[str, Any]]:
    """By rule: what is read, precision, recall and F1 in both countings, WSS@95, with 95 % intervals over questions."""
    rules: dict[str, tuple[str, list[np.ndarray[Any, Any]]]] = {
        OURS: (OURS, [item.said == "include" for item in found]),
        "assignee, unsure too": (OURS, [item.said != "exclude" for item in found]),
        "cosine, as many": ("cosine", [_top(item, "cosine") for item in found]),
        "BM25, as many": ("BM25", [_top(item, "BM25") for item in found]),
        f"{BOTH}, as many": (BOTH, [_top(item, BOTH) for item in found]),
        f"cosine from {cosine_from:.2f}": (
            "cosine",
            [item.scores["cosine"] >= cosine_from for item in found],
        ),
        "all": ("", [np.ones(len(item.label), bool) for item in found]),
    }
    return {name: _figures(found, ranking, called) for name, (ranking, called) in rules.items()}


def wss(wanted: np.ndarray[Any, Any], scores: Floats) -> float:
    """Work saved over sampling at 95 % recall, of one ranking; records of equal score are read together, NaN for none."""
    if not wanted.any():
        return float("nan")
    last = np.sort(scores[wanted])[::-1][ceil(RECALL * int(wanted.sum())) - 1]
    return float(1 - (scores >= last).mean() - (1 - RECALL))


def tables(body: Mapping[str, Any]) -> list[Table]:
    """Every rule on each half, then ours by question."""
    columns = (
        "questions", "rule", "records", "to include", "included", "precision", "95 %", "recall", "95 %", "F1",
        "F1, same subject too", "WSS@95",
    )  # fmt: skip
    rows = [
        (half, name, *_cells(part), part["f1_wide"], part["wss95"])
        for half, rules in body["halves"].items()
        for name, part in rules.items()
    ]
    mine: list[tuple[object, ...]] = [
        (
            name,
            "held out" if part["held_out"] else "tuned",
            *(
                part[key]
                for key in ("n", "wanted", "called", "precision", "recall", "f1", "f1_wide", "wss95")
            ),
        )
        for name, part in body["by_question"].items()
    ]
    return [
        Table(f"Screening, {body['questions']} questions, {body['n']} labelled records", columns, list(rows)),
        Table(
            "By question",
            (
                "question",
                "",
                "records",
                "to include",
                "included",
                "precision",
                "recall",
                "F1",
                columns[10],
                columns[11],
            ),
            mine,
        ),
    ]


def notes(body: Mapping[str, Any]) -> list[str]:
    """What was not measured."""
    if not body["missing"]:
        return []
    return [f"not measured, as their records are not in the files given: {', '.join(body['missing'])}"]


def _figures(found: Sequence[Read], ranking: str, called: Sequence[np.ndarray[Any, Any]]) -> dict[str, Any]:
    strict = [item.label == "include" for item in found]
    wide = [item.label != "exclude" for item in found]
    saved = [
        wss(wanted, _scores(item, ranking) if ranking else np.zeros(len(wanted)))
        for item, wanted in zip(found, strict, strict=True)
    ]
    counts = {
        "called": [mask.sum() for mask in called],
        "wanted": [mask.sum() for mask in strict],
        "hit": [(mask & said).sum() for mask, said in zip(strict, called, strict=True)],
        "wanted_wide": [mask.sum() for mask in wide],
        "hit_wide": [(mask & said).sum() for mask, said in zip(wide, called, strict=True)],
        "saved": saved,
    }
    columns = {name: np.array(column, np.float64) for name, column in counts.items()}

    def shares(weights: Floats) -> dict[str, Floats]:
        total = {name: weights @ column for name, column in columns.items()}
        with np.errstate(invalid="ignore", divide="ignore"):
            return {
                "precision": total["hit"] / total["called"],
                "recall": total["hit"] / total["wanted"],
                "f1": 2 * total["hit"] / (total["called"] + total["wanted"]),
                "precision_wide": total["hit_wide"] / total["called"],
                "recall_wide": total["hit_wide"] / total["wanted_wide"],
                "f1_wide": 2 * total["hit_wide"] / (total["called"] + total["wanted_wide"]),
                "wss95": total["saved"] / weights.sum(axis=1),
            }

    drawn = bootstrap(shares, [item.question.id for item in found])
    return {
        "n": sum(len(item.label) for item in found),
        "wanted": int(columns["wanted"].sum()),
        "wanted_wide": int(columns["wanted_wide"].sum()),
        "called": int(columns["called"].sum()),
        **{name: value(one[0]) for name, one in shares(np.ones((1, len(found)))).items()},
        "ci95": intervals(drawn),
    }


def _cells(part: Mapping[str, Any]) -> tuple[object, ...]:
    interval = part["ci95"]
    return (
        part["n"], part["wanted"], part["called"], part["precision"], interval["precision"], part["recall"],
        interval["recall"], part["f1"],
    )  # fmt: skip


def _scores(item: Read, ranking: str) -> Floats:
    if ranking != BOTH:
        return item.scores[ranking]
    best = item.scores["BM25"]
    both: Floats = item.scores[OURS] + _BM25 * best / max(float(best.max()), 1e-9)
    return both


def _top(item: Read, ranking: str) -> np.ndarray[Any, Any]:
    """The best of a ranking, as many as screening includes."""
    count = int((item.said == "include").sum())
    mask = np.zeros(len(item.said), bool)
    mask[np.argsort(-_scores(item, ranking), kind="stable")[:count]] = True
    return mask


def _cosine_cut(found: Sequence[Read]) -> float:
    """The cosine from which including gives the best F1 over these questions; the highest of equal ones."""
    cosines = np.concatenate([item.scores["cosine"] for item in found]).round(2)
    wanted = np.concatenate([item.label == "include" for item in found])
    cuts = np.unique(cosines)[::-1]
    f1 = [2 * (wanted & (cosines >= cut)).sum() / ((cosines >= cut).sum() + wanted.sum()) for cut in cuts]
    return float(cuts[int(np.argmax(f1))])


def _indexed(records: Records, words: LexicalIndex) -> dict[str, str]:
    """The key of each record in the lexical index."""
    texts = {name: f"{title}. {abstract}" for name, (title, abstract) in records.items()}
    keys = {name: content_hash(text) for name, text in texts.items()}
    words.add((keys[name], text) for name, text in texts.items())
    return keys
