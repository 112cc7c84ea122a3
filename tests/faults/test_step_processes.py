"""What runs steps elsewhere ends with the kernel, and the kernel outlives its steps."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.live_kernel import LIMIT
from tests.machine.processes import group_ends, group_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.manager import KernelManager

SETUP = """
%load_ext stack_magic
%step_operator register far --flavor=subprocess
%stack update default --step_operator=far
import os, signal, subprocess, sys, threading
from stack_magic import pipeline, step

@step
def load() -> int:
    return 1

@step(step_operator="far")
def fit(number, how):
    if how == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if how == "children":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        os.fork()
    os.write(1, b"the step is running %d\\n" % os.getpgrp())  # at once, also by two
    if how == "memory":
        return len(bytearray(10 ** 15))
    if how == "C":
        sum(range(10 ** 12))
    if how == "crash":
        os.abort()
    threading.Event().wait()

@pipeline
def train(how: str = "idle"):
    fit(load(), how)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")


@pytest.fixture
def client(manager: KernelManager) -> Iterator[BlockingKernelClient]:
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT)
    answer = client.execute_interactive(SETUP, timeout=LIMIT, output_hook=lambda _: None)
    assert answer["content"]["status"] == "ok"
    yield client
    client.stop_channels()


def _running_group(client: BlockingKernelClient) -> int:
    """Wait for what the step prints; return the group of its processes."""
    while True:
        message = client.get_iopub_msg(timeout=LIMIT)
        content: dict[str, Any] = message["content"]
        assert message["msg_type"] != "error", content
        said = str(content.get("text", ""))
        if "the step is running" in said:
            return int(said.partition("the step is running")[2].split()[0])


@pytest.mark.parametrize("how", ["idle", "deaf", "children", "C"])
def test_a_killed_kernel_leaves_no_step_running(
    manager: KernelManager, client: BlockingKernelClient, how: str
) -> None:
    client.execute(f"train.run(how={how!r})")
    group = _running_group(client)
    assert group_of(group)
    os.kill(manager.provisioner.pid, signal.SIGKILL)  # type: ignore[union-attr]
    assert group_ends(group)


def test_a_restarted_kernel_leaves_no_step_running(
    manager: KernelManager, client: BlockingKernelClient
) -> None:
    client.execute("train.run(how='deaf')")
    group = _running_group(client)
    manager.restart_kernel(now=True)
    assert group_ends(group)


@pytest.mark.parametrize("how", ["idle", "C"])
def test_ctrl_c_ends_the_step_and_leaves_the_kernel(
    manager: KernelManager, client: BlockingKernelClient, how: str
) -> None:
    request = client.execute(f"train.run(how={how!r})", stop_on_error=False)
    group = _running_group(client)
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=LIMIT))["parent_header"]["msg_id"] != request:
        pass
    assert reply["content"]["ename"] == "RunCancelledError"
    assert group_ends(group)
    _kernel_lives(client)


@pytest.mark.parametrize(("how", "why"), [("memory", "MemoryError"), ("crash", "SIGABRT")])
def test_a_step_that_dies_fails_and_the_kernel_lives(
    client: BlockingKernelClient, how: str, why: str
) -> None:
    said: list[str] = []
    answer = client.execute_interactive(
        f"run = train.run(how={how!r}); print(run['fit'].error)",
        timeout=LIMIT,
        output_hook=lambda message: said.append(str(message["content"])),
    )
    told = f"{answer['content']} {said}"
    assert why in told
    _kernel_lives(client)


def _kernel_lives(client: BlockingKernelClient) -> None:
    answer = client.execute_interactive("1 + 1", timeout=LIMIT, output_hook=lambda _: None)
    assert answer["content"]["status"] == "ok"
