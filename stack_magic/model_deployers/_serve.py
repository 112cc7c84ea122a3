"""The process of a local model server: `python -m stack_magic.model_deployers._serve FOLDER`."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path
from typing import Any

from ._methods import ModelMethods
from ._server_folder import SHARED, ServerFolder

_HOST = "127.0.0.1"
_WAITING = 1024
"""Connections that may wait for the server to accept them."""


def main(folder: str, *, shared: bool) -> None:
    """Serve the model in *folder* until the process is told to end.

    Args:
        folder: As `ServerFolder.make` made it.
        shared: Whether the server that this one replaces may still hold the port.
    """
    place = ServerFolder(Path(folder))
    settings = place.settings
    os.chdir(settings.working_folder)
    # At the end: nothing of the project stands before what this server needs.
    sys.path += [entry for entry in settings.import_path if entry not in sys.path]
    with _listening(settings.configuration.port, place.port, shared=shared) as ours:
        methods = _methods_of(place.model().load())
        place.tell_port(ours.getsockname()[1])
        _run(ours, methods, place)


def _run(ours: socket.socket, methods: ModelMethods, place: ServerFolder) -> None:
    import uvicorn

    from ._app import application
    from ._connections import SLOW, Connection, most_strangers

    settings = place.settings
    token = place.token().get_secret_value()
    app = application(methods, token, place.uuid.hex, settings.max_request_bytes)
    config = uvicorn.Config(
        app,
        http=Connection,
        loop="asyncio",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=SLOW,
        backlog=most_strangers() // 4,  # accepted at once, before one of them is read
    )

    class Server(uvicorn.Server):
        """Lets more connections wait than it accepts at once."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ours.listen(_WAITING)

    Server(config).run(sockets=[ours])


def _methods_of(model: Any) -> ModelMethods:
    try:
        return ModelMethods(model)
    except TypeError as error:
        sys.exit(str(error))


def _listening(wanted: int, former: int | None, *, shared: bool) -> socket.socket:
    """Return a socket of this machine only, on the port that is wanted.

    Args:
        wanted: The port; 0 takes the former one if it is free, else any.
        former: The port that this server had.
        shared: Whether a server that this one replaces may still hold the port.
    """
    if not wanted and former:
        try:
            return _bound(former, shared=False)
        except OSError:
            pass  # somebody else has it now: any other will do
    try:
        return _bound(wanted, shared=shared)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "it is taken" if taken else (error.strerror or str(error))
        sys.exit(f"port {wanted} of {_HOST} cannot be used: {reason}")


def _bound(port: int, *, shared: bool) -> socket.socket:
    if not shared:
        # The port must be free before it is bound in the way that shares it.
        with _stream() as trial:
            trial.bind((_HOST, port))
            trial.listen()
            port = trial.getsockname()[1]
    ours = _stream()
    try:
        if hasattr(socket, "SO_REUSEPORT"):
            # The server that replaces this one listens before this one ends.
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        ours.bind((_HOST, port))
        ours.listen(_WAITING)
    except BaseException:
        ours.close()
        raise
    return ours


def _stream() -> socket.socket:
    # With the protocol named, asyncio turns Nagle's delay (40 ms an answer) off.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


if __name__ == "__main__":
    main(sys.argv[1], shared=sys.argv[2:] == [SHARED])
