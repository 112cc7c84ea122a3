"""Lines of magics, as anybody may type or paste them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import click
from hypothesis import strategies as st

from stack_magic.enums import StackComponentType
from stack_magic.grammar import complete, parse
from stack_magic.grammar._tree import tree
from stack_magic.session import Session
from tests.fuzzing.target import FoundError, Target, result_or_error
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

_MAGICS = ["stack", "pipeline", "flavor", "secret", *map(str, StackComponentType)]
_PIECES = st.sampled_from(
    [*"'\"\\=$[]{}@:,#;|-é\0\n\t ", "--", "$'", "$name", "{name}", "{{s.k}}", "@env:HOME"]
)
_NAMES = st.sampled_from(
    ["default", "local", "lake", "pager", "ops", "train-1", "v", "..", "", "1", "\ud800", "@prompt"]
)


def _words(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        yield from (option for option in parameter.opts if option.startswith("-"))
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield name
            yield from _words(below)


def _paths(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _paths(below, *path, name)


@st.composite
def _inputs(draw: st.DrawFn) -> list[str]:
    magic = draw(st.sampled_from(_MAGICS))
    root = tree(magic)
    path = draw(st.sampled_from(sorted(_paths(root))))
    known = st.sampled_from(sorted(set(_words(root))))
    text = st.lists(_PIECES | st.text(max_size=4) | _NAMES, max_size=4).map("".join)
    option = st.builds(lambda name, value: f"{name}={value}", known, text | _NAMES)
    words = st.lists(known | text | option | _NAMES, max_size=5)
    return [magic, " ".join(chain(path, draw(words)))]


def inputs() -> SearchStrategy[list[str]]:
    """Return a magic and the rest of its line."""
    return _inputs()


def begin(folder: Path) -> Callable[[Any], None]:
    """Return the trial: read, written again, previewed and completed."""
    session = Session()
    session.namespace = {"name": "ops", "number": 3, "nothing": None}
    session.register_flavor(Lake)
    session.register_flavor(Pager)
    session.register_component("alerter", "ops", flavor="pager")

    def trial(value: Any) -> None:
        magic, line = value
        with result_or_error():
            command = parse(magic, line, session.namespace, session)
            again, _, rest = str(command).removeprefix("%").partition(" ")
            if str(parse(again, rest)) != str(command):
                message = f"{command} is read as {parse(again, rest)}"
                raise FoundError(message)
            repr(session.preview(command))
        with result_or_error():
            complete(magic, line, session)

    return trial


LINES = Target("lines", inputs, begin)
