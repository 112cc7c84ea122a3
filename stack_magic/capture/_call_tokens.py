"""What stands between a call and its arguments in bytecode."""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING, Any

from ._tokens import ATTRIBUTE, CONSTANT, FREE, GLOBAL, OTHER, STORE

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMPUTED = re.compile(r"BINARY_|FORMAT_|BUILD_STRING|COMPARE_|FOR_ITER")
_CALLEES = {ATTRIBUTE, FREE, GLOBAL}
_DECIDING = re.compile(r"COPY$|TO_BOOL|.*JUMP")
_CHOOSING = re.compile(r"POP_TOP|.*JUMP")
_BACK = "JUMP_BACKWARD"  # the end of a loop chooses nothing
_FAR = 8
"""How many tokens after `open` a mode may stand at most: `open(path or PATH, "w")`."""
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


def is_added_to(tokens: Sequence[tuple[str, Any]], at: int) -> bool:
    """Whether what a call gives is added to an argument: `open("day_" + str(day))`.

    Where it is added to another argument, or the whole to something else, this says so too.
    """
    place = at + 1
    while place < len(tokens) and not is_call(tokens[place]):
        place += 1
    if place == at + 1:  # the argument is the only one
        return False
    after = dropwhile(lambda token: is_call(token) or token[0] == ATTRIBUTE, tokens[place:])
    return next(after, None) == (OTHER, "BINARY_OP")


def alternatives(tokens: Sequence[tuple[str, Any]], at: int) -> list[Any]:
    """Return what may be taken in the place of a value: `path or "name"`; None for the unknown."""
    kind, name = (*tokens[at + 1 : at + 2], (OTHER, ""))[0]
    if kind != OTHER or not _DECIDING.match(str(name)):
        return []
    others = takewhile(lambda token: not is_call(token), tokens[at + 2 :])
    return [value if kind == CONSTANT else None for kind, value in others if kind != OTHER]


def is_one_of_several(tokens: Sequence[tuple[str, Any]], at: int) -> bool:
    """Whether a value is the last of several that may be taken: `other() or "name"`."""
    before = [str(name) if kind == OTHER else kind for kind, name in tokens[max(at - 2, 0) : at]]
    if len(before) < 2 or not before[1].startswith(("JUMP", "POP_TOP")):  # noqa: PLR2004
        return False
    if before[1].startswith(_BACK):
        return False
    if before[1] == "POP_TOP":
        return "JUMP" in before[0]
    return before[0] != STORE


def writes(tokens: Sequence[tuple[str, Any]], at: int) -> bool:
    """Whether a file is opened for writing: `open(name, "w")`."""
    for place in range(at + 2, min(at + _FAR, len(tokens))):
        if is_call(tokens[place - 1]):
            return False
        following = (*tokens[place + 1 : place + 2], (OTHER, "CALL"))[0]
        mode = tokens[place][1] if tokens[place][0] == CONSTANT else None
        is_named = tokens[place + 2 : place + 3] == ((OTHER, "CALL_KW"),)  # after their names
        is_last = is_call(following) or (place == at + 2 and following[0] == CONSTANT) or is_named
        if is_last and isinstance(mode, str) and _WRITING.fullmatch(mode):
            kind, name = tokens[place - 1]
            is_chosen = kind == OTHER and _CHOOSING.match(str(name))  # `mode or "w"`
            return not is_chosen and not _is_of_inner_call(tokens, at, place)
    return False


def _is_of_inner_call(tokens: Sequence[tuple[str, Any]], at: int, place: int) -> bool:
    """Whether an argument is that of a call within the call: `open("{}.csv".format("x"))`."""
    calls = [token for token in tokens[place + 1 : place + 4] if token[1] != "KW_NAMES"][:2]
    kinds = {kind for kind, _ in tokens[at + 1 : place]}
    return len(calls) > 1 and all(map(is_call, calls)) and not kinds.isdisjoint(_CALLEES)
