"""File systems that fsspec serves. Imports fsspec, so it is imported when needed."""

from __future__ import annotations

from typing import Any

from fsspec.core import strip_protocol, url_to_fs
from fsspec.registry import get_filesystem_class

from stack_magic.errors import MissingDependencyError, NotServedError

from ._schemes import LOCAL, OBJECT_STORES, RENAMING, protocol_of, without_scheme

_EXTRAS = {"s3fs": "'stack-magic[s3]'"}
"""Packages that an extra of this project installs, in a release that is known to work."""


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
        raise MissingDependencyError(message, hint=_installing(error)) from error
    except ValueError as error:
        message = f"nothing serves {scheme}, the scheme of {path!r}"
        hint = (
            f"override `filesystem` in {flavor} to return an fsspec file system, or "
            "override the 13 operations (open, copyfile, exists, ...)"
        )
        raise NotServedError(message, hint=hint) from error


def _installing(error: ImportError) -> str | None:
    # fsspec says in words what is missing; the failed import that it had knows the name.
    missing = error.name or getattr(error.__cause__, "name", None)
    return f"%pip install {_EXTRAS.get(missing, missing)}" if missing else None


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
    return not _protocols(filesystem).isdisjoint(LOCAL)


def is_object_store(filesystem: Any) -> bool:
    """Whether a file is there whole or not at all, in folders that nobody has to make."""
    return not _protocols(filesystem).isdisjoint(OBJECT_STORES)


def renames_itself(filesystem: Any) -> bool:
    """Whether `mv` of *filesystem* is one request: others copy, and read names as patterns."""
    return not _protocols(filesystem).isdisjoint(RENAMING)


def _protocols(filesystem: Any) -> set[str]:
    protocols = filesystem.protocol
    return {protocols} if isinstance(protocols, str) else set(protocols)
