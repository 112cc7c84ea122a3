"""The application that answers for a model; imported in the server's process only."""

from __future__ import annotations

import asyncio
import re
import sys
import traceback
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ._connections import SLOW
from ._json import from_json, to_json
from ._methods import UnknownMethodError
from ._tables import FORMS, BadRowError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ._methods import ModelMethods

_OWN_NAME = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{0,5})?", re.IGNORECASE | re.ASCII)


def application(methods: ModelMethods, token: str, identity: str, most: int) -> Starlette:
    """Return the application: `GET /health`, and `POST /METHOD` for those with the token.

    Args:
        methods: Called in a thread, also several times at once.
        token: What a request must show as a bearer token.
        identity: What `/health` tells: which server this is.
        most: Bytes that a request's body may have.
    """
    expected = f"Bearer {token}".encode()

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "server": identity})

    async def answer(request: Request) -> Response:
        shown = request.headers.get("authorization", "").encode("latin-1")
        if not compare_digest(shown, expected):
            headers = {"WWW-Authenticate": "Bearer"}
            raise HTTPException(401, "the token is missing or wrong", headers)
        request.state.connection.is_trusted = True
        inputs = _inputs(await _body(request, most))
        name = request.path_params["method"]
        status, content = await run_in_threadpool(_answered, methods, name, inputs)
        return Response(content, status, media_type="application/json")

    return Starlette(
        routes=[
            Route("/health", health, methods=["GET"]),
            Route("/{method}", answer, methods=["POST"]),
        ],
        middleware=[Middleware(_OwnNamesOnly)],
        exception_handlers={HTTPException: _as_json},
    )


class _OwnNamesOnly:
    """Refuses requests that were sent to another name: a web page may have bent it here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Request(scope).headers.get("host", "")
        if _OWN_NAME.fullmatch(host):
            await self._app(scope, receive, send)
            return
        refusal = JSONResponse({"error": "this server answers to 127.0.0.1 only"}, 403)
        await refusal(scope, receive, send)


def _as_json(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _body(request: Request, most: int) -> bytes:
    """Return the body; one that is too long is read to its end, and forgotten."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "the content type must be application/json")
    body, size = bytearray(), 0
    try:
        async with asyncio.timeout(SLOW):
            async for part in request.stream():
                size += len(part)
                body += part if size <= most else b""
    except TimeoutError:
        raise HTTPException(408, f"the request took longer than {SLOW:g} s") from None
    except ClientDisconnect:
        raise HTTPException(400, "the request ended early") from None
    if size > most:
        raise HTTPException(413, f"the request has more than {most} bytes")
    return bytes(body)


def _inputs(body: bytes) -> dict[str, Any]:
    try:
        request = from_json(body)
    except ValueError as error:
        raise HTTPException(400, f"the request is not JSON: {error}") from None
    if not isinstance(request, dict) or len(request) != 1 or not set(request) <= set(FORMS):
        raise HTTPException(400, 'the request must be {"inputs": ...}')
    return request


def _answered(methods: ModelMethods, name: str, request: dict[str, Any]) -> tuple[int, bytes]:
    """Return status and body; what the model raises is told, where it did goes to the log."""
    try:
        outputs = methods.call(name, request)
    except UnknownMethodError as error:
        return 404, to_json({"error": str(error)})
    except BadRowError as error:
        return 400, to_json({"error": str(error)})
    except BaseException as error:  # noqa: BLE001 - the model's code is the user's
        traceback.print_exc(file=sys.stderr)
        rows = "".join(f" at {note}" for note in getattr(error, "__notes__", ()))
        return 500, to_json({"error": f"it raised {type(error).__name__}{rows}: {error}"})
    try:
        return 200, to_json({"outputs": outputs})
    except Exception as error:  # noqa: BLE001 - outputs may be of any class
        traceback.print_exc(file=sys.stderr)
        return 500, to_json({"error": f"its outputs do not fit into JSON: {error}"})
