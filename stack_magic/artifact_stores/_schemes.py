"""Schemes: which one a path has, who accepts it, and whether anybody serves it. Pure."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# fmt: off
SHIPPED = frozenset({
    "abfs", "adl", "arrow_hdfs", "async_wrapper", "asynclocal", "asyncwrapper", "az",
    "blockcache", "box", "cached", "dask", "data", "dbfs", "dir", "dropbox", "dvc", "file",
    "filecache", "ftp", "gcs", "gdrive", "generic", "gist", "git", "github", "gs", "hdfs",
    "hf", "http", "https", "jlab", "jupyter", "lakefs", "libarchive", "local", "memory",
    "oci", "ocilake", "oss", "pyscript", "reference", "root", "s3", "s3a", "sftp",
    "simplecache", "smb", "ssh", "tar", "tos", "tosfs", "wandb", "webdav", "webhdfs", "zip",
})
# fmt: on
"""What fsspec knows by itself: importing it for the list would cost 0.1 s a session."""

LOCAL = frozenset({"", "file", "local"})
"""Protocols of the files of this machine."""

OBJECT_STORES = frozenset(
    {
        "abfs",
        "adl",
        "az",
        "gcs",
        "gs",
        "memory",
        "oci",
        "oss",
        "s3",
        "s3a",
        "tos",
    }
)
"""Protocols of what keeps objects under keys: a put is atomic, folders are parts of keys."""

RENAMING = frozenset({"arrow_hdfs", "ftp", "hdfs", "sftp", "smb", "ssh", "webhdfs"})
"""Protocols of servers that rename files and folders themselves, at once."""

# One slash is a slip of the pen that would otherwise become a folder called `s3:`; before
# it stand two characters at least, so that a drive letter is none.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://|([A-Za-z][A-Za-z0-9+.-]+):/")
_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@")


def protocol_of(path: str) -> str:
    """Return the protocol of a path or scheme in lower case: `s3`, empty if local."""
    match = _SCHEME.match(path)
    return (match[1] or match[2]).lower() if match else ""


def without_scheme(path: str) -> str:
    """Return what follows `://`."""
    return path.partition("://")[2] if protocol_of(path) else path


def accepts(scheme: str, path: str) -> bool:
    """Whether *path* starts with *scheme*; the empty scheme is any local path."""
    if scheme == "":
        return not protocol_of(path)
    if scheme.startswith("/"):
        return path.startswith(scheme)
    return path.lower().startswith(scheme.lower())


def are_schemes(value: Any) -> bool:
    """Whether *value* can be a class's SUPPORTED_SCHEMES."""
    collection = isinstance(value, (set, frozenset, list, tuple))
    return collection and bool(value) and all(isinstance(s, str) for s in value)


def in_words(schemes: Iterable[str]) -> str:
    """Return schemes for a sentence, the empty one as what it stands for."""
    return ", ".join(s or "any local path" for s in sorted(schemes))


def reason_against(path: str, schemes: Iterable[str]) -> str | None:
    """Return why *path* cannot be the root of a store with these schemes, or None."""
    if _PASSWORD.search(path):
        return "it holds a password, which everything would show: use a secret field"
    for sign, why in (("\0", "cannot be a path: it contains a NUL"), ("::", "chains schemes")):
        if sign in path:
            return f"{path!r} {why}"
    if not path.strip() or not any(accepts(scheme, path) for scheme in schemes):
        return f"{path!r} starts with no scheme of: {in_words(schemes)}"
    return _reason_against_uri(path)


def _reason_against_uri(path: str) -> str | None:
    protocol = protocol_of(path)
    if not protocol:
        return None
    rest = without_scheme(path)
    if protocol in LOCAL and not rest.startswith("/"):
        return f"{path!r} names a host or is relative: {protocol}:///FOLDER is wanted"
    if ".." in rest.split("/"):
        return f"{path!r} contains '..'"
    return None


def is_served(scheme: str) -> bool:
    """Whether a file system is known for a scheme such as `s3://`, without importing it."""
    protocol = scheme.lower() if scheme.isalnum() else protocol_of(f"{scheme}/")
    if protocol in LOCAL or protocol in SHIPPED:
        return True
    return protocol in _registered() or protocol in _installed()


def _registered() -> Iterable[str]:
    """Return what code of this session registered with fsspec, if it was imported."""
    registry = sys.modules.get("fsspec.registry")
    if registry is None:
        return ()
    return {*registry.registry, *registry.known_implementations}


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    from importlib.metadata import entry_points

    return frozenset(e.name for e in entry_points(group="fsspec.specs"))
