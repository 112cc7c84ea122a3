"""The one resolver: a path given to an artifact store becomes a key below its root.

What could mean something else to a later layer (an encoding, a fragment, another
separator, a home folder, a chained scheme) is refused first; what is left is split into
segments; on this machine symbolic links are followed and must stay below the root.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path as LocalPath

from stack_magic.errors import PathRefusedError

from ._schemes import protocol_of, without_scheme

Path = str | os.PathLike[str]
"""What the operations of an artifact store accept."""

_AMBIGUOUS = re.compile(r"::|[\\%#?;~\x01-\x1f\x7f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(/|$)|[A-Za-z]:")
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
        folder: The folder on this machine, absolute; None if it is elsewhere.
    """

    uri: str
    folder: str | None = None

    def key(self, path: Path) -> str:
        """Return *path* relative to the root, empty for the root itself.

        Raises:
            PathRefusedError: It leads outside, or could.
        """
        text = os.fspath(path)
        if not isinstance(text, str):
            message = f"a path is text, not {type(text).__name__}: {text!r:.80}"
            raise PathRefusedError(message)
        if "\0" in text:
            message = f"{text!r:.200} cannot be a path: it contains a NUL"
            raise PathRefusedError(message, hint=_HINT)
        rest = self._below(text)
        # Full-width dots and slashes are dots and slashes to a layer that normalises.
        for form in (rest, unicodedata.normalize("NFKC", rest)):
            reason = _reason_against(form)
            if reason:
                raise self._refusal(text, reason)
        return "/".join(s for s in rest.split("/") if s not in {"", "."})

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
        uri = self.uri.rstrip("/") if protocol_of(self.uri) else ""
        for top in (uri, self.folder):
            if not top:
                continue
            if text == top:
                return ""
            if text.startswith(f"{top.rstrip('/')}/"):
                return text[len(top.rstrip("/")) + 1 :].lstrip("/")
        return text

    def _refusal(self, text: str, reason: str) -> PathRefusedError:
        message = f"{text!r:.200} leads outside the artifact store {self.uri!r}: {reason}"
        return PathRefusedError(message, hint=_HINT)


def _system_text(path: str) -> str:
    """Return a path as the system is given it: in UTF-8, whatever the locale of this process."""
    if sys.getfilesystemencoding() == "utf-8":
        return path
    return os.fsdecode(path.encode("utf-8", "surrogateescape"))


def _reason_against(rest: str) -> str | None:
    if rest.startswith("/"):
        return "it is absolute and not below the root"
    if _SCHEME.match(rest):
        return "it names another scheme or drive"
    found = _AMBIGUOUS.search(rest)
    if found:
        return f"it contains {found[0]!r}"
    if ".." in rest.split("/"):
        return "it contains '..'"
    return None
