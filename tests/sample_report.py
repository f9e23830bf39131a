"""A small report with every outcome, and the stored texts it stands on. All papers in it are made up by us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from assignee.claims import (
    Answer,
    AnswerStrength,
    Basis,
    CheckedClaim,
    Claim,
    Decided,
    Decision,
    Direction,
    Evidence,
    Flow,
    Grade,
    Headline,
    Kind,
    Outcome,
    Paper,
    Report,
    RunManifest,
    Stance,
    Status,
    Verdict,
)
from assignee.tools.text import content_hash, stored

__all__ = ["QUESTION", "TEXTS", "sample", "texts_of", "with_claim"]

QUESTION = "Does English intermediate-task training improve zero-shot cross-lingual transfer on XTREME-R?"

_RAW = {
    "lind20": """Fine-tuning twice is cheap. We fine-tune one multilingual encoder on nine English tasks before each
        target task. English intermediate-task training on question answering improves zero-shot cross-lingual
        sentence retrieval by 12.4 points. Training on all nine English tasks at once gives the largest average gain,
        5.1 points over no intermediate training. Translating the intermediate data into the target languages may
        improve transfer for distant scripts.""",
    "marc21": """Intermediate training is usually studied in English. English natural language inference as an
        intermediate task raises zero-shot cross-lingual accuracy by 4.6 points on average over eleven languages.
        Translated intermediate data gives no consistent advantage over plain English data. Zero-shot cross-lingual
        sentence retrieval improves by more than 10 points after English intermediate-task training.""",
    "naka19": """What a second round of training does is unclear. Intermediate fine-tuning hurts zero-shot
        cross-lingual transfer on six of nine target tasks. Only pairs of similar tasks gain from it.""",
    "dua21": """The authors compare languages of intermediate data. Multilingual intermediate training beats English
        intermediate training on question answering by 2.3 F1. Larger encoders profit less from intermediate
        training.""",
    "berg22": """We ask when a detour pays. 1 Introduction Many detours were proposed. They differ in cost. Few were
        compared on equal terms. 2 Results Intermediate training on English commonsense tasks improves zero-shot
        cross-lingual question answering in nine of eleven languages. The gain from all nine tasks together exceeds
        the gain from any single task. 3 Discussion Costs differ. Detours are not free. Some fail.""",
    "sow21": """Training order matters. Intermediate training on English tasks improves cross-lingual transfer to
        eight African languages by 3.2 points. Encoders forget rare languages during long intermediate training.""",
    "heat18": "A cross-flow heat exchanger transfers heat between two fluids through an intermediate wall.",
    "gone20": "English intermediate training improves transfer on every task. The numbers were made up.",
}

TEXTS: dict[str, str] = {name: stored(raw) for name, raw in _RAW.items()}


def _paper(id: str, title: str, authors: str, year: int, **more: object) -> Paper:
    given: dict[str, object] = {
        "date": f"{year}-05-01",
        "basis": Basis.ABSTRACT,
        "sources": ("library",),
        "work_id": f"w-{id}",
        "included": True,
        "reason": "bears on English intermediate-task training",
        "relevance": 0.7312345,
        "text_hash": content_hash(TEXTS[id]),
        "versions": (id,),
        "screening": "include",
        "given_by": dict.fromkeys(("abstract", "authors", "title", "year"), "library"),
    }
    return Paper(id=id, title=title, authors=tuple(authors.split("; ")), year=year, **(given | more))  # type: ignore[arg-type]


_PAPERS = (
    _paper(
        "lind20",
        "A Detour Through English Helps",
        "Ada Lindqvist; Chidi Okafor; Jan Brandt",
        2020,
        ids={"arxiv": "9999.00001", "doi": "10.9999/ex.1"},
        version="2",
        venue="Proceedings of an Example Meeting",
        versions=("lind20", "lind20-v1"),
        publication="published",
        conflicts=(
            {
                "field": "title",
                "values": [
                    {"source": "library", "value": "A Detour Through English Helps"},
                    {"source": "library", "value": "A Detour through English Helps Zero-Shot Transfer"},
                ],
                "note": "two versions; the published one's title was kept",
            },
        ),
    ),
    _paper(
        "marc21",
        "Does the Language of the Detour Matter?",
        "Lucia Marchetti; Pablo Ruiz",
        2021,
        ids={"acl": "2021.example-1.7"},
        publication="published",
        url="https://example.org/marc21",
    ),
    _paper(
        "naka19",
        "When a Second Round Hurts",
        "Emi Nakamura",
        2019,
        ids={"arxiv": "9999.00002v1"},
        publication="preprint",
    ),
    _paper("dua21", "Which Language Before the Task?", "Rita Duarte; Sara Haile", 2021, basis=Basis.DIGEST),
    _paper(
        "berg22",
        "When a Detour Pays",
        "Mia van der Berg; Luc Petit; Ana Kovač",
        2022,
        basis=Basis.FULL_TEXT,
        url="https://example.org/berg22",
    ),
    _paper("sow21", "Order of Training for African Languages", "Awa Sow; Jan Brandt", 2021),
    _paper(
        "heat18",
        "Heat Transfer in Cross-Flow Exchangers",
        "Tom Field",
        2018,
        included=False,
        reason="words in common only: nothing on language models",
        relevance=0.04,
        screening="exclude",
    ),
    _paper(
        "gone20",
        "Every Task Gains",
        "Nil Faker",
        2020,
        included=False,
        retracted=True,
        reason="retracted",
        notices=("the library's record marks it as retracted",),
    ),
)
_BY_ID = {paper.id: paper for paper in _PAPERS}


def _span(paper_id: str, quote: str) -> tuple[int, int]:
    start = TEXTS[paper_id].index(quote)
    return start, start + len(quote)


def _evidence(paper_id: str, quote: str, stance: Stance, own: str) -> Evidence:
    start, end = _span(paper_id, quote)
    independent = not set(_BY_ID[paper_id].authors) & set(_BY_ID[own].authors) and paper_id != own
    return Evidence(
        paper_id=paper_id,
        start=start,
        end=end,
        quote=quote,
        stance=stance,
        probability=0.8125,
        independent=independent,
    )


def _claim(
    number: int,
    paper_id: str,
    quote: str,
    outcome: Outcome,
    *,
    supports: str = "",
    against: str = "",
    kind: Kind = Kind.FINDING,
    confidence: float | None = 0.8,
    statement: str = "",
    why: str = "",
) -> CheckedClaim:
    """`supports` and `against` are "paper: quote". A statement of our own makes the claim a paraphrase."""
    start, end = _span(paper_id, quote)
    cite = _BY_ID[paper_id].cite
    text = (
        f"{cite} find that {statement[0].lower()}{statement[1:]}"
        if statement
        else f"{cite} report: “{quote}”"
    )
    claim = Claim(
        id=f"c{number}",
        text=text,
        statement=statement or quote,
        quote=quote,
        paper_id=paper_id,
        section="Results" if paper_id == "berg22" else "Abstract",
        start=start,
        end=end,
        kind=kind,
        relevance=0.612345,
        verbatim=not statement,
    )
    found = []
    for given, stance in ((supports, Stance.SUPPORT), (against, Stance.CONTRADICT)):
        if given:
            other, _, said = given.partition(": ")
            found.append(_evidence(other, said, stance, paper_id))
    own = _evidence(paper_id, quote, Stance.SUPPORT, paper_id)
    crossing = Stance.CONTRADICT if against and not supports else Stance.SUPPORT if found else Stance.NEUTRAL
    failed = outcome is Outcome.NOT_ADJUDICATED
    entailed = {
        Outcome.GROUNDED: Stance.SUPPORT,
        Outcome.UNSUPPORTED: Stance.NEUTRAL,
        Outcome.NOT_ADJUDICATED: Stance.NOT_ADJUDICATED,
    }.get(outcome, Stance.NEUTRAL)
    verdicts = (
        Verdict(
            verifier="quote_check",
            stance=Stance.SUPPORT,
            probability=1.0,
            reason="found at its place, byte for byte",
            evidence=(own,),
        ),
        Verdict(
            verifier="entailment",
            stance=entailed,
            probability=None if failed else 0.58761,
            reason="the seat failed: out of memory" if failed else "triage signal from overlap and polarity",
        ),
        Verdict(
            verifier="numbers",
            stance=entailed,
            probability=None,
            reason="every number of the statement is in the quote",
        ),
        Verdict(
            verifier="corroboration",
            stance=Stance.NOT_ADJUDICATED if failed else crossing,
            probability=0.8125 if found else None,
            reason="; ".join(f"{item.paper_id} {item.stance.value}s it" for item in found)
            or "no comparable sentence",
            evidence=tuple(found),
        ),
    )
    return CheckedClaim(
        claim=claim,
        verdicts=verdicts,
        outcome=outcome,
        confidence=confidence,
        why=why or f"{outcome.value}: see the seats",
        examined=bool(found),
    )


def _claims() -> tuple[CheckedClaim, ...]:
    retrieval = (
        "English intermediate-task training on question answering improves "
        "zero-shot cross-lingual sentence retrieval by 12.4 points."
    )
    retrieval2 = (
        "Zero-shot cross-lingual sentence retrieval improves by more "
        "than 10 points after English intermediate-task training."
    )
    inference = (
        "English natural language inference as an intermediate task raises zero-shot "
        "cross-lingual accuracy by 4.6 points on average over eleven languages."
    )
    hurts = "Intermediate fine-tuning hurts zero-shot cross-lingual transfer on six of nine target tasks."
    nine = (
        "Training on all nine English tasks at once gives "
        "the largest average gain, 5.1 points over no intermediate training."
    )
    nine2 = "The gain from all nine tasks together exceeds the gain from any single task."
    commonsense = (
        "Intermediate training on English commonsense tasks improves zero-shot "
        "cross-lingual question answering in nine of eleven languages."
    )
    african = (
        "Intermediate training on English tasks improves cross-lingual "
        "transfer to eight African languages by 3.2 points."
    )
    translated = "Translated intermediate data gives no consistent advantage over plain English data."
    multilingual = (
        "Multilingual intermediate training beats English intermediate "
        "training on question answering by 2.3 F1."
    )
    larger = "Larger encoders profit less from intermediate training."
    forget = "Encoders forget rare languages during long intermediate training."
    return (
        _claim(
            1, "lind20", retrieval, Outcome.CORROBORATED, supports=f"marc21: {retrieval2}", confidence=0.9123
        ),
        _claim(
            2, "marc21", inference, Outcome.CORROBORATED, supports=f"berg22: {commonsense}", confidence=0.7
        ),
        _claim(3, "berg22", nine2, Outcome.CORROBORATED, supports=f"lind20: {nine}", confidence=0.66),
        _claim(
            4,
            "berg22",
            commonsense,
            Outcome.CONTESTED,
            supports=f"marc21: {inference}",
            against=f"naka19: {hurts}",
            confidence=0.55,
        ),
        _claim(5, "naka19", hurts, Outcome.REFUTED, against=f"sow21: {african}", confidence=0.4),
        _claim(
            6,
            "sow21",
            african,
            Outcome.CONTESTED,
            supports=f"marc21: {inference}",
            against=f"naka19: {hurts}",
            confidence=0.5,
        ),
        _claim(
            7,
            "lind20",
            nine,
            Outcome.GROUNDED,
            confidence=0.81,
            statement="Training on all nine English tasks at once gains 5.1 points on average over no intermediate training.",
        ),
        _claim(8, "marc21", translated, Outcome.QUOTED, kind=Kind.NULL_RESULT),
        _claim(9, "dua21", multilingual, Outcome.QUOTED, kind=Kind.COMPARISON),
        _claim(
            10,
            "dua21",
            larger,
            Outcome.UNSUPPORTED,
            confidence=0.3,
            statement="Smaller encoders profit from intermediate training.",
            why="the source compares larger encoders and says nothing of smaller ones",
        ),
        _claim(11, "sow21", forget, Outcome.NOT_ADJUDICATED, confidence=None),
        _claim(12, "berg22", "Costs differ.", Outcome.QUOTED, kind=Kind.BACKGROUND, confidence=None),
    )


def sample() -> Report:
    """The undamaged report: approved in the main, with one claim of each outcome at least."""
    claims = _claims()
    hurts, inference = claims[4].claim, claims[1].claim
    side = {"paper_id": hurts.paper_id, "quote": hurts.quote, "start": hurts.start, "end": hurts.end}
    return Report(
        question=QUESTION,
        seed_paper=None,
        status=Status.COMPLETE,
        title="English intermediate-task training and zero-shot cross-lingual transfer",
        engine="embedded",
        answer=Answer(
            text="Yes, with disagreement: most of the included works that measure zero-shot cross-lingual transfer find "
            "that English intermediate-task training improves it, and Nakamura (2019) finds that it hurts.",
            direction=Direction.YES,
            strength=AnswerStrength.SEVERAL_INCONSISTENT,
            independent_works=3,
            not_covered=("XTREME-R",),
            claim_ids=("c1", "c2", "c4", "c6"),
        ),
        papers=_PAPERS,
        claims=claims,
        reviews=(),
        decision=Decision(
            score=None, spread=None, caps=(), decision=Decided.REVISE, grade=Grade.DRAFT, reasons=()
        ),
        flow=Flow(
            identified=10,
            duplicates=2,
            screened=8,
            excluded=2,
            included=6,
            read_full=1,
            identified_by={"library": 10},
            excluded_by={"off topic": 1, "retracted": 1},
            preprints=1,
        ),
        headline=Headline(claims=12, quoted=12, examined=6, corroborated=3),
        manifest=RunManifest(
            queries=(
                {
                    "source": "library",
                    "query": "English intermediate-task training",
                    "hits": 7,
                    "round": 0,
                    "batch": 1,
                },
                {
                    "source": "library",
                    "query": 'zero-shot "cross-lingual" | transfer',
                    "hits": 3,
                    "round": 0,
                    "batch": 1,
                },
            ),
            date="2026-11-20",
            engine="embedded",
            models={"embedder": "all-MiniLM-L6-v2 int8"},
            packages={"assignee": "0.1.0"},
            library=({"path": "library", "sha256": "0" * 64, "documents": 10, "unreadable": 1},),
            problems=("scan.pdf: no text could be read from it (image only)",),
            batches=({"batch": 1, "round": 0, "what": "queries", "records": 10, "new": 8, "relevant": 6},),
            stopped="every query was put to the library once",
            calibration={"entailment": {"set": "made-up", "accuracy": 0.61234}},
        ),
        abstract="This review asks one question of 6 included papers. It states 12 claims, each with its quote; 6 of them "
        "could be held against other works, and 3 are supported by an independent work. The included papers lean to yes "
        "and they disagree.",
        sections={
            "introduction": "The question matters to those who choose the data for a second round of training.",
            "themes": [
                {"heading": "Gains from English data", "claim_ids": ["c1", "c2", "c3", "c4", "c6", "c7"]},
                {"heading": "Losses and limits", "claim_ids": ["c5", "c8", "c9"]},
            ],
            "agreements": [
                {
                    "claim_id": "c1",
                    "paper_ids": ["lind20", "marc21"],
                    "text": "Two works without a shared author report gains in sentence retrieval.",
                }
            ],
            "contradictions": [
                {
                    "claim_id": "c4",
                    "against": [side],
                    "settings": "question answering against nine mixed tasks",
                    "text": "Nakamura (2019) reports losses where van der Berg et al. (2022) report gains.",
                },
                {
                    "claim_id": "c6",
                    "against": [side],
                    "settings": "African languages against nine mixed tasks",
                    "text": "Nakamura (2019) reports losses where Sow and Brandt (2021) report gains.",
                },
                {
                    "claim_id": "c5",
                    "against": [
                        {
                            "paper_id": "marc21",
                            "quote": inference.quote,
                            "start": inference.start,
                            "end": inference.end,
                        }
                    ],
                    "settings": "",
                    "text": "Marchetti and Ruiz (2021) report a gain.",
                },
            ],
            "limitations_evidence": ["One paper was read in full; the rest as abstracts or digests."],
            "limitations_process": ["The embedded engine cannot recognise a paraphrase and reads no tables."],
            "not_comparable": ["Gains in F1 and gains in accuracy were not compared."],
            "confidence_note": "No calibration set covers this domain for two of the claims.",
        },
    )


def texts_of(report: Report, texts: Mapping[str, str] = TEXTS) -> Callable[[str], str]:
    """The callable that renderers and reviewers take."""
    return texts.__getitem__


def with_claim(report: Report, id: str, **changes: object) -> Report:
    """The report with fields of one claim, or of its check, changed."""
    inner = {name: value for name, value in changes.items() if name in Claim.__dataclass_fields__}
    outer = {name: value for name, value in changes.items() if name not in inner}
    return replace(
        report,
        claims=tuple(
            replace(item, claim=replace(item.claim, **inner), **outer) if item.claim.id == id else item  # type: ignore[arg-type]
            for item in report.claims
        ),
    )
