"""The places whose pickles are read whoever wrote them: a list in the user's folder."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from stack_magic.errors import StorageError
from stack_magic.machine import check_private, locked, user_folder, write_private
from stack_magic.secrets import masked

from ._signatures import is_signed, signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILE = "trusted.json"
_WHAT = "place"


class Place(NamedTuple):
    """Where a component keeps what it is given.

    Attributes:
        flavor: Flavor of the component: `s3`.
        root: The whole path or URI: `s3://team/artifacts`.
    """

    flavor: str
    root: str


class _Entry(NamedTuple):
    """One place in the list: for people its text, secrets masked; what counts is signed."""

    flavor: str
    root: str
    signature: str

    def is_of(self, place: Place) -> bool:
        return is_signed(self.signature, _WHAT, *place)


def is_trusted(place: Place) -> bool:
    """Whether this user trusts all who write to a place.

    Raises:
        StorageError: The list cannot be read, or others could have written it.
    """
    try:
        file = _file()
    except StorageError:  # a user without a home has trusted nothing
        return False
    return any(entry.is_of(place) for entry in _entries(file))


def trust(place: Place) -> bool:
    """Trust a place from now on, in every project; return whether that is new.

    Raises:
        StorageError: The list cannot be read or written; it is as it was.
    """
    with _changing() as entries:
        is_new = not any(entry.is_of(place) for entry in entries)
        if is_new:
            signature = signature_of(_WHAT, *place)
            entries.append(_Entry(place.flavor, masked(place.root), signature))
    return is_new


def distrust(place: Place) -> bool:
    """Trust a place no more; return whether it was trusted; raises as `trust`."""
    with _changing() as entries:
        others = [entry for entry in entries if not entry.is_of(place)]
        was_trusted = len(others) < len(entries)
        entries[:] = others
    return was_trusted


@contextmanager
def _changing() -> Iterator[list[_Entry]]:
    """Yield the list; what the block makes of it is kept, unless it raises."""
    file = _file()
    with _system_errors(file, "written"), locked(file.with_name(f"{_FILE}.lock")):
        entries = _entries(file)
        former = [*entries]
        yield entries
        if entries != former:
            write_private(file, json.dumps(entries, indent=1).encode() + b"\n")


def _entries(file: Path) -> list[_Entry]:
    with _system_errors(file, "read"):
        try:
            text = file.read_bytes()
        except FileNotFoundError:
            return []
        check_private(file)
    try:
        return [_Entry(*map(str, entry)) for entry in json.loads(text)]
    except (ValueError, TypeError) as error:
        message = f"the list of trusted stores, {os.fspath(file)!r}, is damaged: nothing is trusted"
        raise StorageError(message, hint=f"rm {os.fspath(file)}") from error


def _file() -> Path:
    return user_folder() / _FILE


@contextmanager
def _system_errors(file: Path, verb: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = (error.strerror or str(error)).lower()
        message = f"the list of trusted stores, {os.fspath(file)!r}, cannot be {verb}: {cause}"
        raise StorageError(message, hint="mend its rights") from error
