"""The fresh process of a rehearsal: `python -m stack_magic.session.rehearsal`.

Reads sources from its standard input, runs their statements and nothing else, and writes to
its standard output what it is at, and in the end what each source has made.
"""

from __future__ import annotations

import builtins
import getpass
import json
import os
import sys
import types
from typing import TYPE_CHECKING, Any

from stack_magic.errors import InvalidPipelineError, StackMagicError
from stack_magic.pipelines import identity_of

from ._statements import apart, made_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def rehearse(
    parts: Sequence[dict[str, str]], say: Callable[[dict[str, Any]], None]
) -> list[dict[str, str]]:
    """Return the identity of what each part makes.

    Args:
        parts: `what`, `source` and `variable` of each.
        say: Told what the rehearsal is at.

    Raises:
        InvalidPipelineError: A statement failed or asked for something; it is named.
    """
    identities = []
    for part in parts:
        at: list[str] = []
        asked: list[str] = []

        def begin(name: str, what: str = part["what"], at: list[str] = at) -> None:
            at.append(name)
            say({"what": what, "at": name})

        def ask(*_: Any, at: list[str] = at, asked: list[str] = asked, **__: Any) -> Any:
            asked.append(at[-1])
            raise EOFError

        builtins.input = getpass.getpass = ask
        with apart() as module:
            try:
                thing = made_by(part["what"], part["source"], module, part["variable"], begin)
            finally:
                _refuse_asking(part["what"], asked)
            identities.append(identity_of(thing))
    return identities


def _refuse_asking(what: str, asked: Sequence[str]) -> None:
    if asked:
        message = f"{what} cannot be packaged: {asked[0]} asks for input while it is defined"
        hint = "ask in a cell, and give the answer to a parameter of the pipeline"
        raise InvalidPipelineError(message, hint=hint) from None


def main() -> int:
    """Carry the parts from the standard input to what they are on the standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a definition prints must not get among the answers

    def say(message: dict[str, Any]) -> None:
        answers.write(f"{json.dumps(message)}\n")
        answers.flush()

    try:
        say({"identities": rehearse(json.load(sys.stdin), say)})
    except StackMagicError as error:
        say({"message": error.message, "hint": error.hint})
    return 0


if __name__ == "__main__":
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.exit(main())
