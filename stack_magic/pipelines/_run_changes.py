"""What differs between two runs in what their steps read: code, files, inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._explanation import changes_between
from ._flavor_calls import calling

if TYPE_CHECKING:
    from stack_magic.metadata_stores import BaseMetadataStore


def changes_of_steps(store: BaseMetadataStore, one: str, other: str) -> dict[str, tuple[str, ...]]:
    """Return for each step that differs between two recorded runs what does, in sentences.

    Raises:
        FlavorFailedError: The metadata store failed.
    """
    with calling(store, "get_pipeline_run_steps"):
        before, after = (
            {step.name: step for step in store.get_pipeline_run_steps(run)} for run in (one, other)
        )
        found: dict[str, tuple[str, ...]] = {}
        for name in dict.fromkeys((*before, *after)):
            if name not in before or name not in after:
                found[name] = (f"only in {one if name in before else other}",)
            elif changes := tuple(changes_between(before[name], after[name], store)):
                found[name] = changes
        return found
