"""One call of a step's function: its arguments checked, what it returns awaited and read."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stack_magic.errors import StepFailedError
from stack_magic.stack import current_step

from ._annotations import RETURNED, misfit
from ._arguments import together
from ._iterators import is_iterator, items_of, items_of_async
from ._step_output import say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping

    from ._graph import Node
    from ._step import Step


def call_function(node: Node, arguments: Mapping[str, Any]) -> Any:
    """Call the function of *node* with arguments that were taken apart; return its value.

    A coroutine is run to its end, a generator is read into a list.

    Raises:
        StepFailedError: The step is strict, and a value does not fit its annotation.
        InvalidPipelineError: A generator gives more than a million items.
    """
    args, kwargs = together(node, arguments)
    _check_given(node.step, args, kwargs)
    with _no_running_loop():
        returned = _settled(node.step.function(*args, **kwargs), node.name)
    if RETURNED in node.step.annotations and not _reads_items(node.step):
        _check(node.step, "what it returns", returned, node.step.annotations[RETURNED])
    return returned


def _settled(returned: Any, step: str) -> Any:
    if inspect.isawaitable(returned):
        return _settled(asyncio.run(_awaited(returned)), step)
    whose = f"what step {step!r} returns"
    if inspect.isasyncgen(returned):
        return asyncio.run(_all_of(returned, whose))
    if is_iterator(returned):
        return items_of(returned, whose)
    if type(returned) is tuple:
        return tuple(items_of(m, whose) if is_iterator(m) else m for m in returned)
    return returned


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def _all_of(items: AsyncIterator[Any], whose: str) -> list[Any]:
    return await items_of_async(items, whose)


@contextmanager
def _no_running_loop() -> Iterator[None]:
    """Let the block run event loops of its own: the notebook's waits for the cell anyway."""
    running = asyncio._get_running_loop()  # noqa: SLF001 - the way that asyncio documents
    if running is None:
        yield
        return
    asyncio._set_running_loop(None)  # noqa: SLF001 - likewise
    try:
        yield
    finally:
        asyncio._set_running_loop(running)  # noqa: SLF001 - likewise
        asyncio.set_event_loop(running)  # `asyncio.run` leaves none


def _reads_items(step: Step[..., Any]) -> bool:
    """Whether the function is a generator: its annotation tells of that, not of the list."""
    function = inspect.unwrap(step.function)
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def _check_given(step: Step[..., Any], args: list[Any], kwargs: Mapping[str, Any]) -> None:
    if not step.annotations:
        return
    for name, value in step.signature.bind(*args, **kwargs).arguments.items():
        if name not in step.annotations:
            continue
        annotation, kind = step.annotations[name], step.signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            members = [(f"{name}[{number}]", one) for number, one in enumerate(value)]
        elif kind is inspect.Parameter.VAR_KEYWORD:
            members = list(value.items())
        else:
            members = [(name, value)]
        for member, one in members:
            _check(step, f"argument {member!r}", one, annotation)


def _check(step: Step[..., Any], what: str, value: Any, annotation: Any) -> None:
    """Tell of a value that does not fit; a strict step fails."""
    how = misfit(value, annotation)
    if not how:
        return
    if step.strict:
        message = f"{what} {how}"
        hint = "change the annotation or the value, or leave strict=True out"
        raise StepFailedError(message, hint=hint)
    context = current_step()
    if step.is_told_first(what, context.run if context else ""):
        say(f"▲ step {step.name!r}: {what} {how}; @step(strict=True) refuses it")
