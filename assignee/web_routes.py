"""The JSON interface: each route hands its request to the jobs and gives back what they say."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from assignee.errors import UserError
from assignee.jobs import Job, Jobs
from assignee.registry import names
from assignee.settings import ReviewRequest
from assignee.web_events import events
from assignee.web_limits import Rate
from assignee.web_models import (
    PAPER,
    Answer,
    Asked,
    Error,
    FoundSoFar,
    Question,
    Review,
)
from assignee.web_safety import MARK
from assignee.web_settings import WebSettings
from assignee.web_uploads import Uploads

__all__ = ["MEDIA", "Mark", "Run", "State", "refusals", "reviews"]

MEDIA = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "bib": "text/plain; charset=utf-8",
    "ris": "text/plain; charset=utf-8",
    "csl-json": "application/json",
}
_SAID = {
    400: "The request makes no sense",
    401: "The token is missing or wrong",
    403: "Another site's page asked, or the header X-Assignee is missing",
    404: "Unknown",
    409: "Not in this state",
    413: "Too large",
    415: "Not a type that is taken",
    421: "The server does not answer to this name",
    422: "The request is not understood",
    429: "Too many requests; wait as Retry-After says",
    500: "The server failed",
    503: "Too many at the same time",
    507: "No room",
}
_OUT = b' rel="noopener noreferrer"'
_ALWAYS = (400, 401, 403, 421, 429, 500)
# Its sandbox gives a report an origin of its own: whatever is in it, it cannot ask this server anything.
_FRAMED = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"

Run = Annotated[
    str, InPath(description="A review's id, or its first four digits or more.", examples=["0123456789ab"])
]
Mark = Annotated[
    str | None,
    Header(
        alias=MARK, description="Any value. Needed where no Authorization header is sent.", examples=["1"]
    ),
]


class State:
    """What the routes share."""

    def __init__(self, jobs: Jobs, web: WebSettings, uploads: Uploads, wrong: Rate) -> None:
        self.jobs, self.web, self.uploads, self.wrong = jobs, web, uploads, wrong
        self.streams = 0

    @classmethod
    def of(cls, request: Request) -> State:
        """The one of this application."""
        return cast(State, request.app.state.shared)


def refusals(*more: int) -> dict[int | str, dict[str, Any]]:
    """What a route may refuse with, for the OpenAPI document."""
    return {status: {"model": Error, "description": _SAID[status]} for status in sorted({*_ALWAYS, *more})}


reviews = APIRouter(prefix="/api/reviews", tags=["reviews"])


@reviews.get("", responses=refusals(422))
async def list_reviews(request: Request, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> list[Review]:
    """The reviews, newest first."""
    return [Review.of(job) for job in State.of(request).jobs.jobs(limit)]


@reviews.post("", status_code=202, responses=refusals(404, 413, 422))
async def ask(request: Request, response: Response, asked: Asked, mark: Mark = None) -> Review:
    """Ask a question. The review waits for its turn; follow its events."""
    state = State.of(request)
    library: tuple[Path, ...]
    if asked.library is not None:
        library = (await asyncio.to_thread(state.uploads.seal, asked.library),)
    elif not (library := state.web.library):
        raise UserError("this server has no library of its own; upload papers first")
    job = await state.jobs.ask(
        ReviewRequest(
            question=asked.question,
            library=library,
            engine=state.web.engine,
            seed_paper=_seed(asked.seed_paper),
            include=tuple(_id(name, "a paper to include") for name in asked.include),
            exclude=tuple(_id(name, "a paper to exclude") for name in asked.exclude),
            chase=asked.chase,
            full_text=asked.full_text,
            max_papers=asked.max_papers,
            until=asked.until or None,
        )
    )
    response.headers["Location"] = f"/api/reviews/{job.id}"
    return Review.of(job)


@reviews.get("/{id}", responses=refusals(404))
async def one_review(request: Request, id: Run) -> Review:
    """One review, as it stands now."""
    return Review.of(_job(request, id))


@reviews.get("/{id}/found", responses=refusals(404))
async def found(request: Request, id: Run) -> FoundSoFar:
    """What it has found so far: papers with the reason for in or out, claims with their mark."""
    job = _job(request, id)
    return FoundSoFar.of(State.of(request).jobs.found(job.id))


@reviews.get(
    "/{id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Server-sent events: stage, papers, claim, done, failed, cancelled, resumed; last: end.",
            "content": {"text/event-stream": {}},
        },
        **refusals(404, 422, 503),
    },
)
async def follow(
    request: Request,
    id: Run,
    after: Annotated[int, Query(ge=0, le=2**53, description="The number of the last event known.")] = 0,
    last_event_id: Annotated[
        str,
        Header(
            description="The same, as a browser sends it; it counts before `after`.",
            json_schema_extra={"pattern": "^[0-9]{0,15}$"},
        ),
    ] = "",
) -> StreamingResponse:
    """The events of a review from any point on, live until it ends."""
    state, job = State.of(request), _job(request, id)
    if last_event_id:
        if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 15):
            raise HTTPException(422, "the header Last-Event-ID is not the number of an event")
        after = int(last_event_id)
    if state.streams >= state.web.limits.streams:
        raise HTTPException(
            503, "too many pages watch at the same time; try again later", {"Retry-After": "30"}
        )

    async def counted() -> Any:
        state.streams += 1
        try:
            async for piece in events(state.jobs, job.id, after, state.web.limits.beat):
                yield piece
        finally:
            state.streams -= 1

    return StreamingResponse(counted(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@reviews.post("/{id}/cancel", responses=refusals(404))
async def cancel(request: Request, id: Run, mark: Mark = None) -> Review:
    """Stop it at once and keep what it found. One that has ended stays as it is."""
    return Review.of(await State.of(request).jobs.cancel(_job(request, id).id))


@reviews.post("/{id}/resume", responses=refusals(404))
async def resume(request: Request, id: Run, mark: Mark = None) -> Review:
    """Let one that failed, was cancelled or ended partial go on from where it stopped."""
    return Review.of(await State.of(request).jobs.resume(_job(request, id).id))


@reviews.post("/{id}/questions", responses=refusals(404, 409, 413, 422))
async def follow_up(request: Request, id: Run, asked: Question, mark: Mark = None) -> Answer:
    """Ask about a finished review; answered from its records only, with quotes, or not at all."""
    job = _finished(request, id)
    return Answer.of(await State.of(request).jobs.answer(job.id, asked.question))


@reviews.get(
    "/{id}/report.{format}",
    response_class=Response,
    responses={
        200: {
            "description": "The report, as a file to keep.",
            "content": {
                kind.partition(";")[0]: {"schema": {}}
                for kind in (*MEDIA.values(), "application/octet-stream")
            },
        },
        **refusals(404, 409),
    },
)
async def report(
    request: Request,
    id: Run,
    format: Annotated[str, InPath(description="md, html, pdf, json, bib, ris or csl-json")],
) -> Response:
    """The report in one format. `report.json` holds every claim with its verdicts and quotes."""
    job = _finished(request, id)
    if format not in names("renderers"):
        raise HTTPException(404, f"a report comes as {', '.join(names('renderers'))}")
    try:
        file, content = await asyncio.to_thread(State.of(request).jobs.rendered, job.id, format)
    except UserError as error:  # an extra or a font that this server lacks
        raise HTTPException(409, str(error)) from error
    kept = f'attachment; filename="{job.id[:8]}-{file}"'
    media = MEDIA.get(format, "application/octet-stream")
    headers = {"Content-Disposition": kept, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Response(content, media_type=media, headers=headers)


@reviews.get(
    "/{id}/page",
    response_class=Response,
    responses={200: {"description": "The page.", "content": {"text/html": {}}}, **refusals(404, 409)},
)
async def page(request: Request, id: Run) -> Response:
    """The report as a page to read, which loads nothing and runs apart from everything else."""
    job = _finished(request, id)
    _, content = await asyncio.to_thread(State.of(request).jobs.rendered, job.id, "html")
    # Inside a frame a link out would replace the report. Text cannot look so: its quotes are escaped.
    content = content.replace(_OUT, _OUT + b' target="_blank"')
    return Response(content, media_type=MEDIA["html"], headers={"Content-Security-Policy": _FRAMED})


def _job(request: Request, id: str) -> Job:
    try:
        return State.of(request).jobs.job(id)
    except UserError as error:
        raise HTTPException(404, str(error)) from error


def _finished(request: Request, id: str) -> Job:
    job = _job(request, id)
    if job.state not in ("done", "partial"):
        why = f": {job.error}" if job.error else ""
        raise HTTPException(409, f"review {job.id} has no report; it is {job.state}{why}")
    return job


def _seed(given: str | None) -> str | None:
    return None if given is None else _id(given, "the seed paper")


def _id(given: str, what: str) -> str:
    """A paper's id. Never a file of this machine, which the command line would read under such a name."""
    if not re.fullmatch(PAPER, given) or Path(given).exists():
        raise UserError(f"{what} is given by its id, for example arXiv:2005.13013 or 10.18653/v1/P19-1439")
    return given
