"""A local model server as its folder has it: found again by any kernel, asked, never remembered."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from pydantic import SecretStr

from stack_magic.errors import FlavorFailedError, StorageError
from stack_magic.machine import (
    Service,
    check_private,
    json_object,
    number_in,
    private_folder,
    write_private,
)

from ._served_model import ServedModel
from ._server_settings import ServerSettings, damaged, settings_in
from ._server_signature import foreign_because, sign
from ._servers import ModelServer, ModelServerConfiguration, ServerState

if TYPE_CHECKING:
    from pathlib import Path

SHARED = "shared"
"""What a server's process is told when the one that it replaces may hold the port."""

_LAST = 10
"""Lines of a log that are told with an error."""

_PATIENCE = 2.0
"""Seconds in which a server that is well says so."""

_PAUSE = 0.02
"""Seconds between questions to a server that is starting."""


class ServerFolder:
    """The folder of one server; its name is the server's uuid."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uuid = UUID(folder.name)
        self.service = Service(folder)
        self._settings_file = folder / "server.json"
        self._model_file = folder / "model"
        self._token_file = folder / "token"
        self._port_file = folder / "port.json"
        self._started_file = folder / "started.json"

    @classmethod
    def make(
        cls, root: Path, configuration: ModelServerConfiguration, model: ServedModel, most: int
    ) -> ServerFolder:
        """Return a new folder in *root*, with all that a server needs."""
        from secrets import token_urlsafe

        place = cls(private_folder(root / str(uuid4())))
        settings = ServerSettings(
            created=time.time_ns(),
            configuration=configuration,
            materializer=model.materializer,
            sha256=model.sha256,
            working_folder=os.getcwd(),  # noqa: PTH109 - a text is wanted
            import_path=tuple(os.path.abspath(entry) for entry in sys.path),  # noqa: PTH100 - likewise
            max_request_bytes=most,
        )
        try:
            write_private(place._model_file, model.content)
            write_private(place._token_file, token_urlsafe(32).encode())
            written = settings.model_dump_json().encode()
            sign(place._settings_file, written)
            # The last: a folder without settings is not listed.
            write_private(place._settings_file, written)
        except BaseException:
            shutil.rmtree(place.folder, ignore_errors=True)
            raise
        return place

    # What was asked for.

    @property
    def is_listed(self) -> bool:
        """Whether the folder is whole: not being made, and not being removed."""
        return self._settings_file.exists()

    @cached_property
    def settings(self) -> ServerSettings:
        """How the server was asked for.

        Raises:
            StorageError: What is written there is damaged.
        """
        return settings_in(self._settings_file)

    @property
    def created(self) -> int:
        """When the server was asked for; 0, before all others, if that is damaged."""
        try:
            return self.settings.created
        except StorageError:
            return 0

    @property
    def configuration(self) -> ModelServerConfiguration:
        """What was asked for; if that is damaged, the uuid is the model's name."""
        try:
            return self.settings.configuration
        except (StorageError, FileNotFoundError):
            return ModelServerConfiguration(model_name=str(self.uuid))

    def foreign_because(self) -> str:
        """Return why the server may not be started unasked, after `it`; empty where it may."""
        return foreign_because(self._settings_file)

    def model(self) -> ServedModel:
        """Return the model, of which nobody else may have written a byte."""
        check_private(self.folder)
        settings = self.settings
        content = self._model_file.read_bytes()
        return ServedModel(content, settings.materializer, settings.sha256)

    def token(self) -> SecretStr:
        """Return what requests must show.

        Raises:
            FileNotFoundError: The server is being deleted.
            StorageError: What is written there is damaged.
        """
        try:
            return SecretStr(self._token_file.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError):
            if not self.is_listed:
                raise
            raise damaged(self._token_file, "it cannot be read") from None

    # What is there.

    @property
    def port(self) -> int | None:
        """The port that the server has, or had when it ran."""
        return number_in(json_object(self._port_file), "port")

    def tell_port(self, port: int) -> None:
        """Note, in the server's process, where it answers."""
        write_private(self._port_file, json.dumps({"pid": os.getpid(), "port": port}).encode())

    def server(self) -> ModelServer:
        """Return the server as it is now; one that is damaged is an error in words."""
        try:
            configuration, token = self.settings.configuration, self.token()
            state, error = self._state()
        except StorageError as damage:
            return ModelServer(self.uuid, self.configuration, ServerState.ERROR, None, str(damage))
        url = f"http://127.0.0.1:{self.port}/predict" if state is ServerState.ACTIVE else None
        return ModelServer(self.uuid, configuration, state, url, error, token)

    def _state(self) -> tuple[ServerState, str]:
        pid = self.service.pid
        if pid is not None and number_in(json_object(self._port_file), "pid") != pid:
            return ServerState.PENDING_STARTUP, ""
        if pid is not None and self._answers(self.port):
            return ServerState.ACTIVE, ""
        if self.service.is_running:
            return ServerState.ERROR, self._with_log("it runs, but does not answer")
        if self._ended_by_itself():
            return ServerState.ERROR, self._with_log("its process has ended")
        return ServerState.INACTIVE, ""

    def _answers(self, port: int | None) -> bool:
        from ._http import answered

        said = answered(f"http://127.0.0.1:{port}/health", _PATIENCE)
        return isinstance(said, dict) and said.get("server") == self.uuid.hex

    def _ended_by_itself(self) -> bool:
        """Whether the server should run: nobody stopped it, nor did its kernel's end."""
        kernel = number_in(json_object(self._started_file), "kernel")
        if kernel is None:
            return False
        return self.settings.configuration.keep or _is_alive(kernel)

    def _with_log(self, message: str) -> str:
        said = "\n".join(f"  {line}" for line in self.service.log(_LAST))
        return f"{message}; its log ends with:\n{said}" if said else f"{message}; its log is empty"

    # Starting and ending it.

    def start(self, timeout: float, *, shared: bool = False) -> None:
        """Start the process unless it runs, and wait until it answers.

        Args:
            timeout: Seconds to wait; 0 does not wait.
            shared: Whether the server that this one replaces may still hold the port.

        Raises:
            FlavorFailedError: It ended, or does not answer in time: it is stopped.
            StorageError: Its settings are damaged: what runs goes on.
        """
        keep = self.settings.configuration.keep
        # -P: the folder that the kernel is in has no say in what is imported.
        command = [sys.executable, "-P", "-u", "-m", "stack_magic.model_deployers._serve"]
        command += [os.fspath(self.folder.absolute()), *([SHARED] if shared else [])]
        write_private(self._started_file, json.dumps({"kernel": os.getpid()}).encode())
        try:
            self.service.start(command, keep=keep)
            self._wait(timeout)
        except BaseException:
            self.stop(0)
            raise

    def _wait(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while timeout > 0:
            state, error = self._state()
            if state is ServerState.ACTIVE:
                return
            is_late = time.monotonic() > deadline
            if is_late:
                error = self._with_log(f"it did not answer within {timeout:g} s and was stopped")
            if is_late or not self.service.is_running:
                name = self.settings.configuration.model_name
                message = f"the server of model {name!r} did not start: {error}"
                raise FlavorFailedError(message)
            time.sleep(_PAUSE)

    def stop(self, patience: float) -> None:
        """End the process: requests under way get *patience* seconds."""
        self._started_file.unlink(missing_ok=True)
        self.service.stop(patience)

    def remove(self, patience: float) -> None:
        """End the process and remove the folder with all that is in it."""
        with suppress(OSError):  # a folder is there in its place, say: it goes with the rest
            self._settings_file.unlink(missing_ok=True)
        self.stop(patience)
        while self.folder.exists():
            with suppress(FileNotFoundError):  # somebody else removes it too
                shutil.rmtree(self.folder)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
