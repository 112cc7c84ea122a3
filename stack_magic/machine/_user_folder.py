"""The folder of this user for what belongs to no project."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from stack_magic.errors import StorageError


def user_folder() -> Path:
    """Return the folder, absolute; it may not be there yet: `~/.local/share/stack-magic`.

    Raises:
        StorageError: This user has no home.
    """
    # Asked for at each use of a pickle: found anew only where the environment is another.
    folder = _folder_in(os.environ.get("XDG_DATA_HOME"), os.environ.get("HOME"))
    if not folder.is_absolute():  # in a project, others could have written what is read
        message = f"this user has no home: {str(folder)!r} is no folder of theirs"
        raise StorageError(message, hint="export XDG_DATA_HOME=FOLDER before the kernel starts")
    return folder


@lru_cache(maxsize=8)
def _folder_in(*_environment: str | None) -> Path:
    from platformdirs import user_data_path

    return Path(user_data_path("stack-magic", appauthor=False))
