"""What the author of a step says of its result counts, and is asked for in words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.errors import InvalidPipelineError
from stack_magic.pipelines import CachePolicy, execute, pipeline, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack_magic.stack import Stack

    Cell = Callable[[str], dict[str, Any]]

HEAD = "import os\nfrom pathlib import Path\nfrom stack_magic import *\n"


def answer(cell: Cell, stack: Stack, body: str, cache: str, head: str = "") -> str:
    """Return why the second run of a step is not cached, or nothing if it is."""
    one = cell(
        f"{HEAD}{head}\n@step(cache={cache})\ndef only():\n    return {body}\n"
        "@pipeline\ndef one():\n    only()\n"
    )["one"]
    execute(one, stack)
    again = execute(one, stack)["only"].record
    return "" if str(again.outcome) == "cached" else again.reason


READS = {
    "one variable": 'os.environ.get("HOME") is None',
    "the environment": "len(dict(os.environ)) > 0",
    "the context": "get_step_context().stack.name",
    "some file": 'Path("".join(["/dev", "/null"])).read_text()',
    "what cannot be known": 'eval("1")',
}
ANYTHING = {"True", "CachePolicy(cache_func=lambda: 1)", "CachePolicy(expires_after=3600)"}
KNOWN_BY = {
    "CachePolicy(environment=['HOME'])": {"one variable"},
    "CachePolicy(file_dependencies=['no.csv'])": {"some file"},
    "CachePolicy(source_dependencies=[print])": {"what cannot be known"},
    "None": set(),
    **{cache: set(READS) for cache in ANYTHING},
}


@pytest.mark.parametrize("cache", sorted(KNOWN_BY))
@pytest.mark.parametrize("reads", READS)
def test_what_is_read_may_be_known_by_a_policy(
    cell: Cell, stack: Stack, reads: str, cache: str
) -> None:
    reason = answer(cell, stack, READS[reads], cache)
    assert (reason == "") is (reads in KNOWN_BY[cache])
    if reason:
        assert reason.startswith("not cached: ")


@pytest.mark.parametrize(
    ("cache", "head", "why"),
    [
        ("cache_func=lambda: 1 // 0", "", "cache_func raised ZeroDivisionError: "),
        ("cache_func=lambda: (n for n in 'ab')", "", "what cache_func returned cannot be read"),
        (
            "source_dependencies=[reads_it]",
            "state = (n for n in 'ab')\ndef reads_it(): return state",
            "source dependency reads_it cannot be read",
        ),
    ],
)
def test_what_a_policy_says_may_be_unreadable(
    cell: Cell, stack: Stack, cache: str, head: str, why: str
) -> None:
    assert f"not cached: {why}" in answer(cell, stack, "1", f"CachePolicy({cache})", head)


def test_what_cannot_be_read_is_named_alone(stack: Stack) -> None:
    @step
    def use(number: int, letters: Any) -> int:
        return number

    @pipeline
    def one() -> None:
        use(1, memoryview(b"ab"))

    told = execute(one, stack)["use"].record.reason
    assert "parameter 'letters' (memoryview) cannot be read as data" in told
    assert "'number'" not in told


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"file_dependencies": "d.csv"}, "file_dependencies .* is 'd.csv': a list is wanted"),
        ({"file_dependencies": Path("d.csv")}, "file_dependencies .*: a list is wanted"),
        ({"file_dependencies": 3}, "file_dependencies .* is 3: a list is wanted"),
        ({"file_dependencies": ["d.csv", 3]}, "file_dependencies .* is 3: a list of paths"),
        ({"source_dependencies": len}, "source_dependencies .*: a list is wanted"),
        ({"environment": "STAGE"}, "environment .* is 'STAGE': a list is wanted"),
        ({"environment": ["STAGE", ""]}, "environment .* is '': a list of names"),
        ({"environment": [3]}, "environment .* is 3: a list of names"),
        ({"environment": ["A=B"]}, "environment .* is 'A=B': a list of names"),
        ({"environment": ["A\0"]}, "environment .*: a list of names"),
        ({"expires_after": 0}, "expires_after .*: a timedelta above 0, or seconds"),
        ({"expires_after": timedelta(0)}, "expires_after .*: a timedelta above 0, or seconds"),
        ({"expires_after": True}, "expires_after .* is True: a timedelta"),
        ({"expires_after": "1 day"}, "expires_after .* is '1 day': a timedelta"),
        ({"cache_func": 3}, "cache_func .* is 3: a function without parameters"),
    ],
)
def test_a_policy_says_what_it_wants(given: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidPipelineError, match=why):
        CachePolicy(**given)


def test_a_policy_is_shown_by_what_it_was_given() -> None:
    assert repr(CachePolicy()) == "CachePolicy()"
    policy = CachePolicy(
        file_dependencies=[Path("a.csv"), "b.csv"], source_dependencies=[1], expires_after=60
    )
    assert repr(policy) == (
        "CachePolicy(file_dependencies=('a.csv', 'b.csv'), source_dependencies=(1,), "
        "expires_after=datetime.timedelta(seconds=60))"
    )


@pytest.mark.parametrize("given", [1, "yes", CachePolicy])
def test_the_cache_of_a_step_is_yes_no_or_a_policy(given: Any) -> None:
    with pytest.raises(InvalidPipelineError, match=r"cache of step 'one' is .*: True, False or"):

        @step(cache=given)
        def one() -> None: ...


def test_a_file_below_a_path_that_another_step_gives_counts(stack: Stack, tmp_path: Path) -> None:
    @step
    def folder() -> Path:
        return tmp_path / "data"

    @step
    def name() -> str:
        return str(tmp_path / "data" / "d")

    @step
    def read(given: Path) -> str:
        with open(given / "d.csv") as file:  # noqa: PTH123 - what users write
            return file.read()

    @step
    def read_text(given: str) -> str:
        with open(given + ".csv") as file:  # noqa: PTH123 - likewise
            return file.read()

    @pipeline
    def reading() -> None:
        read(folder())
        read_text(name())

    (tmp_path / "data").mkdir()
    ended = []
    for content in ("1", "1", "2"):
        (tmp_path / "data" / "d.csv").write_text(content)
        run = execute(reading, stack)
        steps = [run["read"], run["read_text"]]
        assert [one.output for one in steps] == [content, content]
        ended.append([str(one.outcome) for one in steps])
    assert ended == [["done", "done"], ["cached", "done"], ["done", "done"]]
