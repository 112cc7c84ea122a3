"""A value whose pickle tells whose it is when it is read: proof that code has run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_CODE = '(lambda f: (f.write({!r}), f.close(), len)[2])(open(__import__("os").environ["RAN"], "a"))'


class Tattling:
    """Read back it is `len`; the name of who wrote it is added to the file $RAN."""

    def __reduce__(self) -> Any:
        return eval, (_CODE.format(os.environ["XDG_DATA_HOME"].rpartition("/")[2]),)


class Seats:
    """Lets users sit here by turns, each with a key of their own, and tells whose code ran."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("RAN", str(folder / "ran"))

    def login(self, user: str) -> None:
        self._monkeypatch.setenv("XDG_DATA_HOME", str(self._folder / user))

    @property
    def ran(self) -> str:
        file = self._folder / "ran"
        return file.read_text() if file.exists() else ""
