"""File systems that fsspec serves. Imports fsspec, so it is imported when needed."""

from __future__ import annotations

from typing import Any

from fsspec.core import strip_protocol, url_to_fs
from fsspec.registry import get_filesystem_class

from stack_magic.errors import MissingDependencyError, NotServedError

from ._schemes import LOCAL, protocol_of, without_scheme


def serve(path: str, flavor: str) -> Any:
    """Return the file system for the scheme of *path*.

    Raises:
        NotServedError: Nobody serves the scheme.
        MissingDependencyError: The package that serves it is not installed.
    """
    scheme = f"{protocol_of(path) or 'file'}://"
    try:
        return url_to_fs(path)[0]
    except ImportError as error:
        message = f"{scheme} needs a package that is not installed: {error}"
        raise MissingDependencyError(message) from error
    except ValueError as error:
        message = f"nothing serves {scheme}, the scheme of {path!r}"
        hint = (
            f"override `filesystem` in {flavor} to return an fsspec file system, or "
            "override the 13 operations (open, copyfile, exists, ...)"
        )
        raise NotServedError(message, hint=hint) from error


def root_in_filesystem(path: str) -> str:
    """Return *path* as its file system writes it: without the scheme, usually."""
    try:
        get_filesystem_class(protocol_of(path) or "file")
    except (ValueError, ImportError):
        return without_scheme(path).strip("/")
    stripped: str = strip_protocol(path)
    return stripped


def is_local(filesystem: Any) -> bool:
    """Whether paths of *filesystem* are files of this machine, with links to follow."""
    protocols = filesystem.protocol
    names = {protocols} if isinstance(protocols, str) else set(protocols)
    return not names.isdisjoint(LOCAL)
