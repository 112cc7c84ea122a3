"""What is fuzzed: inputs as JSON values, and a trial of each; a result or an error comes out."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from stack_magic.errors import StackMagicError
from stack_magic.secrets import _known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy

FOUND = Path(__file__).parent / "inputs"
"""Inputs that failed once, or that are odd enough to be kept, a file for each target."""

LIMIT = 20.0
"""Seconds in which a trial must end."""


class FoundError(AssertionError):
    """What came out of a trial is neither a result nor an error with one way out."""


@dataclass(frozen=True)
class Target:
    """Something that reads what others may have written.

    Attributes:
        name: What it is called, as the file of its inputs is.
        inputs: What it is tried with, as JSON values.
        begin: Makes what is read in an empty folder, and returns the trial of one input.
    """

    name: str
    inputs: Callable[[], SearchStrategy[Any]]
    begin: Callable[[Path], Callable[[Any], None]]

    def found(self) -> list[Any]:
        """Return the inputs that are kept."""
        inputs: list[Any] = json.loads((FOUND / f"{self.name}.json").read_bytes())
        return inputs

    def keep(self, value: Any) -> None:
        """Keep an input, to be tried by the ordinary tests from now on."""
        inputs = self.found()
        if value not in inputs:
            lines = ",\n".join(json.dumps(one) for one in [*inputs, value])
            (FOUND / f"{self.name}.json").write_text(f"[\n{lines}\n]\n", encoding="ascii")


def tried(trial: Callable[[Any], None], value: Any) -> None:
    """Try one input: in time, with nobody to ask, and without the secrets of those before."""
    _known.KNOWN = _known.KnownSecrets()
    former = signal.signal(signal.SIGALRM, _hangs)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        with patch("getpass.getpass", side_effect=EOFError):
            trial(value)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def _hangs(*_: object) -> None:
    message = f"it goes on after {LIMIT:g} seconds"
    raise FoundError(message)


@contextmanager
def result_or_error(hidden: str | None = None) -> Iterator[None]:
    """Let the block return, or raise an error of ours that has one way out and nothing *hidden*."""
    try:
        yield
    except StackMagicError as error:
        if hidden and hidden in str(error):
            message = f"a secret is told: {error}"
            raise FoundError(message) from error
        if not error.hint:
            message = f"no way out: {type(error).__name__}: {error}"
            raise FoundError(message) from error
