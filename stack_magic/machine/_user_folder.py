"""The folder of this user for what belongs to no project."""

from __future__ import annotations

from pathlib import Path

from stack_magic.errors import StorageError


def user_folder() -> Path:
    """Return the folder, absolute; it may not be there yet: `~/.local/share/stack-magic`.

    Raises:
        StorageError: This user has no home.
    """
    from platformdirs import user_data_path

    folder = Path(user_data_path("stack-magic", appauthor=False))
    if not folder.is_absolute():  # in a project, others could have written what is read
        message = f"this user has no home: {str(folder)!r} is no folder of theirs"
        raise StorageError(message, hint="export XDG_DATA_HOME=FOLDER before the kernel starts")
    return folder
