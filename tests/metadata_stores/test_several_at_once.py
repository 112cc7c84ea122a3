"""What a store is asked and told of several steps at once: by SQL, and by a plain flavor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import PrivateAttr

from stack_magic.enums import Outcome
from stack_magic.errors import UnknownNameError
from stack_magic.metadata_stores import (
    ArtifactRecord,
    BaseMetadataStore,
    RunRecord,
    SqliteMetadataStore,
    StepRecord,
)
from stack_magic.testing import assert_contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


class Plain(BaseMetadataStore):
    """Has the methods that a flavor must have, and no other."""

    FLAVOR = "plain"

    _held: SqliteMetadataStore = PrivateAttr()

    def start_run(
        self, pipeline: str, stack: str, *, parameters: Mapping[str, Any], steps: Sequence[str]
    ) -> RunRecord:
        return self._held.start_run(pipeline, stack, parameters=parameters, steps=steps)

    def record_step(self, step: StepRecord) -> None:
        self._held.record_step(step)

    def finish_run(self, run: str, outcome: Outcome, seconds: float) -> RunRecord:
        return self._held.finish_run(run, outcome, seconds)

    def get_pipelines(self) -> list[str]:
        return self._held.get_pipelines()

    def get_pipeline_runs(self, pipeline: str | None = None) -> list[RunRecord]:
        return self._held.get_pipeline_runs(pipeline)

    def get_pipeline_run(self, run: str) -> RunRecord:
        return self._held.get_pipeline_run(run)

    def get_pipeline_run_steps(self, run: str) -> list[StepRecord]:
        return self._held.get_pipeline_run_steps(run)

    def find_cached_step(self, cache_key: str) -> StepRecord | None:
        return self._held.find_cached_step(cache_key)

    def get_artifact(self, sha256: str) -> ArtifactRecord | None:
        return self._held.get_artifact(sha256)

    def get_producer_step_from_artifact(self, artifact: ArtifactRecord) -> StepRecord:
        return self._held.get_producer_step_from_artifact(artifact)

    def forget_pipeline(self, pipeline: str) -> None:
        self._held.forget_pipeline(pipeline)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqliteMetadataStore]:
    store = SqliteMetadataStore(name="local", uri=str(tmp_path / "metadata.db"))
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "plain"])
def store(request: pytest.FixtureRequest, sqlite: SqliteMetadataStore) -> BaseMetadataStore:
    if request.param == "sqlite":
        return sqlite
    store = Plain(name="plain")
    store._held = sqlite
    return store


def start(store: BaseMetadataStore, pipeline: str = "train") -> str:
    return store.start_run(pipeline, "prod", parameters={}, steps=["load"]).name


def made_by(run: str, step: str) -> ArtifactRecord:
    return ArtifactRecord(f"{run}/{step}", f"of {run} {step}", 1, "json", "int", (run, step))


def chain(run: str, count: int) -> list[StepRecord]:
    """Return steps of which each reads what the one before it wrote."""
    return [
        StepRecord(
            run,
            f"s{n}",
            Outcome.DONE,
            cache_key=f"key {n}",
            inputs={"x": made_by(run, f"s{n - 1}")} if n else {},
            outputs={"y": made_by(run, f"s{n}")},
            reason="the code changed\nand a file",
            reads={"data.csv": "9a", "parameters": {"rate": 1}},
        )
        for n in range(count)
    ]


def test_every_promise_is_kept(store: BaseMetadataStore) -> None:
    assert_contract(store)


@pytest.mark.parametrize("count", [0, 1, 1200])
def test_steps_recorded_at_once_come_back_in_their_order(
    sqlite: SqliteMetadataStore, count: int
) -> None:
    steps = chain(start(sqlite), count)
    sqlite.record_steps(steps)
    assert sqlite.get_pipeline_run_steps("train-1") == steps


def test_steps_of_several_runs_are_recorded_at_once(store: BaseMetadataStore) -> None:
    first, second = chain(start(store), 2), chain(start(store), 2)
    store.record_steps([first[0], second[0], first[1], second[1]])
    assert store.get_pipeline_run_steps("train-1") == first
    assert store.get_pipeline_run_steps("train-2") == second


def test_the_last_of_two_records_of_a_step_counts(store: BaseMetadataStore) -> None:
    first, second = chain(start(store), 2)
    again = replace(first, outcome=Outcome.FAILED, outputs={}, error="no")
    store.record_steps([first, second, again])
    assert store.get_pipeline_run_steps("train-1") == [second, again]


def test_steps_are_all_recorded_or_none(sqlite: SqliteMetadataStore) -> None:
    known, unknown = chain(start(sqlite), 1)[0], chain("train-9", 1)[0]
    with pytest.raises(UnknownNameError, match="no run is called 'train-9'"):
        sqlite.record_steps([known, unknown])
    assert sqlite.get_pipeline_run_steps("train-1") == []


def test_an_artifact_of_former_steps_is_recorded_once(sqlite: SqliteMetadataStore) -> None:
    first = chain(start(sqlite), 3)
    sqlite.record_steps(first)
    second = [replace(step, run=start(sqlite), outcome=Outcome.CACHED) for step in first]
    second = [replace(step, run="train-2") for step in second]
    sqlite.record_steps(second)
    assert sqlite.get_pipeline_run_steps("train-2") == second
    with sqlite._transaction(writes=False) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM artifacts").scalar() == 3


def test_cached_steps_are_found_by_many_keys(store: BaseMetadataStore) -> None:
    steps = chain(start(store), 4)
    store.record_steps(steps)
    newer = replace(steps[1], run=start(store), reason="again")
    store.record_steps([newer, replace(steps[2], run="train-2", outcome=Outcome.CACHED)])
    found = store.find_cached_steps(["key 1", "key 2", "", "none"])
    assert found == {"key 1": newer, "key 2": steps[2]}


def test_keys_beyond_what_a_statement_takes_are_found(sqlite: SqliteMetadataStore) -> None:
    sqlite.record_steps(chain(start(sqlite), 1200))
    assert len(sqlite.find_cached_steps([f"key {n}" for n in range(1200)])) == 1200


def test_the_previous_record_of_a_step_is_that_of_its_last_success(
    store: BaseMetadataStore,
) -> None:
    first = chain(start(store), 3)
    store.record_steps(first)
    second = [
        replace(first[0], run=start(store), outcome=Outcome.CACHED),
        replace(first[1], run="train-2", outcome=Outcome.FAILED),
    ]
    store.record_steps(second)
    store.record_steps(chain(start(store, "other"), 2))
    start(store)
    found = store.get_previous_steps("train", ["s0", "s1", "s9"])
    assert found == {"s0": second[0], "s1": first[1]}


def test_a_step_that_succeeded_long_ago_has_no_previous_record(store: BaseMetadataStore) -> None:
    store.record_steps(chain(start(store), 1))
    for _ in range(20):
        start(store)
    assert store.get_previous_steps("train", ["s0"]) == {}


def test_the_last_cache_keys_are_those_of_the_last_run_with_any(store: BaseMetadataStore) -> None:
    assert store.get_last_cache_keys("train") == []
    store.record_steps(chain(start(store), 2))
    uncached = [replace(step, run=start(store), cache_key="") for step in chain("train-2", 2)]
    store.record_steps([replace(step, run="train-2") for step in uncached])
    store.record_steps(chain(start(store, "other"), 1))
    start(store)
    assert store.get_last_cache_keys("train") == ["key 0", "key 1"]


def test_sources_are_kept_once_by_digest(sqlite: SqliteMetadataStore) -> None:
    sqlite.record_sources({"a": "def a(): ...", "b": "b = '\N{SNOWMAN}'"})
    sqlite.record_sources({"a": "another", "c": ""})
    assert sqlite.get_sources(["a", "b", "c", "d"]) == {
        "a": "def a(): ...",
        "b": "b = '\N{SNOWMAN}'",
        "c": "",
    }


def test_sources_that_are_there_are_not_written(sqlite: SqliteMetadataStore) -> None:
    sqlite.record_sources({"a": "def a(): ..."})
    before = (sqlite.location, _changes(sqlite))
    sqlite.record_sources({"a": "def a(): ..."})
    sqlite.record_sources({})
    assert (sqlite.location, _changes(sqlite)) == before


def _changes(store: SqliteMetadataStore) -> int:
    with store._transaction(writes=False) as connection:
        count: int = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        return count


def test_a_flavor_may_keep_no_sources() -> None:
    store = Plain(name="plain")
    store.record_sources({"a": "def a(): ..."})
    assert store.get_sources(["a"]) == {}


def test_runs_are_found_by_prefix_and_number(store: BaseMetadataStore) -> None:
    names = [start(store, pipeline) for pipeline in ("train", "Train", "t%", "train", "score")]
    assert store.find_run_names() == names[::-1]
    assert store.find_run_names("train-") == ["train-2", "train-1"]
    assert store.find_run_names("t%") == ["t%-1"]
    assert store.find_run_names("tr", last=1) == ["train-2"]
    assert store.find_run_names(last=0) == []
    assert [run.name for run in store.find_runs("train").runs] == ["train-1", "train-2"]
    assert [run.name for run in store.find_runs(last=2).runs] == ["train-2", "score-1"]
    assert store.find_runs("train", last=0).runs == []
