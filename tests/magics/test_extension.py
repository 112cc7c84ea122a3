"""`%load_ext` puts everything on the shell, once; `%unload_ext` takes all of it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_kernel import LiveKernel


@pytest.fixture
def bare(module_kernel: LiveKernel, tmp_path: Path) -> LiveKernel:
    """Return a kernel without the extension."""
    module_kernel.fresh(tmp_path)
    return module_kernel


def test_unloading_leaves_the_shell_as_it_was(bare: LiveKernel) -> None:
    before = bare.side("shell_state()")
    assert bare.run("%load_ext stack_magic").ok
    assert bare.side("shell_state()") != before
    assert bare.run("%unload_ext stack_magic").ok
    assert bare.side("shell_state()") == before


def test_a_magic_of_the_users_own_comes_back(bare: LiveKernel) -> None:
    own = """
from IPython.core.magic import register_line_magic
@register_line_magic
def stack(line):
    return "mine"
"""
    assert bare.run(own).ok
    assert bare.run("%load_ext stack_magic").ok
    assert bare.run("%unload_ext stack_magic").ok
    assert "mine" in bare.run("%stack").shown
    assert bare.run("get_ipython().magics_manager.magics['line'].pop('stack')").ok


def test_loading_twice_and_reloading_are_the_same_as_loading_once(bare: LiveKernel) -> None:
    assert bare.run("%load_ext stack_magic").ok
    once = bare.side("shell_state()")
    assert bare.run("import stack_magic\nstack_magic.load_ipython_extension(get_ipython())").ok
    assert bare.run("%reload_ext stack_magic").ok
    assert bare.run("%reload_ext stack_magic").ok
    assert bare.side("shell_state()") == once


def test_loading_shows_and_writes_nothing(bare: LiveKernel, tmp_path: Path) -> None:
    answer = bare.run("%load_ext stack_magic")
    assert not answer.shown
    assert not list(tmp_path.iterdir())


def test_what_is_registered_outlives_a_reload(kernel: LiveKernel) -> None:
    assert kernel.run("%artifact_store copy default lake").ok
    assert kernel.run("%unload_ext stack_magic").ok
    assert kernel.run("%load_ext stack_magic").ok
    assert "lake" in kernel.run("%artifact_store list").shown


def test_after_unloading_a_line_is_unknown_to_ipython(kernel: LiveKernel) -> None:
    assert kernel.run("%unload_ext stack_magic").ok
    assert "not found" in kernel.run("%stack list").shown
    assert "%stack register" not in kernel.complete("%stack re")
