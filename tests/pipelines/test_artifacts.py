from __future__ import annotations

import os
import pickle
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.errors import CorruptArtifactError, MissingDependencyError
from stack_magic.materializers import dump, load, type_name
from stack_magic.pipelines import Run, execute, pipeline, step
from stack_magic.pipelines._artifacts import Artifacts
from stack_magic.pipelines._foreign_pickles import signature_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stack_magic.metadata_stores import ArtifactRecord
    from stack_magic.stack import Stack


@dataclass
class Model:
    weight: float


@step
def give(value: Any) -> Any:
    return value


@step
def use(value: Any) -> str:
    return repr(value)


@pipeline
def train(value: Any = 1) -> None:
    use(give(value))


def the_file(tmp_path: Path, step_name: str) -> Path:
    (found,) = (tmp_path / "artifacts" / "train").rglob(f"{step_name}/*")
    return found


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"a": [1, 2.5, None, True, "é"]}, "json"),
        (float("inf"), "json"),
        ((1, 2), "cloudpickle"),
        ({1: "a"}, "cloudpickle"),
        ([{"deep": (1,)}], "cloudpickle"),
        (Model(2.0), "cloudpickle"),
        pytest.param(10**5000, "cloudpickle", id="huge"),
    ],
)
def test_json_is_for_what_comes_back_exactly(value: Any, name: str) -> None:
    materializer, content = dump(value)
    assert materializer.name.partition("-")[0] == name
    back = load(materializer.name, content, "it")
    assert back == value
    assert type(back) is type(value)


def test_a_list_in_itself_is_no_json() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert dump(endless)[0].name.startswith("cloudpickle")


def test_arrays_and_frames_have_formats_of_their_own() -> None:
    np, pd, pl = map(pytest.importorskip, ("numpy", "pandas", "polars"))
    examples = {
        "numpy": np.arange(6).reshape(2, 3),
        "numpy-scalar": np.float64(0.5),
        "pandas": pd.DataFrame({"a": [1, 2], "b": ["x", None]}),
        "pandas-series": pd.Series([1, 2], name="a"),
        "polars": pl.DataFrame({"a": [1, 2]}),
    }
    for name, value in examples.items():
        materializer, content = dump(value)
        assert materializer.name == name
        assert repr(load(name, content, "it")) == repr(value)
        assert b"cloudpickle" not in content
    assert type_name(examples["pandas"]) == "pandas.DataFrame 2 × 2"


def test_what_parquet_or_npy_would_change_is_pickled() -> None:
    np, pd = map(pytest.importorskip, ("numpy", "pandas"))
    odd = [
        np.array([{"a": 1}], dtype=object),
        pd.DataFrame({"a": [(1, 2)]}),
        pd.Series([1], name=3),
    ]
    for value in odd:
        materializer, content = dump(value)
        assert materializer.name.startswith("cloudpickle")
        assert repr(load(materializer.name, content, "it")) == repr(value)


def test_a_changed_artifact_is_corrupt_and_names_run_and_step(stack: Stack, tmp_path: Path) -> None:
    run = execute(train, stack)
    the_file(tmp_path, "give").write_bytes(b"2")
    with pytest.raises(CorruptArtifactError, match="step 'give' in run 'train-1' has changed"):
        _ = run["give"].output
    assert run["use"].output == "1"


def test_a_lost_artifact_is_told(stack: Stack, tmp_path: Path) -> None:
    execute(train, stack)
    the_file(tmp_path, "give").unlink()
    with pytest.raises(CorruptArtifactError, match="is not in artifact store 'lake'"):
        _ = Run.load(stack, "train-1")["give"].output


@pytest.mark.parametrize("harm", [lambda f: f.write_bytes(b"2"), lambda f: f.unlink()])
def test_a_corrupt_or_lost_artifact_is_made_again(
    stack: Stack, tmp_path: Path, harm: Callable[[Path], Any]
) -> None:
    execute(train, stack)
    harm(the_file(tmp_path, "give"))
    run = execute(train, stack)
    assert [str(s.outcome) for s in run.steps.values()] == ["done", "cached"]
    assert run["give"].output == 1
    again = execute(train, stack)
    assert [str(s.outcome) for s in again.steps.values()] == ["cached", "cached"]


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, (os.environ["EVIL_PATH"],)


def test_a_planted_pickle_is_not_loaded(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = tmp_path / "evil"
    monkeypatch.setenv("EVIL_PATH", str(evil))
    run = execute(train, stack, parameters={"value": Model(1.0)})
    assert run["give"].output == Model(1.0)
    the_file(tmp_path, "give").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(CorruptArtifactError, match="has changed"):
        _ = run["give"].output
    assert not evil.exists()


def pickled(stack: Stack) -> ArtifactRecord:
    execute(train, stack, parameters={"value": Model(1.0)})
    found: ArtifactRecord = stack.metadata_store.get_pipeline_run_steps("train-1")[0].outputs[
        "output"
    ]
    return found


def test_a_pickle_of_another_python_is_refused(stack: Stack) -> None:
    record = replace(pickled(stack), materializer="cloudpickle-3.9")
    record = replace(record, signature=signature_for(record))
    with pytest.raises(CorruptArtifactError, match=r"pickled by Python 3\.9, and this is 3\."):
        Artifacts(stack).load(record)


def test_an_unknown_materializer_is_told() -> None:
    with pytest.raises(CorruptArtifactError, match="unknown materializer 'avro'"):
        load("avro", b"", "artifact 'a'")


def test_a_missing_library_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pl = pytest.importorskip("polars")
    materializer, content = dump(pl.DataFrame({"a": [1]}))
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingDependencyError, match="%pip install polars"):
        load(materializer.name, content, "artifact 'a'")


def test_parquet_is_not_read_with_a_pyarrow_that_runs_what_it_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pa, pd = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    materializer, content = dump(pd.DataFrame({"a": [1]}))
    monkeypatch.setattr(pa, "__version__", "14.0.0")
    with pytest.raises(
        MissingDependencyError, match=r"pyarrow 14\.0\.0: a file could run code\nhint: "
    ):
        load(materializer.name, content, "artifact 'a'")


def test_two_stores_of_records_may_share_a_store_of_artifacts(
    make_stack: Callable[..., Stack], tmp_path: Path
) -> None:
    first = execute(train, make_stack(), parameters={"value": 1})
    (tmp_path / "runs.db").rename(tmp_path / "former.db")
    second = execute(train, make_stack(), parameters={"value": 2})
    assert first.name == second.name
    assert (first["give"].output, second["give"].output) == (1, 2)
