"""Models served by processes of this machine."""

from __future__ import annotations

import os
import time
from collections import deque
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from pydantic import Field, PrivateAttr

from stack_magic.enums import Severity
from stack_magic.errors import (
    ConsentNeededError,
    NameTakenError,
    StorageError,
    UnknownNameError,
    did_you_mean,
)
from stack_magic.machine import absolute_path, locked
from stack_magic.stack import Diagnostic
from stack_magic.trust import Place, is_trusted

from ._base import BaseModelDeployer
from ._server_folder import ServerFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ._served_model import ServedModel
    from ._servers import ModelServer, ModelServerConfiguration

_PAUSE = 0.1
"""Seconds between looks at a log that is followed."""

_PATIENCE = 60.0
"""Seconds to wait while another kernel takes a model's name."""


class LocalModelDeployer(BaseModelDeployer):
    """Serves each model from a process of its own, on 127.0.0.1 and with a token.

    A server ends with the kernel that started it, unless it was asked for with `keep`.
    It is listed until it is deleted: also in a later kernel, which can start it again.
    """

    FLAVOR: ClassVar[str] = "local"

    path: str = Field(
        default=".stack_magic/servers",
        description="Folder that holds the models that are served, and their logs",
    )
    max_request_bytes: int = Field(default=2**20, ge=1, description="Bytes that a request may have")

    # A relative path stays what it meant when the component was made.
    _made_in: str = PrivateAttr(default_factory=os.getcwd)

    @property
    def local_path(self) -> str | None:
        """The folder, absolute: on another machine it is not there."""
        return os.fspath(self._root)

    def probe(self) -> Iterator[Diagnostic]:
        """Yield what keeps servers from starting."""
        subject = f"{self.TYPE} {self.name}"
        for package in ("starlette", "uvicorn"):
            if find_spec(package) is None:
                message = f"{package} is not installed"
                fix = f"%pip install {package}"
                yield Diagnostic("not-installed", Severity.ERROR, subject, message, fix)
        there = next(folder for folder in (self._root, *self._root.parents) if folder.exists())
        if not (there.is_dir() and os.access(there, os.W_OK)):
            message = f"{os.fspath(there)!r} is no folder that can be written to"
            yield Diagnostic("not-writable", Severity.ERROR, subject, message)

    def deploy_model(
        self,
        config: ModelServerConfiguration,
        model: ServedModel,
        *,
        replace: bool = False,
        timeout: float = 300,
    ) -> ModelServer:
        """Start a process that serves *model*, and wait until it answers."""
        with self._taking_turns():
            former = self._of_model(config.model_name)
            if former and not replace:
                message = f"{self.TYPE} {self.name!r} serves a model {config.model_name!r} already"
                hint = "replace=True (--replace on a line) puts this one in its place"
                raise NameTakenError(message, hint=hint)
            new = ServerFolder.make(self._root, config, model, self.max_request_bytes)
        try:
            shared = any(old.port == config.port for old in former)
            new.start(timeout, shared=shared)
        except BaseException:
            new.remove(0)
            raise
        for old in former:
            old.remove(timeout)
        return new.server()

    def find_model_server(  # noqa: PLR0913 - each is one criterion, and optional
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
        """Return the servers that meet every criterion given, the oldest first."""
        wanted = {
            "pipeline_name": pipeline_name,
            "pipeline_run_id": pipeline_run_id,
            "pipeline_step_name": pipeline_step_name,
            "model_name": model_name,
            "model_uri": model_uri,
            "model_type": model_type,
        }
        given = {field: value for field, value in wanted.items() if value is not None}
        found = []
        for place in self._listed():
            if uuid not in {None, place.uuid} or not _meets(place.configuration, given):
                continue
            with suppress(FileNotFoundError):  # it is deleted at this moment
                found.append(place.server())
        return [server for server in found if server.is_running or not running]

    def stop_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        """End a server's process; the server stays listed and can be started again."""
        self._known(uuid).stop(0 if force else timeout)

    def start_model_server(self, uuid: UUID, *, timeout: float = 300) -> None:
        """Start a process for a server again, on the port that it had if that is free.

        Raises:
            ConsentNeededError: Somebody else may have deployed it.
        """
        place = self._known(uuid)
        self._check_not_foreign(place)
        place.start(timeout)

    def delete_model_server(self, uuid: UUID, *, timeout: float = 300, force: bool = False) -> None:
        """End a server's process and remove its folder."""
        self._known(uuid).remove(0 if force else timeout)

    def get_model_server_logs(
        self, uuid: UUID, *, follow: bool = False, tail: int | None = None
    ) -> Iterator[str]:
        """Return the lines of a server's log, or its last; to follow ends with the process."""
        place = self._known(uuid)
        return _followed(place, tail) if follow else iter(place.service.log(tail))

    @property
    def _root(self) -> Path:
        return absolute_path(self.path, self._made_in)

    def _listed(self) -> list[ServerFolder]:
        """Return the folders of the servers, the oldest first."""
        if not self._root.is_dir():
            return []
        folders = [f for f in self._root.iterdir() if _is_uuid(f.name) and f.is_dir()]
        places = [ServerFolder(folder) for folder in folders]
        listed = []
        for place in places:
            with suppress(FileNotFoundError):  # it is being made, or deleted
                listed.append((place.created, place.uuid, place))
        return [place for _, _, place in sorted(listed)]

    def _of_model(self, name: str) -> list[ServerFolder]:
        return [p for p in self._listed() if p.configuration.model_name == name]

    def _known(self, uuid: UUID) -> ServerFolder:
        if _is_uuid(str(uuid)):  # only then it may be part of a path
            place = ServerFolder(self._root / str(uuid))
            if place.is_listed:
                return place
        message = f"{self.TYPE} {self.name!r} has no server {str(uuid)!r}"
        near = did_you_mean(str(uuid), [str(place.uuid) for place in self._listed()])
        hint = f"did you mean {near!r}?" if near else f"%{self.TYPE} list"
        raise UnknownNameError(message, hint=hint)

    def _check_not_foreign(self, place: ServerFolder) -> None:
        name = place.settings.configuration.model_name  # what is damaged is told as such
        because = place.foreign_because()
        if not because or is_trusted(Place(self.FLAVOR, os.fspath(self._root))):
            return
        message = (
            f"the server of model {name!r} {because}; to start it would run code: it is not "
            f"started unless you trust all who write to {self.TYPE} {self.name!r}"
        )
        raise ConsentNeededError(message, hint=f"%{self.TYPE} trust {self.name}")

    @contextmanager
    def _taking_turns(self) -> Iterator[None]:
        """Let one thread of one kernel at a time take a model's name."""
        try:
            with locked(self._root / "lock", _PATIENCE):
                yield
        except OSError as error:
            reason = error.strerror or error
            message = f"folder {os.fspath(self._root)!r} cannot be used: {reason}"
            raise StorageError(message) from error


def _meets(configuration: ModelServerConfiguration, given: dict[str, str]) -> bool:
    return all(getattr(configuration, field) == value for field, value in given.items())


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _followed(place: ServerFolder, tail: int | None) -> Iterator[str]:
    """Yield the last *tail* lines of a log, then those that come, until the process ends."""
    with place.service.log_file.open(encoding="utf-8", errors="replace") as log:
        yield from (line.rstrip("\n") for line in deque(log, tail))
        while True:
            is_last_look = not place.service.is_running
            yield from (line.rstrip("\n") for line in log)
            if is_last_look:
                return
            time.sleep(_PAUSE)
