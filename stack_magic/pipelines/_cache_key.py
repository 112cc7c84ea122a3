"""The key under which a step's outputs are found again, and what it was made of."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from stack_magic.capture import (
    BELOW,
    SOME_FILE,
    Digester,
    Outside,
    Reference,
    files_named,
    is_like_a_file,
    resolved,
    texts_like_files,
    texts_of,
)

from ._files_read import FILES, MISSING, UnreadableError
from ._policy import CachePolicy
from ._recorded_reads import names_read
from ._refusals import uncounted_reads, unknown_reads, unread_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from stack_magic.capture import Walk
    from stack_magic.metadata_stores import ArtifactRecord

    from ._graph import Node

WRITTEN = "written by the step"
_SHORT = 4
"""Characters of a digest by which two values are compared: too few to try guesses against."""
_INPUT = 32
"""Characters of the digest of an input, which is no secret."""


@dataclass(frozen=True)
class CacheKey:
    """What decides a step's outputs.

    Attributes:
        text: SHA-256 of it all; empty where the step is not cached.
        reads: What it is made of beside code, as JSON: parameters, inputs, files, the
            environment, each by name.
        refusals: Why the step is not cached.
        notes: What it reads that does not count: the clock, random numbers.
    """

    text: str
    reads: Mapping[str, Any] = field(default_factory=dict)
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def files(self) -> Mapping[str, str]:
        """The files that count, by name, with their digests."""
        found: Mapping[str, str] = names_read(self.reads, "files")
        return found


class KeyMaker:
    """Makes the cache keys of a run's steps.

    Args:
        tell: Told in words when a large file is read.
    """

    def __init__(self, tell: Callable[[str], object] = str) -> None:
        self._tell = tell
        self._named: dict[str, tuple[tuple[Outside, ...], tuple[str, ...]]] = {}

    def key(
        self,
        node: Node,
        walk: Walk,
        inputs: Mapping[str, ArtifactRecord],
        written: Iterable[str] = (),
        values: Callable[[ArtifactRecord], Any] = lambda _: None,
    ) -> CacheKey:
        """Return the key of one call.

        Args:
            node: The call.
            walk: What its code reaches.
            inputs: What it is given by other steps.
            written: The files that the step is known to write: they count by their names.
            values: Gives the value of an input; asked only for paths.
        """
        if node.step.cache is False:
            return CacheKey("", refusals=("cache=False",))
        policy = node.step.cache if isinstance(node.step.cache, CachePolicy) else CachePolicy()
        call = Digester().walk((node.arguments.plain, dict(node.parameters)))
        refusals: list[str] = []
        if call.is_opaque:
            refusals.extend(unread_parameters(node))
        files = _known_below(node, inputs, self._files_of(walk)[0])
        outside = (*walk.outside, *call.outside, *files)
        refusals.extend(unknown_reads(outside, policy, knows=node.step.cache is True))
        paths = (values(a) for a in inputs.values() if "Path" in a.type_name)
        names = (*_file_names(outside), *(os.fspath(p) for p in paths if isinstance(p, PurePath)))
        likely = (*self._files_of(walk)[1], *_texts(node.parameters.values()))
        reads = {
            "parameters": {n: _short(v) for n, v in node.parameters.items()},
            "inputs": {name: _input(record) for name, record in inputs.items()},
            "files": self._digests(names, likely, policy, set(written), refusals),
            "environment": {name: _variable(name)[:_SHORT] for name in policy.environment},
            "code": _sources(policy, refusals),
            "function": _answer(policy, refusals),
        }
        notes = uncounted_reads(walk)
        if refusals:
            return CacheKey("", reads, tuple(dict.fromkeys(refusals)), notes)
        step = (node.step.name, node.step.outputs)
        # Whole, while what is recorded of them is a few characters.
        whole = [walk.digest, call.digest, *map(_variable, policy.environment)]
        parts = [step, whole, {n: v for n, v in reads.items() if v}]
        text = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return CacheKey(text, reads, (), notes)

    def reads_files(self, node: Node, walk: Walk) -> bool:
        """Whether files may count: then it has to be known which of them the step writes."""
        outside, likely = self._files_of(walk)
        named = [*outside, *walk.outside]
        paths = (type(v).__module__.startswith("pathlib") for v in node.parameters.values())
        return bool(
            likely
            or any(kind in {"file", SOME_FILE, BELOW} for kind, _ in named)
            or any(paths)
            or list(_texts(node.parameters.values()))
            or isinstance(node.step.cache, CachePolicy)
        )

    def written(self, reads: Mapping[str, Any]) -> frozenset[str]:
        """Return the files that a recorded step is known to have written."""
        files = names_read(reads, "files")
        return frozenset(name for name, content in files.items() if content == WRITTEN)

    def changed_files(self, key: CacheKey) -> frozenset[str]:
        """Return those of a key's files that are others by now: the step has written them."""
        changed = set()
        for name, former in key.files.items():
            try:
                if former != WRITTEN and FILES.digest(name, self._tell) != former:
                    changed.add(name)
            except UnreadableError:
                changed.add(name)
        return frozenset(changed)

    def _files_of(self, walk: Walk) -> tuple[tuple[Outside, ...], tuple[str, ...]]:
        if walk.digest not in self._named:
            self._named[walk.digest] = (files_named(walk), texts_like_files(walk))
        return self._named[walk.digest]

    def _digests(
        self,
        names: Sequence[str],
        likely: Sequence[str],
        policy: CachePolicy,
        written: set[str],
        refusals: list[str],
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in dict.fromkeys((*names, *policy.file_dependencies, *likely)):
            is_sure = name in names or name in policy.file_dependencies
            if name in written:
                found[name] = WRITTEN
            elif is_sure or os.path.isfile(name):  # noqa: PTH113 - a text that may be no path
                try:
                    found[name] = FILES.digest(name, self._tell)
                except UnreadableError as error:
                    refusals.append(f"a file counts by its content, and {error}")
        return found


def _file_names(outside: Iterable[Outside]) -> Iterator[str]:
    return (name for kind, name in outside if kind == "file")


def _known_below(
    node: Node, inputs: Mapping[str, ArtifactRecord], files: Iterable[Outside]
) -> Iterator[Outside]:
    """Yield files; one below a parameter only where that is no path: those count themselves."""
    for one in files:
        if one.kind != BELOW:
            yield one
            continue
        parameter, _, reader = one.name.partition(" ")
        is_input = parameter in inputs and "Path" in inputs[parameter].type_name
        if not is_input and not isinstance(node.parameters.get(parameter), PurePath):
            yield Outside(SOME_FILE, reader)


def _texts(values: Iterable[Any]) -> Iterator[str]:
    return (text for value in values for text in texts_of(value) if is_like_a_file(text))


def _short(value: Any) -> str:
    return Digester().digest(value)[:_SHORT]


def _input(record: ArtifactRecord) -> str:
    """Return what an input counts by: its bytes, and the code that they refer to."""
    parts = [record.materializer, record.sha256]
    for text in record.references:
        try:
            thing = resolved(Reference(*text.split(":")))
        except (ImportError, AttributeError):
            thing = None
        parts.append("" if thing is None else Digester(imports=True).digest(thing))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_INPUT]


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        return MISSING
    return hashlib.sha256(value.encode(errors="surrogateescape")).hexdigest()


def _sources(policy: CachePolicy, refusals: list[str]) -> dict[str, str]:
    digester = Digester(imports=True)
    found = {}
    for thing in policy.source_dependencies:
        name = getattr(thing, "__qualname__", getattr(thing, "__name__", repr(thing)[:80]))
        walk = digester.walk(thing)
        found[name] = walk.digest
        if walk.is_opaque:
            refusals.append(f"source dependency {name} cannot be read")
    return found


def _answer(policy: CachePolicy, refusals: list[str]) -> str:
    if policy.cache_func is None:
        return ""
    try:
        walk = Digester().walk(policy.cache_func())
    except Exception as error:  # noqa: BLE001 - a function of the user's may raise anything
        refusals.append(f"cache_func raised {type(error).__name__}: {error}")
        return ""
    if walk.is_opaque:
        refusals.append("what cache_func returned cannot be read as data")
    return walk.digest
