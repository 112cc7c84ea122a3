"""Known secrets taken out of a log of one megabyte."""

from __future__ import annotations

import random
import string
import time
from typing import TYPE_CHECKING

from stack_magic.secrets import learn, masked

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRETS, _LINES, _TOLD = 100, 11_000, 10
_SEED = 12


def _words(choose: random.Random, length: int) -> str:
    return "".join(choose.choices(string.ascii_letters + string.digits, k=length))


def _log(secrets: list[str]) -> str:
    choose = random.Random(_SEED)  # noqa: S311 - a log, not a key
    lines = [
        f"2026-01-01 12:00:00 INFO worker {number} has done {_words(choose, 48)}"
        for number in range(_LINES)
    ]
    for number in range(0, _LINES, _LINES // _TOLD):
        lines[number] += f" with {secrets[number % _SECRETS]}"
    return "\n".join(lines)


def figures() -> Iterator[Figure]:
    """Yield how long the masking of a log takes, in a few lines of which secrets are."""
    choose = random.Random(_SEED + 1)  # noqa: S311 - the same ones each time
    secrets = [_words(choose, 12 + number % 24) for number in range(_SECRETS)]
    log = _log(secrets)
    learn(*secrets)
    masked(log)  # compiles what looks for them

    def ours() -> float:
        begin = time.perf_counter()
        shown = masked(log)
        seconds = time.perf_counter() - begin
        assert secrets[0] not in shown  # noqa: S101 - it must do the work
        return seconds

    def replaced() -> float:
        begin = time.perf_counter()
        shown = log
        for secret in secrets:
            shown = shown.replace(secret, "******")
        seconds = time.perf_counter() - begin
        assert secrets[0] not in shown  # noqa: S101 - it must do the work
        return seconds

    name = "100 known secrets masked in a log of 1 MB, ten lines with one (aim under 10 ms)"
    against = "`str.replace` for each of the secrets, in no other form"
    yield Figure(name, *compare(ours, replaced, 21), 1, against)
