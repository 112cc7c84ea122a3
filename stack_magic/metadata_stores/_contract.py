"""What every metadata store promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from stack_magic.enums import Outcome
from stack_magic.errors import UnknownNameError
from stack_magic.stack import Contract, Promise, expect

from . import _contract_several as several
from ._trial import artifact, digest, load, start, train, with_own_pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseMetadataStore


@with_own_pipeline
def _numbers_runs(store: BaseMetadataStore, pipeline: str) -> None:
    names = [start(store, pipeline).name for _ in range(3)]
    expect(names == [f"{pipeline}-{n}" for n in (1, 2, 3)], f"named them {names}")


@with_own_pipeline
def _keeps_runs(store: BaseMetadataStore, pipeline: str) -> None:
    run = start(store, pipeline)
    found = store.get_pipeline_run(run.name)
    expect(found == run, f"gave back {found}")
    aware = found.started.utcoffset() == timedelta(0)
    expect(aware, f"{found.started} is not in UTC")
    expect(found.outcome is None, f"a run that goes on is {found.outcome}")


@with_own_pipeline
def _lists_runs(store: BaseMetadataStore, pipeline: str) -> None:
    runs = [start(store, pipeline) for _ in range(2)]
    expect(store.get_pipeline_runs(pipeline) == runs, "not its runs, the oldest first")
    everything = store.get_pipeline_runs()
    expect(all(run in everything for run in runs), "not among all runs")
    expect(pipeline in store.get_pipelines(), "not among the pipelines")


@with_own_pipeline
def _finishes_runs(store: BaseMetadataStore, pipeline: str) -> None:
    run = start(store, pipeline)
    ended = store.finish_run(run.name, Outcome.FAILED, 2.5)
    expect(ended == replace(run, outcome=Outcome.FAILED, seconds=2.5), f"gave {ended}")
    expect(store.get_pipeline_run(run.name) == ended, "the end was not kept")


@with_own_pipeline
def _keeps_steps(store: BaseMetadataStore, pipeline: str) -> None:
    run = start(store, pipeline)
    step = load(run)
    store.record_step(step)
    found = store.get_pipeline_run_steps(run.name)
    expect(found == [step], f"gave back {found}")


@with_own_pipeline
def _orders_steps(store: BaseMetadataStore, pipeline: str) -> None:
    run = start(store, pipeline)
    for step in (train(run), load(run)):
        store.record_step(step)
    names = [step.name for step in store.get_pipeline_run_steps(run.name)]
    expect(names == ["train", "load"], f"gave {names}")


@with_own_pipeline
def _replaces_steps(store: BaseMetadataStore, pipeline: str) -> None:
    run = start(store, pipeline)
    again = replace(train(run), outcome=Outcome.DONE, inputs={}, error="")
    for step in (train(run), again):
        store.record_step(step)
    found = store.get_pipeline_run_steps(run.name)
    expect(found == [again], f"gave back {found}")


@with_own_pipeline
def _knows_no_other_run(store: BaseMetadataStore, pipeline: str) -> None:
    missing = replace(start(store, pipeline), name=f"{pipeline}-0")
    deeds: dict[str, Callable[[], object]] = {
        "get_pipeline_run": lambda: store.get_pipeline_run(missing.name),
        "get_pipeline_run_steps": lambda: store.get_pipeline_run_steps(missing.name),
        "finish_run": lambda: store.finish_run(missing.name, Outcome.DONE, 1.0),
        "record_step": lambda: store.record_step(load(missing)),
    }
    for name, deed in deeds.items():
        try:
            deed()
        except UnknownNameError:
            continue
        expect(kept=False, evidence=f"{name} did not raise UnknownNameError")


@with_own_pipeline
def _finds_cached(store: BaseMetadataStore, pipeline: str) -> None:
    first, second = load(start(store, pipeline)), load(start(store, pipeline))
    key = first.cache_key
    newest = replace(second, cache_key=key)
    for step in (first, newest):
        store.record_step(step)
    expect(store.find_cached_step(key) == newest, "not the newest step under the key")
    expect(store.find_cached_step(digest("x")) is None, "a step under an unknown key")


@with_own_pipeline
def _caches_done_only(store: BaseMetadataStore, pipeline: str) -> None:
    step = load(start(store, pipeline))
    store.record_step(replace(step, outcome=Outcome.FAILED))
    expect(store.find_cached_step(step.cache_key) is None, "offered a failed step")
    store.record_step(replace(step, cache_key=""))
    expect(store.find_cached_step("") is None, "offered a step that is not cached")


@with_own_pipeline
def _finds_artifacts(store: BaseMetadataStore, pipeline: str) -> None:
    run = start(store, pipeline)
    store.record_step(load(run))
    written = artifact(run, "load")
    found = store.get_artifact(written.sha256)
    expect(found == written, f"gave back {found}")
    expect(store.get_artifact(digest("x")) is None, "an artifact of an unknown digest")


@with_own_pipeline
def _knows_lineage(store: BaseMetadataStore, pipeline: str) -> None:
    run = start(store, pipeline)
    for step in (load(run), train(run)):
        store.record_step(step)
    inputs, _ = store.get_step_artifacts(store.get_pipeline_run_steps(run.name)[1])
    producer = store.get_producer_step_from_artifact(inputs["data"])
    expect(producer == load(run), f"gave {producer.name} of {producer.run}")


@with_own_pipeline
def _takes_any_text(store: BaseMetadataStore, pipeline: str) -> None:
    text = "'; DROP TABLE runs; -- \" %s :name ?\n</script>\u2028\U0001f680"
    run = start(store, pipeline)
    store.record_step(replace(train(run), error=text, parameters={text: text}))
    step = store.get_pipeline_run_steps(run.name)[0]
    same = step.error == text and step.parameters == {text: text}
    expect(same, f"gave back {step.error!r}")


@with_own_pipeline
def _serves_threads(store: BaseMetadataStore, pipeline: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: start(store, pipeline).name, range(12)))
    expect(len(set(names)) == len(names), "gave two runs one name")


CONTRACT = Contract(
    (
        Promise("numbers the runs of a pipeline from 1", _numbers_runs),
        Promise("gives back a run as it was recorded, in UTC", _keeps_runs),
        Promise("lists runs and pipelines, the oldest run first", _lists_runs),
        Promise("keeps how a run ended", _finishes_runs),
        Promise("gives back a step with its artifacts", _keeps_steps),
        Promise("gives the steps in the order in which they ended", _orders_steps),
        Promise("keeps the last record of a step", _replaces_steps),
        Promise("raises UnknownNameError for an unknown run", _knows_no_other_run),
        Promise("finds the newest step under a cache key", _finds_cached),
        Promise("offers only steps that are done and cached", _caches_done_only),
        Promise("records several steps as it records one", several.records_several),
        Promise("finds several steps as it finds one", several.finds_several),
        Promise("finds the newest runs, and names by their beginning", several.finds_runs),
        Promise("keeps a source as it is, or none", several.keeps_sources),
        Promise("finds an artifact by its digest", _finds_artifacts),
        Promise("knows the step that wrote an artifact", _knows_lineage),
        Promise("keeps any text as it is", _takes_any_text),
        Promise("gives each run its own name when threads start them", _serves_threads),
    )
)
