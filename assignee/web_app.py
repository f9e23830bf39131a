"""The web application: our page, the JSON interface, and every error as one line.

async with Jobs(settings) as jobs:
    app = create_app(jobs, WebSettings(library=(Path("papers"),)))
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assignee import __version__
from assignee.errors import AssigneeError, UserError
from assignee.jobs import Jobs
from assignee.web_limits import Rate
from assignee.web_routes import State, reviews
from assignee.web_routes_own import libraries, session
from assignee.web_safety import Safety
from assignee.web_settings import WebSettings
from assignee.web_uploads import Refused, Uploads

__all__ = ["create_app"]

_MEDIA = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def create_app(jobs: Jobs, web: WebSettings) -> FastAPI:
    """An application over jobs that are open, or will be before the first request. Closing them is the caller's."""
    app = FastAPI(
        title="assignee",
        version=__version__,
        summary="Assign it a research question; get back a literature synthesis whose every claim can be checked.",
        docs_url=None,  # they load their scripts from elsewhere
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    uploads = Uploads.at(jobs.settings.home / "uploads", web.limits)
    wrong = Rate(web.limits.wrong_tokens)
    app.state.shared = State(jobs, web, uploads, wrong)
    app.add_middleware(Safety, web=web, wrong=wrong)
    for file in files("assignee").joinpath("web").iterdir():
        path = "/" if file.name == "index.html" else f"/page/{file.name}"
        app.add_api_route(path, _static(file), methods=["GET"], include_in_schema=False)
    for router in (session, reviews, libraries):
        app.include_router(router)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _misunderstood)
    app.add_exception_handler(AssigneeError, _ours)
    return app


def _static(file: Traversable) -> Any:
    content = file.read_bytes()
    media = f"{_MEDIA[file.name[file.name.rindex('.') :]]}; charset=utf-8"

    async def serve() -> Response:
        return Response(content, media_type=media, headers={"Cache-Control": "no-cache"})

    return serve


def _error(status: int, line: str, headers: Any = None) -> Response:
    return JSONResponse({"error": " ".join(line.split())}, status, headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    line = str(error.detail)
    if error.status_code == 404 and line == "Not Found":
        line = "there is nothing here; the interface is described at /openapi.json"
    headers = error.headers
    if error.status_code == 405:
        headers = {"Allow": _allowed(request)}
        line = f"{request.method} is not understood here; see /openapi.json"
    return _error(error.status_code, line, headers)


def _allowed(request: Request) -> str:
    """The methods of a path; the router itself names only those of the first route that has it."""
    at = request.url.path
    methods = set() if at.startswith("/api/") else {"GET"}
    for path, operations in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), at):
            methods |= {method.upper() for method in operations}
    return ", ".join(sorted(methods))


async def _misunderstood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _error(422, "the body is not JSON")
    at = ".".join(str(part) for part in first["loc"] if part != "body" and not isinstance(part, int))
    return _error(422, f"{at}: {first['msg']}" if at else str(first["msg"]))


async def _ours(request: Request, error: Exception) -> Response:
    if isinstance(error, Refused):
        return _error(error.status, str(error))
    return _error(422 if isinstance(error, UserError) else 500, str(error))
