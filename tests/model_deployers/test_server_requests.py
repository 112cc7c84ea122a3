"""What a local model server answers over HTTP, and to whom."""

from __future__ import annotations

import asyncio
import json
import pickle
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

import numpy as np
import psutil
import pytest
from pydantic import SecretStr

from stack_magic.errors import FlavorFailedError, InvalidConfigurationError
from stack_magic.machine import Service
from stack_magic.model_deployers import (
    LocalModelDeployer,
    ModelServer,
    ModelServerConfiguration,
    ServedModel,
    ServerState,
    _app,
    _connections,
    _serve,
)
from stack_magic.model_deployers._methods import ModelMethods
from tests.model_deployers.models import Adder, Meeting, arrays, picky

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Deploy = Callable[..., ModelServer]


@pytest.fixture(scope="module")
def deployer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalModelDeployer]:
    folder = tmp_path_factory.mktemp("servers")
    made = LocalModelDeployer(name="here", path=str(folder), max_request_bytes=100_000)
    yield made
    for server in made.find_model_server():
        made.delete_model_server(server.uuid, force=True)


def served(deployer: LocalModelDeployer, model: Any, name: str) -> ModelServer:
    configuration = ModelServerConfiguration(model_name=name)
    return deployer.deploy_model(configuration, ServedModel.of(model), timeout=60)


@pytest.fixture(scope="module")
def adder(deployer: LocalModelDeployer) -> ModelServer:
    return served(deployer, Adder(), "adder")


def request(
    server: ModelServer,
    body: Any = b'{"inputs": [1]}',
    *,
    method: str = "POST",
    path: str = "/predict",
    **headers: str | None,
) -> tuple[int, Any]:
    """Send a good request, but for what is given; None leaves a header out."""
    assert server.token is not None
    given = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {server.token.get_secret_value()}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    sent = {name: value for name, value in given.items() if value is not None}
    url = urlsplit(str(server.prediction_url))
    connection = HTTPConnection(str(url.hostname), url.port or 0, timeout=30)
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_a_good_request_is_answered_in_json(adder: ModelServer) -> None:
    assert request(adder) == (200, {"outputs": [2]})
    kind = "application/json; charset=utf-8"
    assert request(adder, Content_Type=kind) == (200, {"outputs": [2]})
    assert request(adder, Host="localhost:1") == (200, {"outputs": [2]})


def test_health_is_told_to_everybody(adder: ModelServer) -> None:
    answer = {"status": "ok", "server": adder.uuid.hex}
    assert request(adder, None, method="GET", path="/health", Authorization=None) == (200, answer)


@pytest.mark.parametrize("shown", [None, "", "Bearer ", "Bearer x", "Basic x", "Bearer é"])
def test_a_request_without_the_token_is_refused(adder: ModelServer, shown: str | None) -> None:
    answer = {"error": "the token is missing or wrong"}
    assert request(adder, Authorization=shown) == (401, answer)


_OTHER_HOSTS = [
    "evil.example",
    "127.0.0.1.evil.example",
    "",
    "0.0.0.0",  # noqa: S104 - a name that is refused
    "user@127.0.0.1",
    "127.0.0.1:80@evil.example",
    "localhost:x",
]


@pytest.mark.parametrize("host", _OTHER_HOSTS)
@pytest.mark.parametrize("path", ["/predict", "/health", "/none"])
def test_a_request_to_another_host_is_refused(adder: ModelServer, host: str, path: str) -> None:
    answer = {"error": "this server answers to 127.0.0.1 only"}
    assert request(adder, path=path, Host=host) == (403, answer)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(adder: ModelServer, kind: str | None) -> None:
    answer = {"error": "the content type must be application/json"}
    assert request(adder, Content_Type=kind) == (415, answer)


def test_a_request_that_is_too_long_is_refused(adder: ModelServer) -> None:
    answer = {"error": "the request has more than 100000 bytes"}
    assert request(adder, b" " * 5_000_000) == (413, answer)
    assert request(adder, iter([b" " * 50_000] * 3), Content_Length=None) == (413, answer)
    assert request(adder, b'{"inputs": [1]}'.rjust(100_000)) == (200, {"outputs": [2]})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the request is not JSON"),
        (b"{", "the request is not JSON"),
        (b"\xff", "the request is not JSON"),
        (b'{"inputs": NaN}', "the request is not JSON: NaN is no JSON value"),
        (b"[" * 50_000, "the request is not JSON: it is nested too deep"),
        (b"[1]", 'the request must be {"inputs": ...}'),
        (b"{}", 'the request must be {"inputs": ...}'),
        (b'{"inputs": 1, "more": 2}', 'the request must be {"inputs": ...}'),
    ],
)
def test_a_request_of_another_form_is_refused(adder: ModelServer, body: bytes, reason: str) -> None:
    status, answer = request(adder, body)
    assert status == 400
    assert answer["error"].startswith(reason)


