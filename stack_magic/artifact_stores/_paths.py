"""The one resolver: a path given to an artifact store becomes a key below its root, and back.

A name means itself, whatever signs are in it. Refused is what a later layer could read as
a way out (`..`, also where an encoding or another Unicode form hides it), what names
another scheme, and what cannot be shown: a control character or a backslash. On this
machine symbolic links are followed and must stay below the root.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path as LocalPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from stack_magic.errors import PathRefusedError

from ._schemes import protocol_of, without_scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = str | bytes | os.PathLike[str]
"""What the operations of an artifact store accept; bytes are UTF-8."""

_UNSAFE = re.compile(r"[\\\x01-\x1f\x7f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_HINT = "give a path below the root of the store, such as 'run-1/model.json'"


def absolute(path: str, folder: str) -> str:
    """Return a store's path with its scheme in lower case, or made absolute in *folder*."""
    protocol = protocol_of(path)
    if protocol:
        return f"{protocol}://{without_scheme(path)}"
    local = LocalPath(path)
    if local.parts[:1] == ("~",):
        local = local.expanduser()
    return os.path.normpath(LocalPath(folder) / local)


@dataclass(frozen=True)
class Root:
    """Where the files of a store are.

    Attributes:
        uri: The store's path as its user gave it.
        absolute: The same from wherever it is read: what full paths begin with.
        folder: The folder on this machine, absolute; None if it is elsewhere.
    """

    uri: str
    absolute: str
    folder: str | None = None

    def key(self, path: Path) -> str:
        """Return *path* relative to the root, empty for the root itself.

        Raises:
            PathRefusedError: It leads outside, or could.
        """
        text = _text_of(path)
        rest = self._below(text)
        for form in _readings(rest):
            reason = _reason_against(form)
            if reason:
                raise self._refusal(text, reason)
        return "/".join(s for s in rest.split("/") if s not in {"", "."})

    def full(self, path: Path) -> str:
        """Return *path* as a full path or URI: the root, and what is below it.

        Raises:
            PathRefusedError: It leads outside, or could.
        """
        key = self.key(path)
        if self.absolute.endswith("/"):
            return f"{self.absolute}{key}"
        return f"{self.absolute}/{key}" if key else self.absolute

    def local(self, path: Path) -> str:
        """Return the absolute path of *path* on this machine, links followed.

        Raises:
            PathRefusedError: It leads outside, or could.
        """
        key = self.key(path)
        return self.contained(self.folder or "", f"{self.folder}/{key}")

    def contained(self, top: str, path: str) -> str:
        """Return local *path* with links followed, if that is at or below *top*.

        Raises:
            PathRefusedError: A link leads outside.
        """
        top, real = (os.path.realpath(_system_text(one)) for one in (top, path))
        if os.path.commonpath([top, real]) != top:
            raise self._refusal(path, "it passes a symbolic link")
        return real

    def _below(self, text: str) -> str:
        # A relative root is no prefix: in a store at `data`, `data/x` is a key as any other.
        tops = (self.uri if protocol_of(self.uri) else "", self.absolute, self.folder or "")
        for top in (top.rstrip("/") for top in tops if top):
            if text in {top, f"{top}/"}:
                return ""
            if text.startswith(f"{top}/"):
                return text[len(top) + 1 :].lstrip("/")
        return text

    def _refusal(self, text: str, reason: str) -> PathRefusedError:
        message = f"{text!r:.200} leads outside the artifact store {self.uri!r}: {reason}"
        return PathRefusedError(message, hint=_HINT)


def _system_text(path: str) -> str:
    """Return a path as the system is given it: in UTF-8, whatever the locale of this process."""
    if sys.getfilesystemencoding() == "utf-8":
        return path
    return os.fsdecode(path.encode("utf-8", "surrogateescape"))


def _text_of(path: Path) -> str:
    """Return what was given as text."""
    given = os.fspath(path)
    try:
        text = given.decode() if isinstance(given, bytes) else given
        text.encode()
    except UnicodeError:
        message = f"{given!r:.200} cannot be a path: it is not UTF-8"
        raise PathRefusedError(message, hint=_HINT) from None
    if "\0" in text:
        message = f"{text!r:.200} cannot be a path: it contains a NUL"
        raise PathRefusedError(message, hint=_HINT)
    return text


def _readings(rest: str) -> Iterator[str]:
    """Yield *rest*, and all that a later layer could make of it."""
    yield rest
    # Full-width dots and slashes are dots and slashes to a layer that normalises.
    yield unicodedata.normalize("NFKC", rest)
    # A back end over HTTP decodes names: what hides `..` does so as often as it likes.
    decoded = unquote(rest)
    while decoded != rest:
        yield decoded
        rest, decoded = decoded, unquote(decoded)


def _reason_against(rest: str) -> str | None:
    if rest.startswith("/"):
        return "it is absolute and not below the root"
    if _SCHEME.match(rest):
        return "it names another scheme"
    found = _UNSAFE.search(rest)
    if found:
        return f"it contains {found[0]!r}"
    # What follows a semicolon are parameters to some servers.
    if ".." in (segment.partition(";")[0] for segment in rest.split("/")):
        return "it contains '..'"
    return None
