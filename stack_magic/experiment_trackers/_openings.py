"""Which run is written to now: each time that a step begins is a run of its own.

A run's name may come again, with another metadata store or after its records are gone.
What it logs then may not end up in, or be refused because of, what was logged before.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from ._records import RunKey

# Branches of a pipeline share their components and run side by side, each in a context.
_STEP: ContextVar[tuple[RunKey, str] | None] = ContextVar("opened_step", default=None)


class Openings:
    """Marks of the runs that are open: one a step, and one outside of steps.

    They are state and no configuration: all are equal, and a copy that is sent to
    another process begins with its own.
    """

    def __init__(self) -> None:
        self._outside = uuid4().hex

    def begin(self, key: RunKey) -> None:
        """Let what is logged to *key* from now on be another run."""
        if key.step:
            _STEP.set((key, uuid4().hex))
        else:
            self._outside = uuid4().hex

    def end(self) -> None:
        """Close the step's run."""
        _STEP.set(None)

    def mark(self, key: RunKey) -> str | None:
        """Return the mark of the open run; None where only its name is known.

        That is so in a process that was told which step runs, and did not begin it.
        """
        if not key.step:
            return self._outside
        opened = _STEP.get()
        return opened[1] if opened is not None and opened[0] == key else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Openings)

    def __hash__(self) -> int:
        return hash(Openings)

    def __reduce__(self) -> Any:
        return Openings, ()
