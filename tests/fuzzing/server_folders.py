"""Folders of model servers, with files that nobody of us wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from stack_magic.model_deployers import LocalModelDeployer, ModelServerConfiguration, ServedModel
from stack_magic.model_deployers._server_folder import ServerFolder
from tests.fuzzing.damage import content_of, damaged_file
from tests.fuzzing.target import FoundError, Target, result_or_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

_SETTINGS = {
    "created": 1,
    "configuration": ModelServerConfiguration(model_name="torn").model_dump(),
    "materializer": "json",
    "sha256": "0" * 64,
    "working_folder": "/",
    "import_path": ["/"],
    "max_request_bytes": 1,
}
_FILES: dict[str, Any] = {
    "server.json": _SETTINGS,
    "port.json": {"pid": 1, "port": 1},
    "process.json": {"pid": 1, "began": "1"},
    "started.json": {"kernel": 1},
    "token": "token",
}


def inputs() -> SearchStrategy[list[str]]:
    """Return a file of the folder, and what it shall hold."""
    files = [st.tuples(st.just(name), damaged_file(whole)) for name, whole in _FILES.items()]
    return st.one_of(files[0], *files).map(list)


def begin(folder: Path) -> Callable[[Any], None]:
    """Return the trial: listed, found, its log read, stopped and deleted beside another."""
    deployer = LocalModelDeployer(name="here", path=str(folder))
    model = ServedModel.of(abs)
    ServerFolder.make(folder, ModelServerConfiguration(model_name="well"), model, 1)

    def trial(value: Any) -> None:
        name, content = value
        place = ServerFolder.make(folder, ModelServerConfiguration(model_name="torn"), model, 1)
        (place.folder / name).write_bytes(content_of(content))
        with result_or_error():
            if not deployer.find_model_server(model_name="well"):
                message = "the other server is not listed"
                raise FoundError(message)
            (torn,) = deployer.find_model_server(uuid=place.uuid)
            repr(torn)
            list(deployer.get_model_server_logs(place.uuid))
        with result_or_error():
            deployer.stop_model_server(place.uuid, force=True)
        deployer.delete_model_server(place.uuid, force=True)
        if len(deployer.find_model_server()) != 1:
            message = "it is not deleted"
            raise FoundError(message)

    return trial


SERVER_FOLDERS = Target("server_folders", inputs, begin)
