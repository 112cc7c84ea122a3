"""The other end of a step operator: calls one shipped step.

`python -m stack_magic.pipelines.worker` reads the step from its standard input and writes
the answer to its standard output; whatever the step prints goes to the standard error. In
a Python process that a cluster has started, `call` does the same with bytes.
"""

from __future__ import annotations

import atexit
import faulthandler
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from stack_magic.errors import StackMagicError
from stack_magic.materializers import load
from stack_magic.secrets import masked
from stack_magic.stack import StepContext

from ._failure import describe_failure
from ._outputs import Answer, outputs_of
from ._shipment import arrived, strangers
from ._step_call import call_step
from ._step_output import tapped_streams

if TYPE_CHECKING:
    from ._graph import Node
    from ._shipment import Shipment


_PATIENCE = 5.0
"""Seconds for threads that a step has left, and for what it wants done at the exit."""


def call(payload: bytes) -> bytes:
    """Call the step that a `StepJob` carries and return the answer as bytes.

    Raises:
        StepFailedError: The payload is of another version of Python.
    """
    with arrived(payload) as shipment:
        return _answer(shipment).to_bytes()


def _answer(shipment: Shipment) -> Answer:
    node = shipment.node
    context = StepContext(shipment.pipeline, shipment.run, node.name, shipment.stack)
    try:
        return _called(shipment, context)
    except BaseException as error:  # noqa: BLE001 - a step may raise anything
        return Answer(error=masked(_told(error, node)))


def _called(shipment: Shipment, context: StepContext) -> Answer:
    node = shipment.node
    with tapped_streams():
        parts = shipment.unconfirmed()
        if parts and shipment.by_import:
            return Answer(error=_refusal(shipment))
        before = set(sys.modules)
        arguments = {**node.parameters}
        for name, given in shipment.inputs.items():
            arguments[name] = load(*given)
        outputs = tuple(outputs_of(node, call_step(node, context, arguments)))
        return Answer(outputs, parts=parts, strangers=strangers(before))


def _refusal(shipment: Shipment) -> str:
    modules = ", ".join(shipment.by_import)
    return (
        f"step {shipment.node.name!r} is not run with other code than the kernel's: what {modules} "
        "holds cannot travel, and its file has other code than the kernel has loaded; reload it "
        f"there: importlib.reload({shipment.by_import[0]})"
    )


def _told(error: BaseException, node: Node) -> str:
    memory = node.step.resources.memory if node.step.resources else None
    text = describe_failure(error)
    is_limit = isinstance(error, MemoryError) and memory
    return f"{text}\n  the limit of step {node.name!r} is {memory} of memory" if is_limit else text


def main() -> NoReturn:
    """Carry bytes from the standard input to the standard output."""
    worker = os.getpid()
    answers = os.dup(1)
    os.dup2(2, 1)  # what the step prints, also from C, must not get among the answer
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(  # type: ignore[union-attr]
            encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
    faulthandler.enable(all_threads=False)  # a crash in C code says where
    try:
        answer = call(sys.stdin.buffer.read())
    except StackMagicError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    if os.getpid() != worker:
        os._exit(0)  # a fork that the step has left behind: the answer is not its to give
    with os.fdopen(answers, "wb") as out:
        out.write(answer)
    _leave()


def _leave() -> NoReturn:
    """End the process when what the step has left behind has ended, but not wait for ever.

    Without Python's own tearing down, in which libraries with threads in C have been seen
    to abort: the answer is given, and a crash would take it back.
    """
    timer = threading.Timer(_PATIENCE, os._exit, (0,))
    timer.daemon = True
    timer.start()
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
    with suppress(Exception):  # each is the step's
        atexit._run_exitfuncs()  # noqa: SLF001 - what an exit would run
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError, OSError, AttributeError):  # the step may have closed it
            stream.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
