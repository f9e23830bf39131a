"""Routes for the sign-in and for libraries that users upload."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from assignee import __version__
from assignee.registry import names
from assignee.request import MAX_QUESTION
from assignee.web_models import Begun, Library, Session, SignIn, Stored
from assignee.web_routes import Mark, State, refusals
from assignee.web_safety import COOKIE, cookie_of, knows, same
from assignee.web_uploads import types

__all__ = ["libraries", "session"]

_BODY = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

session = APIRouter(prefix="/api/session", tags=["session"])
libraries = APIRouter(prefix="/api/libraries", tags=["libraries"])


@session.get("", responses=refusals())
async def who(request: Request) -> Session:
    """What this server is, what it takes, and whether this browser is signed in."""
    state = State.of(request)
    web = state.web
    return Session(
        version=__version__,
        token_needed=bool(web.token),
        signed_in=not web.token or knows(request.headers, web.token),
        engine=web.engine,
        library=bool(web.library),
        formats=list(names("renderers")),
        file_types=sorted(types()),
        max_file=web.limits.file,
        max_files=web.limits.files,
        max_question=MAX_QUESTION,
    )


@session.post("", status_code=204, response_class=Response, responses=refusals(413, 422))
async def sign_in(request: Request, given: SignIn, mark: Mark = None) -> Response:
    """Give the token; the browser keeps a cookie made from it, which scripts cannot read."""
    state = State.of(request)
    web, client = state.web, request.client.host if request.client else "?"
    if wait := state.wrong.wait(client):
        line = f"too many wrong tokens; try again in {wait} seconds"
        raise HTTPException(429, line, {"Retry-After": str(wait)})
    if web.token and not same(given.token, web.token):
        state.wrong.take(client)
        raise HTTPException(401, "this is not the token that the server was started with")
    response = Response(status_code=204)
    if web.token:
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, cookie_of(web.token), httponly=True, samesite="strict", secure=secure, path="/"
        )
    return response


@session.delete("", status_code=204, response_class=Response, responses=refusals())
async def sign_out(request: Request, mark: Mark = None) -> Response:
    """Forget the cookie."""
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


@libraries.post("", status_code=201, responses=refusals(507))
async def begin_library(request: Request, mark: Mark = None) -> Begun:
    """A new library, empty. Put files into it, then name it where you ask."""
    return Begun(id=await asyncio.to_thread(State.of(request).uploads.make))


@libraries.get("/{id}", responses=refusals(404))
async def one_library(request: Request, id: str) -> Library:
    """The files of a library."""
    uploads = State.of(request).uploads
    files = [Stored(name=path.name, size=path.stat().st_size) for path in uploads.files(id)]
    return Library(id=id, files=files, sealed=uploads.sealed(id))


@libraries.post(
    "/{id}/files", status_code=201, openapi_extra=_BODY, responses=refusals(404, 409, 413, 415, 422, 507)
)
async def add_file(
    request: Request,
    id: str,
    name: Annotated[
        str,
        Query(
            min_length=1,
            max_length=300,
            description="Its name, for example paper.pdf.",
            json_schema_extra={"pattern": r"\.(pdf|jsonl|bib|txt|md)$"},
        ),
    ],
    mark: Mark = None,
) -> Stored:
    """Put one file into a library: the body is the file. It is read as it comes and refused once it is too large."""
    kept = await State.of(request).uploads.add(id, name, request.stream())
    return Stored(name=kept.name, size=kept.stat().st_size)
