"""What an orchestrator promises of each step: once, in order, none left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.errors import FlavorFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.metadata_stores import StepRecord

    from ._graph import Graph


class Claims:
    """The steps of one run that an orchestrator has asked for.

    Args:
        graph: The steps.
        orchestrator: Its name, for what errors say.
        ended: The steps that have ended; grows while the run lasts.
    """

    def __init__(self, graph: Graph, orchestrator: str, ended: Mapping[str, StepRecord]) -> None:
        self._graph = graph
        self._orchestrator = orchestrator
        self._ended = ended
        self._claimed: set[str] = set()

    def claim(self, name: str) -> None:
        """Note that a step is asked for.

        Raises:
            FlavorFailedError: It is unknown, asked for twice, or before those upstream of it.
        """
        if name not in self._graph.nodes:
            what = f"asked for an unknown step {name!r}"
            raise self._broken_promise(what)
        if name in self._claimed:
            what = f"ran step {name!r} twice"
            raise self._broken_promise(what)
        self._claimed.add(name)
        early = [up for up in self._graph.nodes[name].upstream if up not in self._ended]
        if early:
            what = f"ran step {name!r} before {sorted(early)} ended"
            raise self._broken_promise(what)

    def check_all_ended(self) -> None:
        """Raise FlavorFailedError if steps were left out."""
        missing = [name for name in self._graph.nodes if name not in self._ended]
        if missing:
            what = f"returned without running {missing}"
            raise self._broken_promise(what)

    def _broken_promise(self, what: str) -> FlavorFailedError:
        return FlavorFailedError(f"orchestrator {self._orchestrator!r} {what}")
