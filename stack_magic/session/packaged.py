"""The fresh process of a packaged pipeline: `python -m stack_magic.session.packaged`.

Reads the package from its standard input, registers its flavors, components and stack in
a session of its own, runs the pipeline, and writes how it went to its standard output.
"""

from __future__ import annotations

import json
import os
import sys
import types
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stack_magic.enums import StackComponentType
from stack_magic.errors import RunEndedError, StackMagicError
from stack_magic.pipelines import Package, Pipeline

from ._component_commands import RegisterComponent
from ._flavor_commands import RegisterFlavor
from ._session import session
from ._stack_commands import RegisterStack
from ._statements import apart, made_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._session import Session


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run the package in *request* and return how it went, as plain data."""
    files = {name: text.encode() for name, text in request["files"].items()}
    package = Package.from_files(files, "the package")
    here = session()
    try:
        stack = _furnish(here, package)
        pipeline = _pipeline(package)
        values = pipeline.typed(request["parameters"], request["typed"])
        done = here.run_pipeline(pipeline, stack, request["cache"], values)
    except StackMagicError as error:
        if isinstance(error, RunEndedError):
            print(error.run)  # noqa: T201 - as a run in the notebook shows its card
        return {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    return {"run": done.name, "stack": stack, "text": repr(done)}


def _furnish(here: Session, package: Package) -> str:
    """Register the flavors, components and the stack of a package; return its name."""
    export = package.stack
    for flavor in export["flavors"]:
        # Each in names of its own: helpers of two cells may be called the same.
        with apart() as module:
            what, kind = f"flavor {flavor['name']}", StackComponentType(flavor["type"])
            cls = made_by(what, str(flavor["source"]), module, str(flavor["class"]))
            here.apply(RegisterFlavor(kind, cls.__name__, cls))
    # Nothing but what the package brings: its `default` may not be this session's.
    here.registry.snapshot = replace(
        here.registry.snapshot, components={}, stacks={}, active=None, odd_looks={}
    )
    slots = {}
    for word, component in export["components"].items():
        kind = StackComponentType(word)
        name = slots[kind] = str(component["name"])
        configuration = component["configuration"]
        here.apply(RegisterComponent(kind, name, str(component["flavor"]), configuration))
    name = str(export["name"])
    here.apply(RegisterStack(name, slots, activate=True))
    return name


def _pipeline(package: Package) -> Pipeline:
    what, module = f"pipeline {package.pipeline}", sys.modules["__main__"]
    found = made_by(what, package.source, module, package.variable)
    if not isinstance(found, Pipeline):
        message = f"{package.variable} of the package is no pipeline"
        raise StackMagicError(message)
    return found


def main() -> int:
    """Carry a request from the standard input to an answer on the standard output."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what steps print must not get among the answer
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    answer = run(json.load(sys.stdin))
    sys.stdout.flush()
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        json.dump(answer, out)
    return 0


if __name__ == "__main__":
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.exit(main())
