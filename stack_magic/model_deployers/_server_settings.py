"""How a local model server was asked for, as its folder has it: whole, or damaged and told so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from stack_magic.errors import StorageError

from ._servers import ModelServerConfiguration

if TYPE_CHECKING:
    from pathlib import Path


class ServerSettings(BaseModel):
    """How a server was asked for."""

    model_config = ConfigDict(frozen=True)

    created: int
    configuration: ModelServerConfiguration
    materializer: str
    sha256: str
    working_folder: str
    import_path: tuple[str, ...]
    max_request_bytes: int


def settings_in(file: Path) -> ServerSettings:
    """Return the settings in *file*, of the folder of one server.

    Raises:
        FileNotFoundError: The server is being made, or deleted.
        StorageError: They are damaged.
    """
    try:
        return ServerSettings.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise damaged(file, "it is not what was written") from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise damaged(file, (error.strerror or str(error)).lower()) from error


def damaged(file: Path, reason: str) -> StorageError:
    """Return the error for a file of a server's folder that cannot be used."""
    message = f"model server {file.parent.name} is damaged: {os.fspath(file)!r}: {reason}"
    return StorageError(message, hint=f"%model_deployer delete {file.parent.name}")
