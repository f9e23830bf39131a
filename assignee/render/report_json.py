"""report.json: the whole report as data, sealed with its own hash, and the way back."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from assignee.claims import SCHEMA_VERSION, CheckedClaim, Outcome, Report
from assignee.errors import UserError

from .renderer import Renderer, Texts

__all__ = ["RENDERER", "read", "render", "schema", "seal_of"]

_SEAL = "content_sha256"
_CLAIM_FIELDS = ("id", "text", "statement", "quote", "paper_id", "section", "start", "end", "kind")
_INNER_FIELDS = ("relevance", "verbatim", "quantities")
_PAPER_FIELDS = (
    "id", "ids", "title", "authors", "year", "date", "venue", "url", "version", "versions", "work_id", "licence",
    "retracted", "basis", "sources", "included", "reason", "relevance", "publication", "found_by", "screening",
    "notices", "given_by", "conflicts", "where_open",
)  # fmt: skip
# Maps whose keys are not ours, and lists of such maps: written in the order of their keys.
_FREE = frozenset(
    {
        "ids", "scores", "models", "prompts", "packages", "settings", "calibration", "sections", "given_by", "conflicts",
        "where_open", "identified_by", "excluded_by", "batches", "overlap",
    }
)  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")


def render(report: Report, texts: Texts) -> str:
    """The report as JSON text (UTF-8, two spaces, final newline), by `schema()`.

    Floats are rounded to 3 places (quantities are not), NaN and infinity become null, maps are sorted by key and
    lone surrogates become U+FFFD. `texts` is not read: quotes are kept, the texts they come from are not.
    """
    plain = report.to_dict()
    data: dict[str, Any] = {"schema_version": report.schema_version, _SEAL: ""}
    for name in ("question", "seed_paper", "status", "title", "engine", "abstract", "answer"):
        data[name] = plain[name]
    data["papers"] = [_paper(paper) for paper in plain["papers"]]
    data["claims"] = [_claim(checked) for checked in plain["claims"]]
    for name in ("reviews", "decision", "flow", "headline", "sections", "manifest"):
        data[name] = plain[name]
    data = _clean(data)
    data[_SEAL] = seal_of(data)
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def read(data: Any, *, allow_edited: bool = False) -> Report:
    """The report that `render` wrote, from its parsed JSON.

    Raises UserError, in one line, for what is not a report of ours, is of another schema version, does not fit the
    schema, or was changed after it was written (unless `allow_edited`, which is for judging such a file).
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("schema_version"), str) or _SEAL not in data:
        raise UserError("this is not a report.json of assignee: it has no schema_version and content_sha256")
    version = data["schema_version"]
    if _version(version) > _version(SCHEMA_VERSION):
        raise UserError(
            f"the report has schema version {version}, this assignee reads {SCHEMA_VERSION}: update it"
        )
    if _version(version) < _version(SCHEMA_VERSION):
        # An older report lacks counts of the search: to read it would mean to make them up.
        raise UserError(
            f"the report has schema version {version}, this assignee reads {SCHEMA_VERSION}: make it again with assignee review"
        )
    _validate(data)
    if not allow_edited and seal_of(data) != data[_SEAL]:
        raise UserError(
            "the report was changed after it was written: its content_sha256 does not match its content"
        )
    plain = {name: value for name, value in data.items() if name not in (_SEAL, "papers", "claims")}
    plain["papers"] = [
        {**_without(paper, "text_sha256"), "text_hash": paper["text_sha256"]} for paper in data["papers"]
    ]
    plain["claims"] = [_checked(claim) for claim in data["claims"]]
    try:
        return Report.from_dict(plain)
    except (TypeError, ValueError, KeyError) as error:
        raise UserError(f"the report cannot be read: {error}") from error


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of report.json, which is package data."""
    text = files("assignee.render").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def seal_of(data: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of everything but the seal itself."""
    rest = {name: value for name, value in data.items() if name != _SEAL}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def _paper(paper: dict[str, Any]) -> dict[str, Any]:
    return {**{name: paper[name] for name in _PAPER_FIELDS}, "text_sha256": paper["text_hash"]}


def _claim(checked: dict[str, Any]) -> dict[str, Any]:
    claim = checked["claim"]
    return {
        **{name: claim[name] for name in _CLAIM_FIELDS},
        "outcome": checked["outcome"],
        "mark": Outcome(checked["outcome"]).mark,
        "confidence": checked["confidence"],
        "why": checked["why"],
        "examined": checked["examined"],
        **{name: claim[name] for name in _INNER_FIELDS},
        "verdicts": checked["verdicts"],
    }


def _checked(claim: Mapping[str, Any]) -> dict[str, Any]:
    outer = {name: claim[name] for name in CheckedClaim.__dataclass_fields__ if name != "claim"}
    return {**outer, "claim": {name: claim[name] for name in (*_CLAIM_FIELDS, *_INNER_FIELDS)}}


def _without(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


def _clean(value: Any, path: tuple[str, ...] = ()) -> Any:
    """Rounded, sorted where it is a free map, and encodable."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return value if path[-2:] == ("quantities", "value") else round(value, 3)
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item, path) for item in value]
    if isinstance(value, dict):
        free = bool(path) and path[-1] in _FREE
        names = sorted(value) if free else list(value)
        return {_SURROGATE.sub("\ufffd", name): _clean(value[name], (*path, name)) for name in names}
    return value


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in text.split("."))


def _validate(data: Mapping[str, Any]) -> None:
    # Loaded here: reading a report is rare, and the library is slow to import and has no types of its own.
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
    from jsonschema.exceptions import best_match  # type: ignore[import-untyped]

    error = best_match(Draft202012Validator(schema()).iter_errors(data))
    if error is None:
        return
    place = error.json_path.removeprefix("$").lstrip(".") or "the top level"
    # The library's message may hold the whole report; ours names the rule.
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        told = f"{', '.join(missing)} missing"
    elif error.validator == "additionalProperties":
        extra = sorted(set(error.instance) - set(error.schema["properties"]))
        told = f"unknown key {extra[0]!r}"
    else:
        wanted = json.dumps(error.validator_value, ensure_ascii=False)
        told = f"does not fit {error.validator} {wanted}"
    raise UserError(f"this is not a valid report.json (schema {SCHEMA_VERSION}): {place}: {told}")


RENDERER = Renderer("json", "report.json", render, default=True)
