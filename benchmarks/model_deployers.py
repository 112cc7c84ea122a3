"""A request to a deployed model, over a bare server that does the same work in JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from stack_magic.model_deployers import LocalModelDeployer, ModelServerConfiguration, ServedModel

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_REQUESTS = 200
_INPUTS = list(range(100))

_BARE = """
import json, socket, uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

def double(inputs):
    return [2 * number for number in inputs]

async def predict(request):
    outputs = await run_in_threadpool(double, (await request.json())["inputs"])
    return JSONResponse({"outputs": outputs})

ours = socket.socket(proto=socket.IPPROTO_TCP)  # else asyncio leaves Nagle's delay on
ours.bind(("127.0.0.1", 0))
ours.listen()
print(ours.getsockname()[1], flush=True)
app = Starlette(routes=[Route("/predict", predict, methods=["POST"])])
config = uvicorn.Config(app, http="h11", loop="asyncio", log_config=None, access_log=False)
uvicorn.Server(config).run(sockets=[ours])
"""


def _double(inputs: list[int]) -> list[int]:
    return [2 * number for number in inputs]


def _asked(connection: HTTPConnection, headers: dict[str, str]) -> float:
    """Return the seconds that a request takes, over one connection."""
    begin = time.perf_counter()
    for _ in range(_REQUESTS):
        connection.request("POST", "/predict", json.dumps({"inputs": _INPUTS}), headers)
        outputs = json.loads(connection.getresponse().read())["outputs"]
        assert outputs[-1] == 2 * _INPUTS[-1]  # noqa: S101 - both must do the work
    return (time.perf_counter() - begin) / _REQUESTS


@contextmanager
def _deployed(folder: str) -> Iterator[tuple[HTTPConnection, dict[str, str]]]:
    deployer = LocalModelDeployer(name="measured", path=folder)
    configuration = ModelServerConfiguration(model_name="double")
    server = deployer.deploy_model(configuration, ServedModel.of(_double))
    assert server.token is not None  # noqa: S101 - the local flavor gives one
    headers = {"Authorization": f"Bearer {server.token.get_secret_value()}", **_JSON}
    connection = HTTPConnection("127.0.0.1", urlsplit(str(server.prediction_url)).port or 0)
    try:
        yield connection, headers
    finally:
        connection.close()
        deployer.delete_model_server(server.uuid, force=True)


_JSON = {"Content-Type": "application/json"}


@contextmanager
def _bare() -> Iterator[HTTPConnection]:
    command = [sys.executable, "-c", _BARE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None  # noqa: S101 - a pipe was asked for
        connection = HTTPConnection("127.0.0.1", int(server.stdout.readline()))
        try:
            yield connection
        finally:
            connection.close()
            server.kill()


def _first_answer() -> float:
    """Return the seconds from a model to its first answer."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        with _deployed(folder) as (connection, headers):
            _once(connection, headers)
            return time.perf_counter() - begin


def _first_bare_answer() -> float:
    begin = time.perf_counter()
    with _bare() as connection:
        _once(connection, _JSON)
        return time.perf_counter() - begin


def _once(connection: HTTPConnection, headers: dict[str, str]) -> Any:
    connection.request("POST", "/predict", '{"inputs": [1]}', headers)
    return connection.getresponse().read()


def figures() -> Iterator[Figure]:
    """Yield the figure of a request, and that of a deployment."""
    against = "a bare starlette + uvicorn server with the same model"
    with (
        tempfile.TemporaryDirectory() as folder,
        _deployed(folder) as (ours, headers),
        _bare() as limit,
    ):
        seconds = compare(partial(_asked, ours, headers), partial(_asked, limit, _JSON), 7)
    yield Figure("a request to a deployed model", *seconds, 1.3, against)
    seconds = compare(_first_answer, _first_bare_answer, 5)
    yield Figure("from a model to its server's first answer", *seconds, 3, against)
