"""A pipeline packed for another place: its source, what it needs, and a stack's export."""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any

from stack_magic.capture import capture
from stack_magic.errors import CorruptArtifactError, InvalidNameError, InvalidPipelineError
from stack_magic.stack import check_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ._pipeline import Pipeline

ARTIFACT_TYPE = "application/vnd.stack-magic.pipeline.v1"
"""The media type of a package in a container registry."""

_SOURCE, _REQUIREMENTS, _STACK = "pipeline.py", "requirements.txt", "stack.json"
_LARGEST = 4 * 1024 * 1024
_NOT_OF_THE_FORM = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
    InvalidNameError,
)


@dataclass(frozen=True)
class Package:
    """A pipeline as it travels; reading one runs nothing.

    Attributes:
        pipeline: Name of the pipeline.
        variable: The name that the source gives it.
        source: Python that defines the pipeline with its steps and all they need.
        requirements: Pip requirements, pinned, sorted.
        stack: The stack's export: name, components with references only, flavors' source.
        python: Version of Python that packed it: `3.11`.
    """

    pipeline: str
    variable: str
    source: str
    requirements: tuple[str, ...] = ()
    stack: Mapping[str, Any] = field(default_factory=dict)
    python: str = f"{sys.version_info.major}.{sys.version_info.minor}"

    @classmethod
    def of(cls, pipeline: Pipeline, stack: Mapping[str, Any], needed: Iterable[str]) -> Package:
        """Return the package of a pipeline.

        Args:
            pipeline: The pipeline; its source is captured as it is now.
            stack: The export of the stack that it is to run on.
            needed: Pip requirements of the stack.

        Raises:
            InvalidPipelineError: Part of it has no source; each part is named.
        """
        source = source_of(pipeline, f"pipeline {pipeline.name!r}")
        texts = [source, *(flavor["source"] for flavor in stack["flavors"])]
        requirements = sorted({*needed, *(r for text in texts for r in _requirements(text))})
        variable = pipeline.function.__name__
        return cls(pipeline.name, variable, source, tuple(requirements), stack)

    @property
    def staying(self) -> list[str]:
        """What its source imports and no requirement brings: modules of the project."""
        texts = [self.source, *(flavor["source"] for flavor in self.stack["flavors"])]
        modules = {module for text in texts for module in _imported(text)}
        known = {*sys.stdlib_module_names, *metadata.packages_distributions(), "stack_magic"}
        return sorted(modules - known)

    def to_files(self) -> dict[str, bytes]:
        """Return the files of the artifact, the same for the same package."""
        head = {"pipeline": self.pipeline, "variable": self.variable, "python": self.python}
        stack = json.dumps({**head, "stack": self.stack}, indent=2, sort_keys=True)
        return {
            _SOURCE: self.source.encode(),
            _REQUIREMENTS: "".join(f"{line}\n" for line in self.requirements).encode(),
            _STACK: f"{stack}\n".encode(),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], what: str) -> Package:
        """Return the package in the files of an artifact; nothing of it is run.

        Raises:
            CorruptArtifactError: They are not those of a package.
        """
        try:
            head = json.loads(_checked(files)[_STACK])
            return cls(
                pipeline=check_name(head["pipeline"]),
                variable=_identifier(head["variable"]),
                source=files[_SOURCE].decode(),
                requirements=tuple(files[_REQUIREMENTS].decode().split("\n")[:-1]),
                stack=_stack_of(head["stack"]),
                python=str(head["python"]),
            )
        except _NOT_OF_THE_FORM:
            message = f"{what} is no packaged pipeline"
            raise CorruptArtifactError(message) from None


def _checked(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    if sum(map(len, files.values())) > _LARGEST:
        raise ValueError(_LARGEST)
    return files


def _identifier(text: Any) -> str:
    if not str(text).isidentifier():
        raise ValueError(text)
    return str(text)


def _stack_of(export: Any) -> dict[str, Any]:
    """Return the export of a stack, if it has the form of one."""
    texts = [export["name"]]
    for kind, component in export["components"].items():
        texts += [kind, component["name"], component["flavor"]]
        texts += [text for pair in component["configuration"].items() for text in pair]
    for flavor in export["flavors"]:
        texts += [flavor[key] for key in ("type", "name", "class", "source")]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(texts)
    return dict(export)


def source_of(thing: Any, what: str) -> str:
    """Return the runnable source of a class, function, step or pipeline with all it needs.

    Raises:
        InvalidPipelineError: Part of it cannot be written as source.
    """
    captured = capture(thing)
    if captured.source is not None:
        return captured.source
    lost = [need.name for need in captured.needs if need.source is None]
    if captured.definition is None:
        lost.append(captured.name)
    parts = ", ".join(lost) or captured.name
    message = f"{what} cannot be packaged: {parts} cannot be written as source"
    hint = "define it in a cell as a function, a class or plain data, or import it"
    raise InvalidPipelineError(message, hint=hint)


def _requirements(source: str) -> set[str]:
    """Return the pinned distributions of what *source* imports, Python's own left out."""
    found = metadata.packages_distributions()
    names = {name for module in _imported(source) for name in found.get(module, ())}
    return {f"{name}=={metadata.version(name)}" for name in {*names, "stack-magic"}}


def _imported(source: str) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.partition(".")[0])
    return modules
