"""One step to be run elsewhere: bytes in, bytes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from ._resources import ResourceConfiguration

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class StepJob:
    """What a step operator runs: a Python program that reads bytes and writes bytes.

    The payload holds the step with its inputs, and may hold secrets: it travels by a pipe,
    never by an argument, the environment or a file in clear.

    Attributes:
        pipeline: Name of the pipeline.
        run: Name of the run.
        step: Name of the step in the run.
        arguments: What follows the interpreter: `("-m", "stack_magic.pipelines.worker")`.
        payload: What the program reads from its standard input.
        requirements: Pip requirements of the step and of the stack.
        resources: What the step needs.
        timeout: Seconds after which it is ended; None lets it take its time.
        mask: Takes the stack's secrets out of a text; what is logged goes through it.
        log: Takes each line that the program says, masked.
        cancelled: Set when the run is interrupted: the job is to be ended at once.
    """

    pipeline: str
    run: str
    step: str
    arguments: tuple[str, ...]
    payload: bytes = field(repr=False)
    requirements: frozenset[str] = frozenset()
    resources: ResourceConfiguration = field(default_factory=ResourceConfiguration)
    timeout: float | None = None
    mask: Callable[[str], str] = field(default=str, repr=False)
    log: Callable[[str], object] = field(default=lambda _: None, repr=False)
    cancelled: Event = field(default_factory=Event, repr=False)
