"""Classes become flavors: by a line, by `%%flavor`, by a decorator, and by running again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.live_kernel import LiveKernel

IMPORTS = """
import stack_magic
from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.alerters import BaseAlerter
"""
LAKE = """
class Lake(BaseArtifactStore):
    FLAVOR = "lake"
    SUPPORTED_SCHEMES = {"/"}
"""


def test_a_flavor_cell_registers_its_classes(kernel: LiveKernel) -> None:
    river = LAKE.replace("Lake", "River").replace("lake", "river")
    answer = kernel.run(f"%%flavor\n{IMPORTS}{LAKE}{river}\nclass Other: pass\n")
    (shown,) = answer.data("text/plain")
    assert shown.split("\n") == [
        "✓ registered artifact_store flavor lake (Lake)",
        "✓ registered artifact_store flavor river (River)",
    ]


def test_a_flavor_cell_keeps_line_numbers(kernel: LiveKernel) -> None:
    body = "    def exists(self, path):\n        raise RuntimeError('here')\n"
    cell = f"%%flavor\n{IMPORTS.strip()}\n{LAKE.strip()}\n{body}"
    number = cell.split("\n").index("        raise RuntimeError('here')") + 1
    assert kernel.run(cell).ok
    answer = kernel.run("Lake(name='x', path='/x').exists('a')")
    assert answer.error == "RuntimeError"
    assert f"{number}" in answer.shown
    assert "raise RuntimeError('here')" in plain(answer.shown)


def test_an_exception_in_a_flavor_cell_names_its_line(kernel: LiveKernel) -> None:
    answer = kernel.run("%%flavor\n\nx = 1\nundefined_name\n")
    assert answer.error == "NameError"
    assert "line 4" in plain(answer.shown)


def test_a_syntax_error_in_a_flavor_cell_names_its_line(kernel: LiveKernel) -> None:
    answer = kernel.run("%%flavor\n\nclass Lake(:\n    pass\n")
    assert answer.error == "SyntaxError"
    assert "line 3" in plain(answer.shown)


def test_a_flavor_cell_shows_its_last_value_too(kernel: LiveKernel) -> None:
    answer = kernel.run(f"%%flavor\n{IMPORTS}{LAKE}\nLake.FLAVOR.upper()\n")
    assert answer.data("text/plain") == [
        "✓ registered artifact_store flavor lake (Lake)",
        "'LAKE'",
    ]


def test_a_flavor_cell_may_await(kernel: LiveKernel) -> None:
    answer = kernel.run(f"%%flavor\n{IMPORTS}import asyncio\nawait asyncio.sleep(0)\n{LAKE}")
    assert answer.ok
    assert "registered artifact_store flavor lake" in answer.shown


def test_a_flavor_cell_knows_a_class_from_a_text_about_one(kernel: LiveKernel) -> None:
    text = '"""\nclass Other is only spoken of here\n"""\n'
    assert kernel.run(f"%%flavor\n{text}{IMPORTS}{LAKE}%stack get\n!true\n").ok


def test_a_flavor_cell_may_hold_lines_of_ours(kernel: LiveKernel) -> None:
    answer = kernel.run(f"%%flavor\n{IMPORTS}{LAKE}\n%stack get\n")
    assert "stack default is active" in answer.shown
    assert "registered artifact_store flavor lake" in answer.shown


def test_a_class_that_cannot_be_a_flavor_fails_its_cell(kernel: LiveKernel) -> None:
    cell = f"%%flavor\n{IMPORTS}\nclass Quiet(BaseAlerter):\n    FLAVOR = 'quiet'\n"
    answer = kernel.run(cell)
    assert answer.reply["status"] == "error"
    assert answer.error == "InvalidFlavorError"
    assert "def ask" in answer.shown
    assert "Traceback" not in answer.shown


def test_one_bad_class_of_a_flavor_cell_registers_none(kernel: LiveKernel) -> None:
    cell = f"%%flavor\n{IMPORTS}{LAKE}\nclass Quiet(BaseAlerter):\n    FLAVOR = 'quiet'\n"
    assert kernel.run(cell).error == "InvalidFlavorError"
    assert "lake" not in kernel.run("%artifact_store flavor list").shown


def test_words_after_the_head_of_a_flavor_cell_are_refused(kernel: LiveKernel) -> None:
    answer = kernel.run(f"%%flavor lake\n{LAKE}")
    assert answer.error == "LineError"
    assert answer.of("error")
    assert "takes nothing" in answer.shown


def test_the_decorator_registers_and_says_so(kernel: LiveKernel) -> None:
    answer = kernel.run(f"{IMPORTS}\n@stack_magic.flavor{LAKE}")
    assert answer.data("text/plain") == ["✓ registered artifact_store flavor lake (Lake)"]
    assert kernel.value("Lake.__name__") == "Lake"


def test_a_decorated_class_that_cannot_be_a_flavor_fails_its_cell(kernel: LiveKernel) -> None:
    broken = LAKE.replace('{"/"}', '"/"')
    answer = kernel.run(f"{IMPORTS}\n@stack_magic.flavor{broken}")
    assert answer.error == "InvalidFlavorError"


def test_a_class_run_again_takes_over_and_says_so_once(kernel: LiveKernel) -> None:
    assert kernel.run(f"{IMPORTS}{LAKE}").shown == ""
    assert kernel.run("%artifact_store flavor register Lake").ok
    answer = kernel.run(f"{LAKE}    depth: int = 3\n")
    assert answer.data("text/plain") == ["✓ redefined artifact_store flavor lake (Lake)"]
    assert kernel.run("x = 1").shown == ""
    assert "--depth" in kernel.run("%artifact_store flavor describe lake").shown


def test_a_class_run_again_counts_at_once_in_its_own_cell(kernel: LiveKernel) -> None:
    assert kernel.run(f"{IMPORTS}{LAKE}%artifact_store flavor register Lake").ok
    assert kernel.run("%artifact_store register blue --flavor=lake --path=/blue").ok
    redefined = LAKE.replace("FLAVOR", "depth: int = 3\n    FLAVOR")
    answer = kernel.run(f"{redefined}%artifact_store describe blue")
    redefinition, card = answer.data("text/plain")
    assert redefinition.startswith("✓ redefined artifact_store flavor lake")
    assert "depth    3" in card


def test_two_classes_of_one_flavor_in_a_cell_are_refused(kernel: LiveKernel) -> None:
    twin = LAKE.replace("Lake", "Twin")
    answer = kernel.run(f"%%flavor\n{IMPORTS}{LAKE}{twin}")
    assert answer.error == "InvalidFlavorError"
    assert "two classes are artifact_store flavor 'lake'" in answer.shown


def test_components_follow_a_class_run_again(kernel: LiveKernel) -> None:
    assert kernel.run(f"%%flavor\n{IMPORTS}{LAKE}").ok
    assert kernel.run("%artifact_store register blue --flavor=lake --path=/blue").ok
    answer = kernel.run(f"{LAKE}    depth: int = 3\n")
    (shown,) = answer.data("text/plain")
    assert shown.split("\n")[1:] == ["  rebuilt: blue"]
    assert "depth" in kernel.run("%artifact_store describe blue").shown


def test_a_class_run_again_that_no_longer_fits_says_why(kernel: LiveKernel) -> None:
    for head in ("%%flavor\n", f"{IMPORTS}\n@stack_magic.flavor"):
        assert kernel.run(f"{IMPORTS}{LAKE}").ok
        assert kernel.run("%artifact_store flavor register Lake").ok
        kernel.run("%artifact_store register blue --flavor=lake --path=/blue")
        answer = kernel.run(f"{head}{LAKE}    depth: int\n")
        assert answer.ok
        assert "blue keeps its former class" in answer.shown
        assert "depth is required" in answer.shown


def test_a_broken_class_run_again_leaves_the_former_one(kernel: LiveKernel) -> None:
    assert kernel.run(f"%%flavor\n{IMPORTS}{LAKE}").ok
    answer = kernel.run(LAKE.replace('{"/"}', '"/"'))
    assert answer.ok
    assert "flavor lake keeps its former class" in answer.shown
    assert kernel.run("x = 1").shown == ""
    assert kernel.run("%artifact_store register blue --flavor=lake --path=/blue").ok


def plain(text: str) -> str:
    """Return *text* without the colours of IPython's tracebacks."""
    return re.sub(r"\x1b\[[\d;]*m", "", text)
