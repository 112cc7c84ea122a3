from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.enums import Outcome
from stack_magic.pipelines import CachePolicy, Pipeline, execute, pipeline, step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stack_magic.stack import Stack

HEAD = "from stack_magic.pipelines import pipeline, step\n"
FIT = "@step\ndef fit(x, rate=1):\n    return scaled(x) * rate\n"
TRAIN = "@pipeline\ndef train(rate=1):\n    fit(load(), rate)\n"


@pytest.fixture
def train(cell: Callable[[str], dict[str, Any]]) -> Pipeline:
    cell(HEAD + "@step\ndef load():\n    return [1, 2]\n")
    cell("FACTOR = 2\ndef scaled(x):\n    return sum(x) * FACTOR\n")
    found: Pipeline = cell(FIT + TRAIN)["train"]
    return found


def outcomes(asked: Pipeline, stack: Stack, **parameters: Any) -> list[str]:
    run = execute(asked, stack, parameters=parameters)
    return [str(s.outcome) for s in run.steps.values()]


def test_an_unchanged_step_is_taken_from_the_cache(stack: Stack, train: Pipeline) -> None:
    assert outcomes(train, stack) == ["done", "done"]
    assert outcomes(train, stack) == ["cached", "cached"]
    again = execute(train, stack)
    assert again["fit"].output == 6
    assert again.outcome is Outcome.DONE


def test_without_cache_everything_runs(stack: Stack, train: Pipeline) -> None:
    execute(train, stack)
    run = execute(train, stack, cache=False)
    assert {s.outcome for s in run.steps.values()} == {Outcome.DONE}
    assert outcomes(train, stack) == ["cached", "cached"]


@pytest.mark.parametrize(
    "source",
    [
        "# a remark\n@step\ndef fit(x,\n        rate = 1):\n\n    return scaled(x)*rate  # so\n",
        "unrelated = 1\n",
        "FACTOR = 2\ndef scaled(x):\n    # Sum it.\n    return sum(x) * FACTOR\n",
    ],
)
def test_comments_layout_and_other_cells_change_nothing(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]], source: str
) -> None:
    execute(train, stack)
    train = cell(source + TRAIN)["train"]
    assert outcomes(train, stack) == ["cached", "cached"]


@pytest.mark.parametrize(
    "source",
    [
        "@step\ndef fit(x, rate=1):\n    return scaled(x) + rate\n",
        "def scaled(x):\n    return sum(x) - FACTOR\n",
        "FACTOR = 3\n",
    ],
)
def test_a_change_of_code_or_of_what_it_reads_runs_again(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]], source: str
) -> None:
    execute(train, stack)
    train = cell(source + TRAIN)["train"]
    assert outcomes(train, stack) == ["cached", "done"]


def test_other_parameters_run_again(stack: Stack, train: Pipeline) -> None:
    assert outcomes(train, stack, rate=2) == ["done", "done"]
    assert outcomes(train, stack, rate=3) == ["cached", "done"]
    assert outcomes(train, stack, rate=2) == ["cached", "cached"]


def test_other_inputs_run_again(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]]
) -> None:
    execute(train, stack)
    cell("@step\ndef load():\n    return [5]\n")
    assert outcomes(train, stack) == ["done", "done"]


def test_the_same_input_from_other_code_is_enough(
    stack: Stack, train: Pipeline, cell: Callable[[str], dict[str, Any]]
) -> None:
    execute(train, stack)
    cell("@step\ndef load():\n    return [1, 1 + 1]\n@step\ndef unused(): ...\n")
    cell("@step\ndef load():\n    numbers = [1]\n    return [*numbers, 2]\n")
    assert outcomes(train, stack) == ["done", "cached"]


def test_a_step_may_refuse_the_cache(stack: Stack) -> None:
    @step(cache=False)
    def now() -> int:
        return 1

    @pipeline
    def train() -> None:
        now()

    execute(train, stack)
    assert outcomes(train, stack) == ["done"]


def test_another_artifact_store_has_no_cached_artifacts(
    make_stack: Callable[..., Stack], train: Pipeline
) -> None:
    execute(train, make_stack())
    assert outcomes(train, make_stack(artifacts="elsewhere")) == ["done", "done"]


def test_a_failed_step_is_not_cached(stack: Stack) -> None:
    luck: list[int] = []

    @step
    def flaky() -> int:
        luck.append(1)
        return 1 // (len(luck) - 1)

    @pipeline
    def train() -> None:
        flaky()

    assert outcomes(train, stack) == ["failed"]
    assert outcomes(train, stack) == ["done"]


@pytest.mark.parametrize("cache", [None, True])
def test_a_parameter_that_is_no_data_is_never_cached(stack: Stack, cache: bool | None) -> None:
    class Handle:
        def __reduce__(self) -> Any:
            raise TypeError

        __slots__ = ()

    @step(cache=cache)
    def use(handle: Any) -> int:
        return 1

    @pipeline
    def train() -> None:
        use(Handle())

    execute(train, stack)
    assert outcomes(train, stack) == ["done"]


