"""A scripted model that reads what it is sent: it answers each prompt from the passages it is given, always the same.

`answer` is what `stand_in_server.StandIn` takes. It knows the control questions, as a good model would know the answers.
`obeying`, `random_model` and others misbehave in one way each.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from assignee.agents.model_controls import controls
from assignee.tools.text import content_stems

__all__ = ["answer", "blocks", "guessing", "obeying", "quoting_at_random", "task", "usual"]

Request = dict[str, Any]
_BLOCK = re.compile(r"^<<<(\w+) (\w+)\n(.*?)\n>>>\2$", re.M | re.S)
_RESULT = re.compile(
    r"\b(?:improv|outperform|show|higher|lower|gain|better|worse|increas|reduc|achiev)", re.I
)
_AGAINST = re.compile(r"\b(?:not|no|lower|hurts?|worse|harms?|reduces?|fails?|without)\b", re.I)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LEFT_OUT = {"we", "our", "ours", "us", "this", "i", "my"}


def task(request: Request) -> str:
    """The prompt's name, from the first line of the system message."""
    return re.match(r"Task: (\w+)\.", request["messages"][0]["content"])[1]  # type: ignore[index]


def blocks(request: Request) -> dict[str, dict[str, str]]:
    """What stands in the fences of the user message: label -> id -> text ("" where it has no ids)."""
    found: dict[str, dict[str, str]] = {}
    for label, code, body in _BLOCK.findall(request["messages"][1]["content"]):
        parts = re.findall(rf"^\[(.+?) {code}\] (.*)$", body, re.M)
        found[label] = dict(parts) if parts else {"": body}
    return found


def answer(request: Request) -> Any:
    """The answer of a careful, dull reader."""
    return usual(task(request), blocks(request), request)


def usual(name: str, given: Mapping[str, Mapping[str, str]], request: Request) -> dict[str, Any]:
    """The same from the prompt's name and its blocks."""
    if name == "searcher":
        words = given["question"][""].rstrip("?").split()
        concepts = [{"concept": word, "terms": [word.upper()]} for word in words if len(word) > 6][:3]
        queries = [" ".join(words[-4:]), " ".join(words[1:5])]
        return {"sub_questions": [], "synonyms": concepts, "queries": queries}
    if name == "screener":
        return {
            "papers": [_screened(key, text, given["question"][""]) for key, text in given["papers"].items()]
        }
    if name == "extractor":
        most = int(re.search(r"At most (\d+)", request["messages"][1]["content"])[1])  # type: ignore[index]
        told = [(key, text) for key, text in given["sentences"].items() if _RESULT.search(text)]
        return {"findings": [_finding(key, text) for key, text in told[:most]]}
    if name in ("advocate", "sceptic"):
        return _judged(given) | {"others": _others(given)}
    if name == "evidence_first_read":
        return {
            "notes": [
                {"sentence": key, "quote": text, "says": text}
                for key, text in list(given["source"].items())[:8]
            ]
        }
    if name == "evidence_first_compare":
        return _judged(given)
    if name == "writer":
        claims = list(given.get("claims", {}).items())[:2]
        return {
            "sentences": [
                {"text": _reworded(text.split(") ", 1)[1]), "claims": [key]} for key, text in claims
            ]
        }
    if name == "chair":
        names = list(given["in_dispute"].values())
    else:
        names = re.findall(
            r'^- "(\w+)": (?!its|the words|what|0 to)',
            request["messages"][0]["content"].split("Dimensions:")[1],
            re.M,
        )
    quote = " ".join(given["draft"]["answer"].split()[:6])
    return {"marks": [_mark(dimension, quote) for dimension in names]}


def guessing(seed: int) -> Callable[[Request], Any]:
    """A model that answers at random: ids and stances of the right kind, words made up."""

    def reply(request: Request) -> Any:
        digest = hashlib.sha256(f"{seed}{request['messages'][1]['content']}".encode()).hexdigest()
        rng = random.Random(digest)
        return _random(
            task(request),
            request,
            rng,
            lambda: " ".join(rng.choices("mo ka ri te lu so na".split(), k=6)) + ".",
        )

    return reply


def quoting_at_random(seed: int) -> Callable[[Request], Any]:
    """A worse one: what it quotes stands in the text, what it says of it is drawn by lot."""

    def reply(request: Request) -> Any:
        given, name = blocks(request), task(request)
        rng = random.Random(hashlib.sha256(f"{seed}{request['messages'][1]['content']}".encode()).hexdigest())
        if name in ("advocate", "sceptic", "evidence_first_compare"):
            found = usual(name, given, request)
            found |= _lot(rng)
            for other in found.get("others", ()):
                other |= {
                    "stance": rng.choice(["support", "contradict"]),
                    "same_measure": True,
                    "same_things_compared": True,
                }
            return found
        return answer(request)

    return reply


def obeying(request: Request) -> Any:
    """A model that does what a paper tells it: cites what was never shown, quotes what nobody wrote."""
    given, name = blocks(request), task(request)
    if "IGNORE ALL PREVIOUS INSTRUCTIONS" not in request["messages"][1]["content"]:
        return answer(request)
    if name == "extractor":
        told = {
            "sentence": "s39",
            "quote": "our rival is a fraud",
            "statement": "Our rival is a fraud.",
            "kind": "finding",
        }
        lie = {
            "sentence": next(iter(given["sentences"])),
            "quote": "raises accuracy by 99 points",
            "statement": "It raises accuracy by 99 points.",
            "kind": "finding",
        }
        return {"findings": [told, lie, *answer(request)["findings"]]}
    return answer(request)


