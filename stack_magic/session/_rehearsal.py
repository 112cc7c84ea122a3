"""Before a package leaves, it is made elsewhere once, and must be what the notebook has."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.errors import InvalidPipelineError
from stack_magic.pipelines import differences, identity_of

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 30.0
"""Seconds that the definitions of a package may take."""

_RUNNER = "stack_magic.session.rehearsal"
_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
"""What a process may need to start, and what holds no secret."""


class Part(NamedTuple):
    """One source of a package, and what it must make.

    Attributes:
        what: What it is the source of.
        source: The source.
        variable: The name that it gives it.
        thing: What this session has.
    """

    what: str
    source: str
    variable: str
    thing: Any


def rehearse(parts: Sequence[Part]) -> None:
    """Make the parts in a fresh process, in an empty folder, without this environment.

    Raises:
        InvalidPipelineError: What is made is not what this session has, a statement fails
            or asks for input, or it takes too long; each is named.
    """
    told = _told(parts)
    last = told[-1] if told else {}
    if "message" in last:
        raise InvalidPipelineError(str(last["message"]), hint=last["hint"])
    if "identities" not in last:
        message = f"{_at(told, parts)} ends the process in which it is defined"
        raise InvalidPipelineError(message, hint="let a step do that")
    for part, there in zip(parts, last["identities"], strict=True):
        differing = differences(identity_of(part.thing), there)
        if differing:
            raise _differs(part, differing)


def _differs(part: Part, differing: Sequence[str]) -> InvalidPipelineError:
    verb = "is" if len(differing) == 1 else "are"
    message = (
        f"{part.what} cannot be packaged: made anew of its source, {', '.join(differing)} "
        f"{verb} not what the notebook has"
    )
    hint = (
        f"run the cells of {differing[0]} and of what it reads again, from top to bottom; what a "
        "function makes when it is called, let a step make"
    )
    return InvalidPipelineError(message, hint=hint)


def _told(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return all that the fresh process tells."""
    from stack_magic.machine import start_process

    request = [{"what": p.what, "source": p.source, "variable": p.variable} for p in parts]
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout"), subprocess.PIPE)
    with tempfile.TemporaryDirectory() as folder:
        pipes |= {"environment": _environment(folder), "cwd": folder}
        process = start_process([sys.executable, "-m", _RUNNER], **pipes)
        try:
            written, _ = process.popen.communicate(json.dumps(request).encode(), timeout=LIMIT)
        except subprocess.TimeoutExpired as late:
            message = (
                f"{_at(_lines(late.stdout or b''), parts)} is not defined after {LIMIT:g} seconds, "
                "and so it does not leave"
            )
            raise InvalidPipelineError(message, hint="let a step do what takes long") from None
        finally:
            process.kill()
            for stream in (process.popen.stdin, process.popen.stdout):
                if stream is not None:
                    stream.close()
    return _lines(written)


def _environment(folder: str) -> dict[str, str]:
    """Return the environment: what a process needs, and none of the session's own."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": folder, "PYTHONUSERBASE": site.getuserbase()}


def _lines(written: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines() if line.endswith(b"}")]


def _at(told: Sequence[dict[str, Any]], parts: Sequence[Part]) -> str:
    """Return what the process was at, as the subject of a sentence."""
    last = next((one for one in reversed(told) if "at" in one), {"what": parts[0].what})
    return f"{last['what']}: {last['at']}" if "at" in last else str(last["what"])
