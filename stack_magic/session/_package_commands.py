"""Commands that pack a pipeline into a container registry, and run it from there."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.display import Document, Line, render_text
from stack_magic.enums import Severity, StackComponentType
from stack_magic.errors import ConsentNeededError, ReferenceRefusedError
from stack_magic.materializers import type_name
from stack_magic.secrets import holds_secret
from stack_magic.stack import Diagnostic, Report

from ._answers import Answer, Change, done, told
from ._command import NOTHING, configured, line
from ._package_contents import contents_of, facts_of, refuse_secrets, repository_of
from ._pipeline_commands import parameter_values
from ._ready import ready_parts, ready_stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stack_magic.container_registries import BaseContainerRegistry, Image
    from stack_magic.pipelines import Package
    from stack_magic.stack import Snapshot

    from ._rehearsal import Part
    from ._world import World

SCHEME = "oci://"


class PackagePipeline(NamedTuple):
    """Pack a pipeline with its source and its stack into the stack's container registry.

    Attributes:
        tag: The tag of the package; it is moved when it is there.
        stack: Name of the stack; None takes the active one.
    """

    name: str
    tag: str = "latest"
    stack: str | None = None

    def __str__(self) -> str:
        flags = [] if self.tag == "latest" else ["--tag", self.tag]
        flags += ["--stack", self.stack] if self.stack else []
        return line("pipeline", "package", self.name, *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Capture the source and push the package."""
        chosen = snapshot.chosen(self.stack)
        if world.is_preview:
            return Change(snapshot, told(f"pipeline {self.name} can be packaged"))
        from stack_magic.pipelines import Package

        from ._export import exported_stack, own_flavors
        from ._rehearsal import rehearse

        pipeline = world.pipeline(self.name)
        stack = ready_stack(snapshot, chosen)
        registry = _registry_of(stack)
        slots = snapshot.slots(chosen)
        export = exported_stack(chosen, slots, snapshot)
        package = Package.of(pipeline, export, stack.requirements)
        refuse_secrets(package)
        rehearse(_parts(package, [pipeline, *(f.cls for f in own_flavors(slots, snapshot))]))
        image = _pushed(package, f"{repository_of(pipeline.name)}:{self.tag}", registry)
        where = f"{SCHEME}{image.reference}"
        sentence = f"packaged pipeline {pipeline.name} as {where}"
        more = Line(f"%pipeline run {where} --trust runs it from there", indent=1)
        report = Report.of(package.pipeline, _left_behind(package))
        answer = done(sentence, facts_of(package, image), more, report=report, value=where)
        return Change(snapshot, answer)