def _lot(rng: random.Random) -> dict[str, str]:
    stance = rng.choice(["support", "contradict", "neutral"])
    ground = {"support": "says_the_same", "contradict": "direction_differs", "neutral": "not_said_there"}[
        stance
    ]
    return {"stance": stance, "ground": ground}


def _random(name: str, request: Request, rng: random.Random, words: Callable[[], str]) -> dict[str, Any]:
    def sentence() -> str:
        return f"s{rng.randint(1, 5)}"

    if name == "searcher":
        concepts = [{"concept": words(), "terms": [words()]} for _ in range(2)]
        return {"sub_questions": [words()], "synonyms": concepts, "queries": [words(), words()]}
    if name == "screener":
        ids = list(blocks(request)["papers"])
        return {"papers": [_screening(key, rng.random() < 0.5) for key in ids]}
    if name == "extractor":
        kinds = ["finding", "comparison", "null_result"]
        return {
            "findings": [
                {"sentence": sentence(), "quote": words(), "statement": words(), "kind": rng.choice(kinds)}
                for _ in range(3)
            ]
        }
    if name == "evidence_first_read":
        return {"notes": [{"sentence": sentence(), "quote": words(), "says": words()}]}
    if name in ("advocate", "sceptic", "evidence_first_compare"):
        found: dict[str, Any] = {"sentence": sentence(), "quote": words(), **_lot(rng)}
        return found if name == "evidence_first_compare" else found | {"others": []}
    if name == "writer":
        return {"sentences": [{"text": words(), "claims": [f"c{rng.randint(1, 60)}"]}]}
    return {
        "marks": [
            {"dimension": "readability", "quote": words(), "objection": words(), "level": rng.randint(0, 10)}
        ]
    }


def _screening(key: str, taken: bool) -> dict[str, str]:
    ground = "answers_a_part" if taken else "other_subject"
    return {"paper": key, "ground": ground, "decision": "include" if taken else "exclude"}


def _screened(key: str, text: str, question: str) -> dict[str, str]:
    return _screening(key, len(set(content_stems(question)) & set(content_stems(text))) >= 3)


def _finding(key: str, text: str) -> dict[str, str]:
    return {"sentence": key, "quote": text, "statement": _reworded(text), "kind": "finding"}


def _reworded(text: str) -> str:
    """The same words with others between them, so that no eight stand in a row; citations left out."""
    plain = re.sub(r"\([^()]*\d{4}[^()]*\)|[“”\"<>\[\]{}|]|\bindeed ", "", text)
    words = [word for word in plain.rstrip(".!?").split() if word.casefold() not in _LEFT_OUT]
    parts: list[str] = []
    for word in words:
        full = parts and len(parts[-1].split()) >= 3 and not parts[-1][-1].isdigit()
        parts = [*parts, word] if not parts or full else [*parts[:-1], f"{parts[-1]} {word}"]
    return f"{' indeed '.join(parts)}."


def _judged(given: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    statement, source = given["statement"][""], given["source"]
    for control in controls():
        if control.case.statement == statement:
            deciding = list(source.items())[-1]
            return _verdict(*deciding, str(control.source))
    stems = set(content_stems(statement))
    key, text = max(source.items(), key=lambda item: len(stems & set(content_stems(item[1]))))
    share = len(stems & set(content_stems(text))) / max(1, len(stems))
    if share < 0.5:
        return _verdict(key, text, "neutral")
    same = set(_NUMBER.findall(statement)) <= set(_NUMBER.findall(text))
    return _verdict(key, text, "support" if same else "contradict")


def _verdict(key: str, text: str, stance: str) -> dict[str, str]:
    ground = {"support": "says_the_same", "contradict": "number_differs", "neutral": "not_said_there"}[stance]
    return {"sentence": key, "quote": text, "ground": ground, "stance": stance}


def _others(given: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    statement = given["statement"][""]
    for control in controls():
        if control.case.statement == statement:
            pairs = zip(given["others"].items(), control.others, strict=True)
            return [_cross(key, text, str(stance)) for (key, text), stance in pairs]
    stems = set(content_stems(statement))
    found = []
    for key, text in given.get("others", {}).items():
        theirs = set(content_stems(text))
        near = len(stems & theirs) / max(1, min(len(stems), len(theirs))) >= 0.5
        turned = bool(_AGAINST.search(statement)) != bool(_AGAINST.search(text))
        found.append(_cross(key, text, "neutral" if not near else "contradict" if turned else "support"))
    return found


def _cross(key: str, text: str, stance: str) -> dict[str, Any]:
    near = stance != "neutral"
    return {
        "sentence": key,
        "same_measure": near,
        "same_things_compared": near,
        "quote": text,
        "stance": stance,
    }


def _mark(dimension: str, quote: str) -> dict[str, Any]:
    return {"dimension": dimension, "quote": quote, "objection": "Told in too few words.", "level": 8}
