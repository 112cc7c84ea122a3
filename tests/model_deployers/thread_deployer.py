"""A model deployer of the kernel's own threads: quick, so that it can be broken often."""

from __future__ import annotations

import io
import json
import threading
from contextlib import redirect_stdout
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from pydantic import PrivateAttr, SecretStr

from stack_magic.errors import FlavorFailedError, NameTakenError, UnknownNameError
from stack_magic.model_deployers import (
    BaseModelDeployer,
    ModelServer,
    ModelServerConfiguration,
    ServedModel,
    ServerState,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "canary-of-threads"  # noqa: S105 - a token of tests


class _Place:
    """A model, and the thread that answers for it."""

    def __init__(self, host: str, token: str | None, model: Any, record: ModelServer) -> None:
        self.host, self.token, self.model, self.record = host, token, model, record
        self.log = io.StringIO()
        self.http: ThreadingHTTPServer | None = None

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"place": self})
        self.http = ThreadingHTTPServer((self.host, 0), handler)
        threading.Thread(target=self.http.serve_forever, args=(0.001,)).start()

    def stop(self) -> None:
        http, self.http = self.http, None
        if http is not None:
            http.shutdown()
            http.server_close()

    def now(self) -> ModelServer:
        if self.http is None:
            return replace(self.record, state=ServerState.INACTIVE)
        url = f"http://127.0.0.1:{self.http.server_address[1]}/"
        return replace(self.record, state=ServerState.ACTIVE, prediction_url=url)


class _Handler(BaseHTTPRequestHandler):
    place: _Place

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.place.token and self.headers.get("Authorization") != f"Bearer {self.place.token}":
            return self._answer(401, {"error": "no token"})
        model = self.place.model
        try:
            with redirect_stdout(self.place.log):
                outputs = getattr(model, "predict", model)(json.loads(body)["inputs"])
        except Exception as error:  # noqa: BLE001 - the model's
            return self._answer(500, {"error": str(error)})
        return self._answer(200, {"outputs": outputs})

    def _answer(self, status: int, answer: Any) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's call
        """Say nothing."""


class ThreadDeployer(BaseModelDeployer):
    """Keeps every promise, without a process."""

    FLAVOR: ClassVar[str] = "thread"
    HOST: ClassVar[str] = "127.0.0.1"
    WANTED: ClassVar[str | None] = TOKEN

    _places: dict[UUID, _Place] = PrivateAttr(default_factory=dict)

    def deploy_model(
        self,
        config: ModelServerConfiguration,
        model: ServedModel,
        *,
        replace: bool = False,
        timeout: float = 300,
    ) -> ModelServer:
        former = [s.uuid for s in self.find_model_server(model_name=config.model_name)]
        if former and not replace:
            message = f"{config.model_name!r} is served"
            raise NameTakenError(message)
        place = self._made(config, model)
        self._places[place.record.uuid] = place
        place.start()
        for uuid in former:
            self.delete_model_server(uuid)
        return place.now()

    def _made(self, config: ModelServerConfiguration, model: ServedModel) -> _Place:
        try:
            loaded = model.load()
        except Exception as error:
            message = "it does not load"
            raise FlavorFailedError(message) from error
        token = SecretStr(TOKEN)
        record = ModelServer(uuid4(), config, ServerState.INACTIVE, token=token)
        return _Place(self.HOST, self.WANTED, loaded, record)

    def find_model_server(  # noqa: PLR0913 - the base's criteria
        self,
        *,
        running: bool = False,
        uuid: UUID | None = None,
        pipeline_name: str | None = None,
        pipeline_run_id: str | None = None,
        pipeline_step_name: str | None = None,
        model_name: str | None = None,
        model_uri: str | None = None,
        model_type: str | None = None,
    ) -> list[ModelServer]:
        given = {**locals()}
        fields = {
            k: v for k, v in given.items() if k in ModelServerConfiguration.model_fields and v
        }
        return [
            server
            for server in (place.now() for place in self._places.values())
            if uuid in {None, server.uuid}
            and all(getattr(server.configuration, k) == v for k, v in fields.items())
            and (server.is_running or not running)
        ]

    def stop_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        self._place(uuid).stop()

    def start_model_server(self, uuid: UUID, *, timeout: float = 300) -> None:
        self._place(uuid).start()

    def delete_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        self._place(uuid).stop()
        del self._places[uuid]

    def get_model_server_logs(
        self, uuid: UUID, *, follow: bool = False, tail: int | None = None
    ) -> Iterator[str]:
        lines = self._place(uuid).log.getvalue().splitlines()
        return iter(lines if tail is None else lines[-tail:])

    def _place(self, uuid: UUID) -> _Place:
        if uuid not in self._places:
            message = f"no server {uuid}"
            raise UnknownNameError(message)
        return self._places[uuid]

    def close(self) -> None:
        """End the threads that a broken flavor has left."""
        for place in self._places.values():
            place.stop()