def test_other_paths_and_methods_are_refused(adder: ModelServer) -> None:
    assert request(adder, path="/") == (404, {"error": "Not Found"})
    assert request(adder, path="/fit") == (
        404,
        {"error": "the model serves no 'fit'; it serves predict"},
    )
    assert request(adder, method="GET") == (405, {"error": "Method Not Allowed"})
    assert request(adder, method="OPTIONS")[0] == 405


@pytest.mark.parametrize("name", ["ValueError", "SystemExit"])
def test_an_error_of_the_model_is_told_and_its_frames_are_logged(
    deployer: LocalModelDeployer, name: str
) -> None:
    server = served(deployer, picky, f"picky-{name}")
    error = f"it raised {name}: no {name} here"
    assert request(server, json.dumps({"inputs": name})) == (500, {"error": error})
    with pytest.raises(FlavorFailedError, match=rf"model 'picky-{name}': {error} \(HTTP 500"):
        server.predict(name)
    log = "\n".join(deployer.get_model_server_logs(server.uuid))
    assert log.count("Traceback") == 2
    assert "in picky" in log


def test_requests_are_answered_at_the_same_time(deployer: LocalModelDeployer) -> None:
    server = served(deployer, Meeting(), "meeting")
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(server.predict, [1, 2])) == [1, 2]


def test_arrays_and_tables_come_as_lists(deployer: LocalModelDeployer, adder: ModelServer) -> None:
    server = served(deployer, arrays, "arrays")
    assert server.predict("array") == [[0, 1, 2], [3, 4, 5]]
    assert server.predict("number") == 0.5
    assert server.predict("nested") == [{"a": [True]}]
    assert server.predict("series") == [1, 2]
    assert server.predict("table") == [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]
    assert server.predict("nan") == [1.0, None]
    assert server.predict("times") == ["2020-01-01T00:00:00.000000000", None]
    with pytest.raises(FlavorFailedError, match=r"JSON: outputs.score\[1\]: inf is no JSON value"):
        server.predict("infinite")
    with pytest.raises(FlavorFailedError, match="into JSON: outputs: object is no JSON value"):
        server.predict("object")
    assert adder.predict(np.array([1, 2])) == [2, 3]


@pytest.mark.parametrize("inputs", [float("inf"), {1, 2}, object(), b"a", 1j])
def test_inputs_that_json_has_no_words_for_are_refused(adder: ModelServer, inputs: Any) -> None:
    with pytest.raises(InvalidConfigurationError, match="the inputs for model 'adder' do not fit"):
        adder.predict(inputs)


def test_a_proxy_of_the_environment_is_not_asked(
    adder: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert adder.predict([1]) == [2]


def test_a_pickle_leaves_the_token_out(adder: ModelServer) -> None:
    assert adder.token is not None
    content = pickle.dumps(adder)
    assert adder.token.get_secret_value().encode() not in content
    again = pickle.loads(content)  # noqa: S301 - our own
    assert again.token is None
    assert again.uuid == adder.uuid
    hint = "hint: %model_deployer describe adder"
    with pytest.raises(FlavorFailedError, match=f"the token is missing or wrong .*\n{hint}"):
        again.predict([1])


class _Elsewhere(BaseHTTPRequestHandler):
    """Answers something else than outputs, and notes what it was shown."""

    status, body, shown = 200, b"", ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(type(self).status)
        self.send_header("Location", f"http://{self.headers['Host']}/other")
        self.send_header("Content-Length", str(len(type(self).body)))
        self.end_headers()
        self.wfile.write(type(self).body)

    def do_GET(self) -> None:
        type(self).shown = self.headers.get("Authorization", "nothing")
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's call
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[ModelServer, type[_Elsewhere]]]:
    handler = type("Handler", (_Elsewhere,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{http.server_address[1]}/predict"
        configuration = ModelServerConfiguration(model_name="odd")
        active = ServerState.ACTIVE
        yield ModelServer(uuid4(), configuration, active, url, token=SecretStr("canary")), handler
        http.shutdown()
        thread.join()


def test_a_redirect_is_not_followed(elsewhere: tuple[ModelServer, type[_Elsewhere]]) -> None:
    server, handler = elsewhere
    handler.status = 302
    with pytest.raises(FlavorFailedError, match="the server answered HTTP 302 Found"):
        server.predict(1)
    assert handler.shown == ""


@pytest.mark.parametrize("body", [b"", b"hello", b"[1]", b'{"predictions": 1}'])
def test_an_answer_of_another_form_is_told(
    elsewhere: tuple[ModelServer, type[_Elsewhere]], body: bytes
) -> None:
    server, handler = elsewhere
    handler.body = body
    with pytest.raises(FlavorFailedError, match="answered something else than outputs in JSON"):
        server.predict(1)


# Slow clients.


async def _asked(app: Any, headers: Mapping[str, str], receive: Any) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/predict",
        "query_string": b"",
        "headers": raw,
        "state": {"connection": SimpleNamespace(is_trusted=False)},
    }
    await app(scope, receive, send)
    return sent


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_app, "SLOW", 0.01)
    headers = {
        "host": "127.0.0.1",
        "content-type": "application/json",
        "authorization": "Bearer secret",
    }

    async def never() -> Any:
        await asyncio.Event().wait()

    app = _app.application(ModelMethods(lambda inputs: inputs), "secret", "id", 100)
    start, body = asyncio.run(_asked(app, headers, never))
    assert start["status"] == 408
    assert json.loads(body["body"]) == {"error": "the request took longer than 0.01 s"}


_HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize("former", [b"", _HEALTH], ids=["first", "second"])
@pytest.mark.parametrize("begun", [b"", b"POST /predict HTTP/1.1\r\nHost: "], ids=["none", "part"])
def test_a_connection_is_closed_when_the_head_of_a_request_does_not_come(
    monkeypatch: pytest.MonkeyPatch, former: bytes, begun: bytes
) -> None:
    import uvicorn
    from uvicorn.server import ServerState as Connections

    monkeypatch.setattr(_connections, "SLOW", 0.01)
    app = _app.application(ModelMethods(lambda inputs: inputs), "secret", "id", 100)

    async def connected() -> bytes:
        loop = asyncio.get_running_loop()
        kept = 3600  # of uvicorn's own, which a part of a head ends
        config = uvicorn.Config(app, log_config=None, timeout_keep_alive=kept)
        connections = Connections()
        server = await loop.create_server(
            lambda: _connections.Connection(config, connections, {}), "127.0.0.1", 0
        )
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(former)
            answer = await reader.readuntil(b"}") if former else b"{}"
            writer.write(begun)
            assert answer.endswith(b"}")
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()
            return answer

    answer = asyncio.run(asyncio.wait_for(connected(), 30))
    assert (b"200 OK" in answer) == bool(former)


def test_connections_without_the_token_use_up_nothing(
    deployer: LocalModelDeployer, adder: ModelServer
) -> None:
    assert adder.token is not None
    pid = Service(Path(deployer.path) / str(adder.uuid)).pid
    psutil.Process(pid).rlimit(psutil.RLIMIT_NOFILE, (128, 128))
    url = urlsplit(str(adder.prediction_url))
    address = (str(url.hostname), url.port or 0)
    token = {"Authorization": f"Bearer {adder.token.get_secret_value()}"}
    owner = HTTPConnection(*address, timeout=30)
    with ExitStack() as open_ones:
        open_ones.callback(owner.close)
        for round_ in range(2):
            owner.request("POST", "/predict", b"{", {**token, "Content-Type": "application/json"})
            assert owner.getresponse().read().startswith(b'{"error":"the request is not JSON')
            assert adder.predict([round_]) == [round_ + 1]
            for _ in range(150):
                stranger = open_ones.enter_context(socket.create_connection(address, timeout=30))
                stranger.sendall(b"POST /predict HTTP/1.1\r\n")
        assert adder.predict([1]) == [2]
    assert not any("Errno" in line for line in deployer.get_model_server_logs(adder.uuid))


def test_an_answer_is_not_delayed_until_it_is_acknowledged() -> None:
    delays: list[int] = []

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            accepted = transport.get_extra_info("socket")
            delays.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    async def connected(ours: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        async with await loop.create_server(Protocol, sock=ours):
            reader, writer = await asyncio.open_connection(*ours.getsockname())
            await reader.read()
            writer.close()

    with _serve._bound(0, shared=False) as ours:
        asyncio.run(connected(ours))
    assert delays == [1]