def test_code_that_reads_what_cannot_be_read_is_never_cached(
    stack: Stack, cell: Callable[[str], dict[str, Any]]
) -> None:
    names = cell(
        HEAD + "state = (n for n in range(9))\n@step\ndef draw():\n    return next(state)\n"
        "@pipeline\ndef train():\n    draw()\n"
    )
    assert outcomes(names["train"], stack) == ["done"]
    assert outcomes(names["train"], stack) == ["done"]


def test_a_lock_or_a_logger_does_not_hinder_the_cache(
    stack: Stack, cell: Callable[[str], dict[str, Any]]
) -> None:
    names = cell(
        HEAD + "import logging, threading\nlock, log = threading.Lock(), logging.getLogger('a')\n"
        "@step\ndef draw():\n    with lock:\n        return log.name\n"
        "@pipeline\ndef train():\n    draw()\n"
    )
    assert outcomes(names["train"], stack) == ["done"]
    assert outcomes(names["train"], stack) == ["cached"]


def test_a_helper_redefined_while_it_runs_leaves_nothing_cached(
    stack: Stack, cell: Callable[[str], dict[str, Any]]
) -> None:
    names = cell(
        HEAD + "def helper(): return 1\n"
        "@step(cache=False)\ndef first():\n    redefine()\n    return 0\n"
        "@step\ndef second(x):\n    return helper()\n"
        "@pipeline\ndef train():\n    second(first())\n"
    )
    names["redefine"] = lambda: cell("def helper(): return 2\n")
    assert execute(names["train"], stack)["second"].output == 2
    names["redefine"] = lambda: None
    cell("def helper(): return 1\n")
    run = execute(names["train"], stack)
    assert (run["second"].outcome, run["second"].output) == (Outcome.DONE, 1)


def test_an_edited_module_counts_once_it_is_loaded(
    stack: Stack,
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "edited_part.py").write_text("def f(): return 1\n")
    train = cell(
        HEAD + "@step\ndef fit():\n    from edited_part import f\n    return f()\n"
        "@pipeline\ndef train():\n    fit()\n"
    )["train"]
    assert outcomes(train, stack) == ["done"]
    (tmp_path / "edited_part.py").write_text("def f(): return 1 + 1\n")
    assert outcomes(train, stack) == ["cached"]
    monkeypatch.delitem(sys.modules, "edited_part")
    run = execute(train, stack)
    assert (run["fit"].outcome, run["fit"].output) == (Outcome.DONE, 2)
    assert outcomes(train, stack) == ["cached"]
    monkeypatch.delitem(sys.modules, "edited_part")


def test_the_same_step_twice_is_two_steps(stack: Stack) -> None:
    drawn: list[int] = []

    @step
    def draw() -> int:
        drawn.append(1)
        return 7

    @pipeline
    def train() -> None:
        draw()
        draw()

    assert outcomes(train, stack) == ["done", "done"]


def test_equal_calls_that_draw_random_numbers_are_two(stack: Stack) -> None:
    @step
    def draw() -> float:
        return random.random()  # noqa: S311 - no secret

    @pipeline
    def train() -> None:
        draw()
        draw()

    run = execute(train, stack)
    assert run["draw"].output != run["draw_2"].output
    assert outcomes(train, stack) == ["cached", "cached"]


CLASSES = {
    "class M:\n    def __init__(self, x): self.x = x\n": "class M:\n    x = 3\n",
    "from dataclasses import dataclass\n@dataclass\nclass M:\n    x: int\n": "class M: pass\n",
    "from enum import Enum\nclass M(Enum):\n    A = 1\n": "class M(Enum):\n    A = 2\n",
}


@pytest.mark.parametrize("source", CLASSES)
def test_a_cached_object_is_one_of_the_class_that_the_cell_made_again(
    stack: Stack, cell: Callable[[str], dict[str, Any]], source: str
) -> None:
    names = cell(
        HEAD + source + "@step\ndef make():\n    return [M(1)]\n"
        "@pipeline\ndef train():\n    make()\n"
    )
    assert outcomes(names["train"], stack) == ["done"]
    names = cell(source)
    run = execute(names["train"], stack)
    assert run["make"].outcome is Outcome.CACHED
    assert isinstance(run["make"].output[0], names["M"])
    names = cell(CLASSES[source])
    assert not isinstance(run["make"].output[0], names["M"])


