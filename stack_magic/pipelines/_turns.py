"""Which steps may run at the same time in one process."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition, current_thread
from typing import TYPE_CHECKING

from ._step_output import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stack_magic.capture import Walk

    from ._cancellation import Cancellation
    from ._graph import Graph

_MOMENT = 0.2
"""Seconds between looks whether the run was cancelled: a bare wait hears no Ctrl-C everywhere."""

_FEW = 5
"""Steps that are named."""


class Turns:
    """Lets steps run side by side, and those alone that touch what threads share.

    Seeds and draws of a generator that all threads use, the working folder, the environment
    and the streams: a step gets its own numbers and files, whatever runs beside it.

    Args:
        graph: The steps. Those of a step operator have a process of their own.
        walks: What the code of each reaches.
        cancellation: Ends a wait.
    """

    def __init__(self, graph: Graph, walks: Mapping[str, Walk], cancellation: Cancellation) -> None:
        here = [node for node in graph.nodes.values() if not node.step.step_operator]
        touching = [node for node in here if walks[node.name].shared]
        self._alone = {node.name for node in touching}
        self._shared = {node.step.name: walks[node.name].shared for node in touching}
        self._cancellation = cancellation
        self._changed = Condition()
        self._running = 0
        self._waiting_alone = 0
        self._home = current_thread()
        self._is_told = False

    @contextmanager
    def turn_of(self, name: str) -> Iterator[None]:
        """Wait until a step may run, and let nobody disturb it meanwhile."""
        alone = name in self._alone
        if alone and current_thread() is not self._home:  # steps run side by side
            self._tell()
        with self._changed:
            self._waiting_alone += alone
            try:
                while self._running if alone else self._waiting_alone or self._running < 0:
                    self._changed.wait(_MOMENT)
                    self._cancellation.stop_if_asked()
            finally:
                self._waiting_alone -= alone
                self._changed.notify_all()
            self._running = -1 if alone else self._running + 1
        try:
            yield
        finally:
            with self._changed:
                self._running = 0 if alone else self._running - 1
                self._changed.notify_all()

    def _tell(self) -> None:
        with self._changed:
            if self._is_told:
                return
            self._is_told = True
        steps = [f"{name} ({', '.join(what[:3])})" for name, what in self._shared.items()]
        more = f" and {len(steps) - _FEW} more" if len(steps) > _FEW else ""
        named = f"{', '.join(steps[:_FEW])}{more}"
        say(f"○ hint: run alone, since they touch what all threads share: {named}")
