"""What a run has acknowledged survives the kernel; Ctrl-C ends it at once."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.artifact_stores import LocalArtifactStore
from stack_magic.enums import Outcome
from stack_magic.metadata_stores import SqliteMetadataStore
from stack_magic.orchestrators import LocalOrchestrator
from stack_magic.pipelines import Run
from stack_magic.stack import Stack
from tests.live_kernel import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.manager import KernelManager

PIPELINE = """
%load_ext stack_magic
from stack_magic import pipeline, step

@step
def load() -> list[int]:
    return [1, 2, 3]

@step
def total(numbers: list[int]) -> int:
    return sum(numbers)

@step
def endless(number: int) -> int:
    import threading
    print("the step is running", flush=True)
    threading.Event().wait()
    return number

@pipeline
def train():
    endless(total(load()))

train.run()
"""


@pytest.fixture
def client(manager: KernelManager) -> Iterator[BlockingKernelClient]:
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT)
    yield client
    client.stop_channels()


def _until_running(client: BlockingKernelClient) -> None:
    """Wait for what the endless step prints."""
    while True:
        message = client.get_iopub_msg(timeout=LIMIT)
        content: dict[str, Any] = message["content"]
        assert message["msg_type"] != "error", content
        if "the step is running" in str(content.get("text", "")):
            return


def _stack(folder: Path) -> Stack:
    components = (
        LocalOrchestrator(name="default"),
        LocalArtifactStore(name="default", path=str(folder / ".stack_magic" / "artifacts")),
        SqliteMetadataStore(name="default", uri=str(folder / ".stack_magic" / "metadata.db")),
    )
    return Stack.from_components("default", {c.TYPE: c for c in components})


def test_what_a_run_acknowledged_survives_a_killed_kernel(
    manager: KernelManager, client: BlockingKernelClient, tmp_path: Path
) -> None:
    client.execute(PIPELINE)
    _until_running(client)
    pid = manager.provisioner.pid  # type: ignore[union-attr]
    os.kill(pid, signal.SIGKILL)
    manager.restart_kernel(now=True)
    stack = _stack(tmp_path)
    run = Run.load(stack, "train-1")
    assert run.outcome is None
    assert {name: step.outcome for name, step in run.steps.items()} == {
        "load": Outcome.DONE,
        "total": Outcome.DONE,
    }
    assert run["total"].output == 6
    stack.metadata_store.close()


def test_the_next_kernel_goes_on_from_the_cache(
    manager: KernelManager, client: BlockingKernelClient, tmp_path: Path
) -> None:
    client.execute(PIPELINE)
    _until_running(client)
    os.kill(manager.provisioner.pid, signal.SIGKILL)  # type: ignore[union-attr]
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=LIMIT)
    cured = PIPELINE.replace("threading.Event().wait()", "pass")
    reply = client.execute_interactive(cured, timeout=LIMIT, output_hook=lambda _: None)
    assert reply["content"]["status"] == "ok"
    stack = _stack(tmp_path)
    outcomes = [str(step.outcome) for step in Run.load(stack, "train-2").steps.values()]
    assert outcomes == ["cached", "cached", "done"]
    stack.metadata_store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kernels are interrupted otherwise there")
def test_ctrl_c_cancels_a_run_and_leaves_the_kernel(
    manager: KernelManager, client: BlockingKernelClient, tmp_path: Path
) -> None:
    request = client.execute(PIPELINE, stop_on_error=False)  # what is asked next is answered
    _until_running(client)
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=LIMIT))["parent_header"]["msg_id"] != request:
        pass
    assert reply["content"]["ename"] == "RunCancelledError"
    assert "2 of 3 steps are done" in reply["content"]["evalue"]
    answer = client.execute_interactive("1 + 1", timeout=LIMIT, output_hook=lambda _: None)
    assert answer["content"]["status"] == "ok"
    stack = _stack(tmp_path)
    assert Run.load(stack, "train-1").outcome is Outcome.CANCELLED
    stack.metadata_store.close()
