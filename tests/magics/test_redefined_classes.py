"""A cell that defines a class is run again and again: the former classes are let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.live_kernel import LiveKernel

PAGER = """
from stack_magic.alerters import BaseAlerter

class Seen(BaseAlerter):
    FLAVOR = "pager"
    number: int = NUMBER

    def post(self, message, config=None):
        return True

    def ask(self, question, config=None):
        return True
"""
REGISTERED = "%alerter flavor register Seen\n%alerter register ops -f pager"
POINT = """
from stack_magic import pipeline, step

class Seen:
    def __init__(self):
        self.x = NUMBER

@step
def point() -> Seen:
    return Seen()

@step
def use(point: Seen) -> int:
    return point.x

@pipeline
def train():
    use(point())
"""
LOOP = """
shell = get_ipython()
for number in range({times}):
    for source in {cells!r}:
        shell.run_cell(source.replace("NUMBER", str(number)), store_history=True)
"""
COUNT = """
import gc

gc.collect()
found = [o for o in gc.get_objects() if getattr(o, "__module__", "") == "__main__"]
classes = [o for o in found if isinstance(o, type) and o.__name__ == "Seen"]
steps = [o for o in found if type(o).__name__ == "Step" and o.name == "use"]
print("alive", len(classes), len(steps))
"""
FEW = 8
"""The present one, and those that an output of the notebook may still show."""


@pytest.mark.parametrize(
    ("first", "cells", "times"),
    [
        (PAGER, [PAGER], 500),
        (PAGER, ["%%flavor\n" + PAGER], 100),
        (POINT, [POINT], 500),
        (POINT, [POINT, "run = train.run()"], 60),
        (POINT, [POINT, "%pipeline run train"], 60),
    ],
    ids=["flavor", "flavor cell", "steps", "runs", "lines"],
)
def test_former_classes_are_let_go(
    kernel: LiveKernel, first: str, cells: list[str], times: int
) -> None:
    assert kernel.run(first.replace("NUMBER", "-1")).ok
    if first is PAGER:
        for line in REGISTERED.splitlines():
            assert kernel.run(line).ok
    assert kernel.run(LOOP.format(times=times, cells=cells)).ok
    words = kernel.run(COUNT).shown.split()
    classes, steps = map(int, words[words.index("alive") + 1 :][:2])
    assert 1 <= classes <= FEW
    assert steps <= FEW
