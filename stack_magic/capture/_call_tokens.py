"""What stands between a call and its arguments in bytecode."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ._code import ATTRIBUTE, CONSTANT, FREE, GLOBAL, OTHER

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMPUTED = re.compile(r"BINARY_|FORMAT_|BUILD_STRING|COMPARE_|FOR_ITER")
_CALLEES = {ATTRIBUTE, FREE, GLOBAL}
_WRITING = re.compile(r"[bt]?[wxa][bt]?")


def is_joint(tokens: Sequence[tuple[str, Any]], at: int) -> bool:
    """Whether a literal name is added to a path: `/ "name"`."""
    pair = tokens[at : at + 2]
    is_text = len(pair) == 2 and pair[0][0] == CONSTANT and isinstance(pair[0][1], str)  # noqa: PLR2004
    return is_text and pair[1] == (OTHER, "BINARY_OP")


def is_call(token: tuple[str, Any]) -> bool:
    return token[0] == OTHER and str(token[1]).startswith(("CALL", "KW_NAMES"))


def is_put_together(tokens: Sequence[tuple[str, Any]], at: int) -> bool:
    """Whether an argument is computed before the next call."""
    for token in tokens[at:]:
        if is_call(token):
            return False
        if token[0] == OTHER and _COMPUTED.match(str(token[1])):
            return True
    return False


def writes(tokens: Sequence[tuple[str, Any]], at: int) -> bool:
    """Whether a file is opened for writing: `open(name, "w")`."""
    for place in range(at + 2, min(at + 6, len(tokens))):
        if is_call(tokens[place - 1]):
            return False
        following = tokens[place + 1] if place + 1 < len(tokens) else (OTHER, "CALL")
        mode = tokens[place][1] if tokens[place][0] == CONSTANT else None
        is_last = is_call(following) or (place == at + 2 and following[0] == CONSTANT)
        if is_last and isinstance(mode, str) and _WRITING.fullmatch(mode):
            return not _is_of_inner_call(tokens, at, place)
    return False


def _is_of_inner_call(tokens: Sequence[tuple[str, Any]], at: int, place: int) -> bool:
    """Whether an argument is that of a call within the call: `open("{}.csv".format("x"))`."""
    calls = [token for token in tokens[place + 1 : place + 4] if token[1] != "KW_NAMES"][:2]
    kinds = {kind for kind, _ in tokens[at + 1 : place]}
    return len(calls) > 1 and all(map(is_call, calls)) and not kinds.isdisjoint(_CALLEES)