class DescribePackage(NamedTuple):
    """Show what a package holds, and run nothing of it."""

    reference: str
    stack: str | None = None

    def __str__(self) -> str:
        flags = ["--stack", self.stack] if self.stack else []
        return line("pipeline", "describe", f"{SCHEME}{self.reference}", *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Pull the package and show all that it would run and read."""
        if world.is_preview:
            return Change(snapshot, told(f"{self.reference} can be pulled"))
        package, image = _pulled(self.reference, snapshot, self.stack)
        return Change(snapshot, Answer(contents_of(package, image), value=package))


class RunPackage(NamedTuple):
    """Run a packaged pipeline in a fresh process, with the user's consent.

    Attributes:
        reference: `NAME:TAG` or `NAME@sha256:...` in the stack's container registry.
        stack: Name of the stack with that registry; None takes the active one.
        trust: Whether the user has agreed to run the code in it.
        cache: Whether unchanged steps are taken from the cache.
        parameters: Values for the pipeline's parameters.
    """

    reference: str
    stack: str | None = None
    trust: bool = False
    cache: bool = True
    parameters: Mapping[str, Any] = NOTHING

    def __str__(self) -> str:
        flags = ["--stack", self.stack] if self.stack else []
        flags += [] if self.cache else ["--no-cache"]
        flags += ["--trust"] if self.trust else []
        where = f"{SCHEME}{self.reference}"
        return line("pipeline", "run", where, *flags, **configured(self.parameters))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Pull the package, and run it if the user agreed to what is in it."""
        if world.is_preview:
            return Change(snapshot, told(f"{self.reference} can be run"))
        package, image = _pulled(self.reference, snapshot, self.stack)
        package.check_runs_here(f"{SCHEME}{self.reference}")
        if not self.trust:
            raise _consent(package, image, self)
        given, typed = parameter_values(self.parameters, world)
        parameters = {key: _data(key, value) for key, value in given.items()}
        with world.progress(f"running {SCHEME}{image.reference}", [package.pipeline]) as note:
            from ._packaged import run_packaged

            note(package.pipeline, "running in a fresh process")
            ran = run_packaged(package, parameters, typed, cache=self.cache)
        return Change(snapshot, ran.shown(snapshot))


def _left_behind(package: Package) -> Iterator[Diagnostic]:
    for module in package.staying:
        message = (
            f"imports {module}, which is of no installed package: it runs only where {module} "
            "can be imported"
        )
        fix = f"from {module} import NAME"  # what is named is followed, and goes along
        yield Diagnostic("module-stays", Severity.WARNING, package.pipeline, message, fix)


def _data(name: str, value: Any) -> Any:
    """Return a parameter as JSON has it: it goes to another process as text.

    Raises:
        ReferenceRefusedError: It is more than data.
    """
    try:
        if not holds_secret(value):
            return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        pass
    message = f"{name}: a package is given texts, numbers, lists and dicts, not {type_name(value)}"
    raise ReferenceRefusedError(message, hint="let a step of the pipeline read or make it")


def _registry_of(stack: Any) -> BaseContainerRegistry:
    registry: BaseContainerRegistry = stack.component(StackComponentType.CONTAINER_REGISTRY)
    return registry


def _pushed(package: Package, reference: str, registry: BaseContainerRegistry) -> Image:
    from stack_magic.container_registries import write_artifact
    from stack_magic.pipelines import ARTIFACT_TYPE

    with tempfile.TemporaryDirectory() as folder:
        layout = Path(folder) / "layout"
        title = {"org.opencontainers.image.title": package.pipeline}
        write_artifact(layout, package.to_files(), artifact_type=ARTIFACT_TYPE, annotations=title)
        return registry.push(layout, reference)


def _pulled(reference: str, snapshot: Snapshot, stack: str | None) -> tuple[Package, Image]:
    from stack_magic.container_registries import read_artifact
    from stack_magic.pipelines import Package

    kinds = [StackComponentType.CONTAINER_REGISTRY]
    registry = _registry_of(ready_parts(snapshot, kinds, stack))
    with tempfile.TemporaryDirectory() as folder:
        layout = Path(folder) / "layout"
        image = registry.pull(reference, layout)
        artifact = read_artifact(layout)
    return Package.from_files(artifact.files, f"{SCHEME}{reference}"), image


def _consent(package: Package, image: Image, asked: RunPackage) -> ConsentNeededError:
    name = image.reference.partition("@")[0].partition(":")[0]
    exactly = asked._replace(reference=f"{name}@{image.digest}", trust=True)
    shown = render_text(Document(contents_of(package, image)))
    message = (
        f"{SCHEME}{asked.reference} is code from a registry, which is not run unasked; this is "
        f"all that would run and be read:\n{shown}"
    )
    return ConsentNeededError(message, hint=str(exactly))


def _parts(package: Package, things: Iterable[Any]) -> list[Part]:
    """Return the sources of a package, each with what this session has."""
    from ._rehearsal import Part

    variables = (package.variable, *(flavor["class"] for flavor in package.stack["flavors"]))
    each = zip(package.sources, variables, things, strict=True)
    return [Part(what, source, variable, thing) for (what, source), variable, thing in each]
