"""One registration by magic, over pydantic and click doing the bare same."""

from __future__ import annotations

import hashlib
import inspect
import time
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

import click
from IPython.core.interactiveshell import InteractiveShell
from pydantic import BaseModel, ConfigDict, Field

import stack_magic
from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.magics import load

from .measure import Figure, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROUNDS = 40


class _Lake(BaseArtifactStore):
    """What is registered."""

    FLAVOR: ClassVar[str] = "lake"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"s3://"}

    retries: int = Field(default=3, ge=0, description="Tries before giving up")


class _Bare(BaseModel):
    """The same without anything around it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    uuid: UUID = Field(default_factory=uuid4)
    path: str
    retries: int = Field(default=3, ge=0, description="Tries before giving up")


_bare: dict[str, dict[str, Any]] = {"flavors": {}, "components": {}, "stacks": {}}


@click.group()
def _group() -> None:
    """Hold the bare commands."""


@_group.command("flavor")
@click.argument("name")
def _flavor(name: str) -> None:
    # The source is part of the work: it is what leaves the notebook later.
    hashlib.sha256(inspect.getsource(_Bare).encode()).hexdigest()
    _bare["flavors"] = {**_bare["flavors"], name: _Bare}


@_group.command("component")
@click.argument("name")
@click.option("--flavor", required=True)
@click.option("--path")
@click.option("--retries")
def _component(name: str, flavor: str, path: str, retries: str) -> None:
    made = _bare["flavors"][flavor](name=name, path=path, retries=retries)
    _bare["components"] = {**_bare["components"], name: made}


@_group.command("stack")
@click.argument("name")
@click.option("-o", "--orchestrator")
@click.option("-a", "--artifact-store")
@click.option("-m", "--metadata-store")
def _stack(name: str, **slots: str) -> None:
    slots["artifact_store"] = _bare["components"][slots["artifact_store"]]
    _bare["stacks"] = {**_bare["stacks"], name: slots}


def _click(*words: str) -> None:
    _group.main(args=list(words), standalone_mode=False)


def _per_call(call: Callable[[int], object]) -> float:
    begin = time.perf_counter()
    for number in range(_ROUNDS):
        call(number)
    return (time.perf_counter() - begin) / _ROUNDS


def _shell() -> InteractiveShell:
    shell = InteractiveShell.instance()
    load(shell)
    shell.user_ns["Lake"] = _Lake
    return shell


def _names() -> Callable[[], str]:
    numbers = iter(range(10**9))
    return lambda: f"n{next(numbers)}"


def figures() -> Iterator[Figure]:
    """Yield a figure for each kind of registration, and the component's at 10,000."""
    shell, new = _shell(), _names()
    session = stack_magic.session()

    def magic(name: str, text: str) -> None:
        shell.run_line_magic(name, text)

    def our_flavor(_: int) -> None:
        magic("artifact_store", "flavor register Lake")
        magic("artifact_store", "flavor delete lake")

    def our_component(_: int) -> None:
        magic("artifact_store", f"register {new()} --flavor=lake --path=s3://b --retries=5")

    def our_stack(_: int) -> None:
        magic("stack", f"register {new()} -o default -a first -m default")

    def bare_flavor(_: int) -> None:
        _click("flavor", "lake")
        _bare["flavors"].pop("lake")

    def bare_component(_: int) -> None:
        _click("component", new(), "--flavor=lake", "--path=s3://b", "--retries=5")

    def bare_stack(_: int) -> None:
        _click("stack", new(), "-o", "default", "-a", "first", "-m", "default")

    against = "pydantic and click doing the bare same"
    clean = session.registry.snapshot
    yield _figure("register (and delete) a flavor", our_flavor, bare_flavor, against)
    magic("artifact_store", "flavor register Lake")
    magic("artifact_store", "register first --flavor=lake --path=s3://b")
    _click("flavor", "lake")
    _click("component", "first", "--flavor=lake", "--path=s3://b", "--retries=5")
    yield _figure("register a component", our_component, bare_component, against)
    yield _figure("register a stack", our_stack, bare_stack, against)
    session.registry.swap(session.registry.snapshot, clean)
    yield _at_scale(shell, new)


def _figure(
    name: str, ours: Callable[[int], object], limit: Callable[[int], object], against: str
) -> Figure:
    seconds = compare(lambda: _per_call(ours), lambda: _per_call(limit), repeats=7)
    return Figure(name, *seconds, 3, against)


def _at_scale(shell: InteractiveShell, new: Callable[[], str]) -> Figure:
    session = stack_magic.session()
    shell.run_line_magic("artifact_store", "flavor register Lake")
    few = session.registry.snapshot
    for _ in range(10):
        session.register_component("artifact_store", new(), flavor="lake", path="s3://b")
    few = session.registry.snapshot
    for _ in range(10_000):
        session.register_component("artifact_store", new(), flavor="lake", path="s3://b")
    many = session.registry.snapshot

    def register(_: int) -> None:
        line = f"register {new()} --flavor=lake --path=s3://b"
        shell.run_line_magic("artifact_store", line)

    def among(snapshot: Any) -> float:
        session.registry.swap(session.registry.snapshot, snapshot)
        return _per_call(register)

    seconds = compare(lambda: among(many), lambda: among(few), repeats=7)
    return Figure("register a component among 10,000", *seconds, 2, "the same among 10")