def test_what_is_recorded_of_a_secret_confirms_no_guess(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")

    @step(cache=CachePolicy(environment=["TOKEN"]))
    def ask(word: str) -> str:
        return f"{word} {len(os.environ['TOKEN'])}"

    @pipeline
    def train() -> None:
        ask("hunter2-too")

    assert outcomes(train, stack) == ["done"]
    assert outcomes(train, stack) == ["cached"]
    record = execute(train, stack)["ask"].record
    digest = hashlib.sha256(b"hunter2").hexdigest()
    assert digest[:8] not in json.dumps(dict(record.reads))
    assert record.reads["environment"] == {"TOKEN": digest[:4]}
    # All of the value decides, whatever is recorded of it.
    monkeypatch.setenv("TOKEN", "hunter3")
    assert outcomes(train, stack) == ["done"]


def test_code_that_an_input_refers_to_counts(
    stack: Stack,
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Though the step that made the input is taken from the cache."""
    (tmp_path / "used_part.py").write_text("K = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    model = "class Model:\n    def f(self):\n        from used_part import K\n        return K\n"
    train: Pipeline = cell(
        f"{HEAD}{model}@step(cache=True)\ndef made():\n    return globals()['Model']()\n"
        "@step\ndef use(model):\n    return model.f()\n@pipeline\ndef train():\n    use(made())\n"
    )["train"]
    assert outcomes(train, stack) == ["done", "done"]
    assert outcomes(train, stack) == ["cached", "cached"]
    cell("Model.more = 1")
    assert outcomes(train, stack) == ["cached", "done"]
    cell(model.replace("return K", "return K + 1"))
    assert outcomes(train, stack) == ["cached", "done"]
    del sys.modules["used_part"]


def test_a_file_that_a_step_writes_under_any_name_does_not_count(
    stack: Stack,
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    train: Pipeline = cell(
        f"{HEAD}@step\ndef save():\n    with open('out', 'w') as file:\n        file.write('1')\n"
        "@pipeline\ndef train():\n    save()\n"
    )["train"]
    assert outcomes(train, stack) == ["done"]
    assert outcomes(train, stack) == ["cached"]


WRITERS = {
    "a file that is named": ("@step", "", "open('log').close()", ""),
    "a text like a file": ("@step", "", "len('log.txt')", ""),
    "a path that is given": ("@step", "path", "path.exists()", "Path('log')"),
    "a text that is given": ("@step", "name", "len(name)", "'log.txt'"),
    "a file of the policy": (
        "@step(cache=CachePolicy(file_dependencies=['log']))",
        "",
        "None",
        "",
    ),
}


@pytest.mark.parametrize("case", WRITERS)
def test_a_file_that_counts_and_that_the_step_writes_counts_by_its_name(
    stack: Stack,
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("log", "log.txt", "more"):
        (tmp_path / name).write_text("1")
    head, parameter, body, argument = WRITERS[case]
    train: Pipeline = cell(
        "import os\nfrom pathlib import Path\nfrom stack_magic import CachePolicy\n"
        f"{HEAD}{head}\ndef save({parameter}):\n    os.system('tee -a log* < more')\n"
        f"    return {body}\n@pipeline\ndef train():\n    save({argument})\n"
    )["train"]
    assert outcomes(train, stack) == ["done"]
    for name in ("log", "log.txt"):
        (tmp_path / name).write_text("2")
    assert outcomes(train, stack) == ["cached"]


def test_modules_that_code_of_an_input_imports_count(
    stack: Stack,
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also before their first import in this kernel."""
    monkeypatch.syspath_prepend(str(tmp_path))
    part = tmp_path / "asked_part.py"
    part.write_text("K = 1\n")
    train: Pipeline = cell(
        f"{HEAD}class Model:\n    def f(self):\n        from asked_part import K\n"
        "        return K\n@step(cache=True)\ndef made():\n    return globals()['Model']()\n"
        "@step\ndef use(model):\n    return model.f()\n@pipeline\ndef train():\n    use(made())\n"
    )["train"]
    for text, expected in (("K = 1\n", "done"), ("K = 1\n", "cached"), ("K = 1 + 1\n", "done")):
        part.write_text(text)
        monkeypatch.delitem(sys.modules, "asked_part", raising=False)
        assert outcomes(train, stack)[1] == expected
    monkeypatch.delitem(sys.modules, "asked_part")


def test_modules_that_a_source_dependency_imports_count(
    stack: Stack,
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also before their first import in this kernel."""
    monkeypatch.syspath_prepend(str(tmp_path))
    part = tmp_path / "asked_part.py"
    train: Pipeline = cell(
        f"from stack_magic import CachePolicy\n{HEAD}def shown():\n    import asked_part\n"
        "    return asked_part.K\n@step(cache=CachePolicy(source_dependencies=[shown]))\n"
        "def use():\n    return 1\n@pipeline\ndef train():\n    use()\n"
    )["train"]
    for text, expected in (("K = 1\n", "done"), ("K = 1\n", "cached"), ("K = 1 + 1\n", "done")):
        part.write_text(text)
        monkeypatch.delitem(sys.modules, "asked_part", raising=False)
        assert outcomes(train, stack) == [expected]
    monkeypatch.delitem(sys.modules, "asked_part")


def test_a_file_that_a_parameter_names_counts(
    stack: Stack,
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text("1")
    train: Pipeline = cell(
        f"{HEAD}@step\ndef load(name):\n    with open(name) as file:\n        return file.read()\n"
        "@pipeline\ndef train():\n    load('data.csv')\n"
    )["train"]
    assert outcomes(train, stack) == ["done"]
    assert outcomes(train, stack) == ["cached"]
    (tmp_path / "data.csv").write_text("2")
    assert outcomes(train, stack) == ["done"]
