"""A pipeline packed for another place: its source, what it needs, and a stack's export."""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any

from stack_magic.capture import Program
from stack_magic.errors import CorruptArtifactError, InvalidPipelineError

from ._package_form import HERE, REQUIREMENTS, SOURCE, STACK, read_files
from ._package_source import source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ._pipeline import Pipeline

ARTIFACT_TYPE = "application/vnd.stack-magic.pipeline.v1"
"""The media type of a package in a container registry."""


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
    python: str = HERE

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
    def sources(self) -> Iterator[tuple[str, str]]:
        """All code of it: what it is of, and the text."""
        yield f"pipeline {self.pipeline}", self.source
        for flavor in self.stack["flavors"]:
            yield f"{flavor['type']} flavor {flavor['name']}", flavor["source"]

    def check_runs_here(self, what: str) -> None:
        """Refuse what this Python cannot run, and what does more than define.

        Raises:
            InvalidPipelineError: It is of another Python, or has other statements.
        """
        if self.python != HERE:
            message = f"{what} was packed by Python {self.python}, and this is Python {HERE}"
            hint = f"in a kernel with Python {self.python}: %pipeline run {what} --trust"
            raise InvalidPipelineError(message, hint=hint)
        refused = [
            f"{of}: {one.name} {one.why}"
            for of, text in self.sources
            for one in Program(text).refusals()
        ]
        if refused:
            message = f"{what} does more than define, and is not run: {'; '.join(refused)}"
            raise InvalidPipelineError(message, hint=f"%pipeline describe {what}")

    @property
    def staying(self) -> list[str]:
        """What its source imports and no requirement brings: modules of the project."""
        modules = {module for _, text in self.sources for module in _imported(text)}
        known = {*sys.stdlib_module_names, *metadata.packages_distributions(), "stack_magic"}
        return sorted(modules - known)

    def to_files(self) -> dict[str, bytes]:
        """Return the files of the artifact, the same for the same package."""
        head = {"pipeline": self.pipeline, "variable": self.variable, "python": self.python}
        stack = json.dumps({**head, "stack": self.stack}, indent=2, sort_keys=True)
        return {
            SOURCE: self.source.encode(),
            REQUIREMENTS: "".join(f"{line}\n" for line in self.requirements).encode(),
            STACK: f"{stack}\n".encode(),
        }

    @classmethod
    def from_files(cls, files: Mapping[str, bytes], what: str) -> Package:
        """Return the package in the files of an artifact; nothing of it is run.

        Raises:
            CorruptArtifactError: They are not those of a package.
        """
        try:
            return cls(**read_files(files))
        except ValueError as error:
            message = f"{what} is no packaged pipeline: {error}"
            hint = "%pipeline package NAME --tag TAG packs it anew"
            raise CorruptArtifactError(message, hint=hint) from None


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
