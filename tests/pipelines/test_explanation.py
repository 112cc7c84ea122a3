"""The sentences that tell why a step ran, or was taken from the cache."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.display import render_html
from stack_magic.enums import Outcome
from stack_magic.errors import UnknownNameError
from stack_magic.metadata_stores import StepRecord
from stack_magic.pipelines import CachePolicy, Run, execute, pipeline, step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stack_magic.stack import Stack

    Cell = Callable[[str], dict[str, Any]]

HEAD = "import os\nfrom stack_magic.pipelines import CachePolicy, pipeline, step\n"
HELPER = "def noise(x):\n    return x * {factor}\n"
TRAIN = """\
LOW = 1
@step
def load():
    return [1, 2]
@step
def fit(train, C=1):
    return [noise(x) * C + LOW for x in train]
@pipeline
def train(C=1):
    fit(load(), C)
"""


@pytest.fixture
def train(cell: Cell) -> Any:
    return cell(HEAD + HELPER.format(factor=2) + TRAIN)["train"]


def why(run: Run, step: str) -> list[str]:
    return run[step].record.reason.splitlines()


def single(cell: Cell, body: str, head: str = "", cache: str = "") -> Any:
    """Return a pipeline of one step."""
    decorator = f"@step({cache})" if cache else "@step"
    return cell(
        f"{HEAD}{head}\n{decorator}\ndef only():\n    {body}\n@pipeline\ndef one():\n    only()\n"
    )["one"]


def test_a_first_run_and_a_cached_one(stack: Stack, train: Any) -> None:
    assert why(execute(train, stack), "fit") == ["it never ran before in this pipeline"]
    again = execute(train, stack)
    assert why(again, "fit") == ["code, parameters and inputs are those of train-1"]
    text = repr(again.explain("fit"))
    assert text.startswith("train-2/fit: ✓ cached\n")
    assert "its value was made by train-1/fit" in text
    assert "Its result counts for as long as these are the same" in text
    assert "input train  made by train-1/load" in text


def test_a_helper_a_number_and_a_parameter(stack: Stack, train: Any, cell: Cell) -> None:
    execute(train, stack)
    cell(HELPER.format(factor=3) + "LOW = 2\n")
    run = execute(train, stack, parameters={"C": 2})
    assert sorted(why(run, "fit")) == [
        "helper `noise` changed",
        "parameter C: 1 -> 2",
        "value `LOW`: 1 -> 2",
    ]
    text = repr(run.explain("fit"))
    assert "Values that changed since train-1\n  LOW: 1 -> 2" in text
    assert "`noise` in train-1 and train-2\n--- train-1\n+++ train-2" in text
    assert "-    return x * 2\n+    return x * 3" in text


def test_its_own_code_and_an_input(stack: Stack, train: Any, cell: Cell) -> None:
    execute(train, stack)
    cell("@step\ndef load():\n    return [5]\n")
    run = execute(train, stack)
    assert why(run, "load") == ["its own code changed: `load`"]
    assert why(run, "fit") == ["input `train` changed"]


def test_the_environment_and_the_way_out(
    stack: Stack, cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_URL", "https://a.example/canary")
    one = single(cell, 'return os.environ.get("TOKEN_URL") is None')
    run = execute(one, stack)
    assert why(run, "only") == ["not cached: reads the environment: TOKEN_URL"]
    typed = '@step(cache=CachePolicy(environment=["TOKEN_URL"]))'
    assert typed in repr(run.explain())
    assert typed in repr(run.explain("only"))
    assert "○ only: not cached: reads the environment: TOKEN_URL" in repr(run)
    told = single(
        cell,
        'return os.environ.get("TOKEN_URL") is None',
        cache='cache=CachePolicy(environment=["TOKEN_URL"])',
    )
    first = execute(told, stack)
    assert why(first, "only") == ["environment variable `TOKEN_URL` counts now"]
    again = execute(told, stack)
    reason = "code, parameters, inputs and environment are those of one-2"
    assert why(again, "only") == [reason]
    monkeypatch.setenv("TOKEN_URL", "https://b.example/canary")
    changed = execute(told, stack)
    assert why(changed, "only") == ["environment variable `TOKEN_URL` changed"]
    assert "canary" not in repr(changed.explain("only"))
    assert "environment  TOKEN_URL" in repr(changed.explain("only"))
    assert "os" not in repr(changed.explain("only")).split()


def test_a_step_that_refuses_the_cache(stack: Stack, cell: Cell) -> None:
    run = execute(single(cell, "return 1", cache="cache=False"), stack)
    assert why(run, "only") == ["not cached: cache=False"]


def test_a_run_that_did_not_ask_for_the_cache(stack: Stack, train: Any) -> None:
    execute(train, stack)
    run = execute(train, stack, cache=False)
    assert why(run, "fit") == ["the run was started with cache=False"]
    assert "to have load, fit cached: %pipeline run train" in repr(run.explain())
    assert "explain" not in repr(run)


def test_a_step_that_changes_what_it_reads(stack: Stack, cell: Cell) -> None:
    body = "counter.append(1)\n    return len(counter)"
    run = execute(single(cell, body, head="counter = []"), stack)
    assert why(run, "only") == [
        "it never ran before in this pipeline",
        "not cached: changes what it reads: counter",
    ]
    assert "✓ done   not cached: changes what it reads: counter" in repr(run.explain())


def test_a_file(stack: Stack, cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "d.csv"
    data.write_text("1")
    one = single(cell, 'return Path("d.csv").read_text()', head="from pathlib import Path")
    execute(one, stack)
    data.write_text("22")
    stamp = data.stat().st_mtime + 10
    os.utime(data, (stamp, stamp))
    run = execute(one, stack)
    assert why(run, "only") == ["file `d.csv` changed"]
    assert "file d.csv  by its content" in repr(run.explain("only"))
    again = execute(one, stack)
    assert why(again, "only") == ["code, parameters, inputs and files are those of one-2"]


def test_names_of_one_kind_are_told_in_one_line(stack: Stack, cell: Cell) -> None:
    made = cell(
        f"{HEAD}\nimport polars as pl\n@step\ndef make():\n    return 1\n"
        "@step\ndef add(x, y):\n    return pl.Series([x, y]).to_list()\n"
        "@pipeline\ndef sums():\n    add(make(), make())\n"
    )["sums"]
    execute(made, stack)
    cell("@step\ndef make():\n    return 2\n")
    run = execute(made, stack)
    assert why(run, "add") == ["inputs `x`, `y` changed"]
    assert "modules    polars" in repr(run.explain("add"))


def test_a_result_that_has_expired(stack: Stack) -> None:
    @step(cache=CachePolicy(expires_after=timedelta(microseconds=1)))
    def only() -> int:
        return 1

    @pipeline
    def one() -> None:
        only()

    execute(one, stack)
    assert why(execute(one, stack), "only") == ["its last result has expired"]


def test_outputs_that_are_lost(stack: Stack, train: Any, tmp_path: Path) -> None:
    execute(train, stack)
    shutil.rmtree(tmp_path / "artifacts" / "train")
    reasons = why(execute(train, stack), "load")
    assert reasons == ["its last outputs are lost or were changed in the artifact store"]


def test_equal_calls(stack: Stack) -> None:
    @step
    def sq(x: int) -> int:
        return x * x

    @pipeline
    def twice() -> None:
        sq(2)
        sq(2)

    run = execute(twice, stack)
    assert "✓ cached (same as sq)" in repr(run)
    assert "its value was made by twice-1/sq" in repr(run.explain("sq_2"))
    assert repr(run.explain()).count("same as sq") == 1


def test_equal_calls_of_what_equal_calls_made(stack: Stack) -> None:
    @step
    def make() -> int:
        return 2

    @step
    def sq(x: int) -> int:
        return x * x

    @pipeline
    def twice() -> None:
        sq(sq(make()))
        sq(sq(make()))

    for _ in range(2):
        run = execute(twice, stack)
        assert why(run, "sq_3") == ["same as sq"]
        assert why(run, "sq_4") == ["same as sq_2"]


def test_equal_calls_after_different_steps_are_each_made(stack: Stack) -> None:
    @step
    def tick(x: int) -> Any:
        return x

    @step
    def sq(x: int) -> Any:
        return x * x

    @pipeline
    def twice() -> None:
        sq(2).after(tick(1))
        sq(2).after(tick(2))

    assert execute(twice, stack)["sq_2"].outcome is Outcome.DONE


def test_what_does_not_count_is_told_once_a_run(stack: Stack, cell: Cell) -> None:
    run = execute(
        cell(
            HEAD + "import random\n"
            "@step\ndef draw(x):\n    return random.random() + x\n"
            "@pipeline\ndef draws():\n    draw(1)\n    draw(2)\n"
        )["draws"],
        stack,
    )
    told = "draws random numbers without a seed, which does not count: draw, draw_2"
    assert repr(run).count("random numbers") == 1
    assert told in repr(run)
    assert told in repr(run.explain())


def test_what_was_recorded_explains_it_as_well(
    make_stack: Callable[[], Stack], train: Any, cell: Cell
) -> None:
    execute(train, make_stack())
    cell(HELPER.format(factor=3))
    run = execute(train, make_stack())
    loaded = Run.load(make_stack(), "train-2")
    for name in (None, "load", "fit"):
        assert repr(loaded.explain(name)) == repr(run.explain(name))
    assert "+    return x * 3" in repr(loaded.explain("fit"))


def test_a_record_of_an_earlier_version(stack: Stack) -> None:
    store = stack.metadata_store
    store.start_run("old", "lab", parameters={}, steps=("load", "fit"))
    store.record_step(StepRecord("old-1", "load", Outcome.DONE))
    run = Run.load(stack, "old-1")
    for text in (repr(run.explain()), repr(run.explain("load"))):
        assert "made by an earlier version: why is not recorded" in text
    assert "not ended yet" in repr(run.explain())
    assert "not ended yet" in repr(run.explain("fit"))


def test_an_unknown_step_is_told_with_the_nearest(stack: Stack, train: Any) -> None:
    run = execute(train, stack)
    with pytest.raises(UnknownNameError, match="has no step 'fitt'") as caught:
        run.explain("fitt")
    assert "%pipeline explain train-1/fit" in str(caught.value)


def test_what_is_shown_is_escaped(stack: Stack, train: Any, cell: Cell) -> None:
    execute(train, stack)
    cell('def noise(x):\n    return x * len("<b>")\n')
    html = render_html(execute(train, stack).explain("fit").document())
    assert "&lt;b&gt;" in html
    assert "<b>&quot;" not in html
    assert 'len("<b>")' not in html
