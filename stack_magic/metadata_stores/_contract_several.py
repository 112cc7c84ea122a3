"""What every metadata store promises of questions about several runs and steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stack_magic.enums import Outcome
from stack_magic.stack import expect

from ._trial import digest, load, start, train, with_own_pipeline

if TYPE_CHECKING:
    from ._base import BaseMetadataStore


@with_own_pipeline
def records_several(store: BaseMetadataStore, pipeline: str) -> None:
    """Steps that are recorded in one call come back as if recorded one by one."""
    run = start(store, pipeline)
    steps = [replace(load(run), reason="first\nrun", reads={"a.csv": "9a"}), train(run)]
    store.record_steps(steps)
    found = store.get_pipeline_run_steps(run.name)
    expect(found == steps, f"gave back {found}")


@with_own_pipeline
def finds_several(store: BaseMetadataStore, pipeline: str) -> None:
    """Questions about several steps agree with those about one."""
    step = load(start(store, pipeline))
    failed = replace(step, name="train", outcome=Outcome.FAILED, cache_key=digest(pipeline))
    store.record_steps([step, failed])
    found = store.find_cached_steps([step.cache_key, failed.cache_key, "", digest("x")])
    expect(found == {step.cache_key: step}, f"under their keys: {found}")
    keys = store.get_last_cache_keys(pipeline)
    expect(keys == [step.cache_key, failed.cache_key], f"the last keys are {keys}")
    previous = store.get_previous_steps(pipeline, ["load", "train"])
    expect(previous == {"load": step}, f"the last that went well: {previous}")


@with_own_pipeline
def finds_runs(store: BaseMetadataStore, pipeline: str) -> None:
    """The newest runs are found, and names by their beginning."""
    runs = [start(store, pipeline) for _ in range(3)]
    found = store.find_runs(pipeline, last=2).runs
    expect(found == runs[1:], "not its last two runs, the oldest first")
    names = store.find_run_names(f"{pipeline}-", last=2)
    expect(names == [run.name for run in (runs[2], runs[1])], f"names: {names}")


@with_own_pipeline
def keeps_sources(store: BaseMetadataStore, pipeline: str) -> None:
    """A source comes back as it was given, or not at all."""
    source = {digest(pipeline): f"# {pipeline}"}
    store.record_sources(source)
    found = store.get_sources([*source, digest("x")])
    expect(found in ({}, source), f"gave {found}")
