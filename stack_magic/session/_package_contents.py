"""What a package holds, shown before any of it is run; and what it must not hold."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from stack_magic.capture import is_like_a_file
from stack_magic.display import Fields, Line, Preformatted, Title
from stack_magic.errors import ReferenceRefusedError
from stack_magic.pipelines import HERE
from stack_magic.secrets import REFERENCE, tells_secret, texts_in

from ._answers import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stack_magic.container_registries import Image
    from stack_magic.display import Block
    from stack_magic.pipelines import Package

_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*")
_NOT_IN_REPOSITORY = re.compile(r"[^a-z0-9]+")
_REFERENCE = re.compile(rf"{REFERENCE.pattern}|@(?:env|file|keyring):[^\s\"',;}}\]]+|@prompt\b")
_OF_FILES = re.compile(r"@?file:/*(?=/)|@file:", re.IGNORECASE)


def contents_of(package: Package, image: Image) -> tuple[Block, ...]:
    """Return all that a package would run and read; nothing of it is run."""
    code = [
        block
        for what, source in package.sources
        for block in (Title(f"code of {what}"), Preformatted(source.rstrip("\n")))
    ]
    return (
        Title(f"packaged pipeline {package.pipeline}"),
        Line(_counts(package)),
        facts_of(package, image),
        *_components(package),
        *code,
    )


def facts_of(package: Package, image: Image) -> Fields:
    """Return what is said of a package at one look."""
    other = "" if package.python == HERE else f" (this is {HERE}, which does not run it)"
    return Fields(
        (
            ("pipeline", package.pipeline),
            ("stack", str(package.stack["name"])),
            ("python", f"{package.python}{other}"),
            ("requirements", ", ".join(package.requirements) or "none"),
            ("references", ", ".join(_references(package)) or "none"),
            ("paths", ", ".join(_paths(package)) or "none outside the project"),
            ("digest", image.digest),
        )
    )


def _counts(package: Package) -> str:
    lines = {what: len(source.splitlines()) for what, source in package.sources}
    own = lines.pop(next(iter(lines)))
    flavors = counted(len(lines), "flavor")
    return (
        f"it runs {counted(own, 'line')} of code of the pipeline and "
        f"{counted(sum(lines.values()), 'line')} of {flavors}, needs "
        f"{counted(len(package.requirements), 'requirement')}, and reads "
        f"{counted(len(_references(package)), 'reference')} and "
        f"{counted(len(_paths(package)), 'path')} outside the project"
    )


def _components(package: Package) -> Iterator[Block]:
    yield Title("components of the stack")
    for kind, component in package.stack["components"].items():
        pairs = component["configuration"].items()
        given = "".join(f" --{key}={value}" for key, value in pairs)
        yield Line(f"{kind} {component['name']} --flavor={component['flavor']}{given}", indent=1)


def _texts(package: Package) -> Iterator[str]:
    """Yield every text of the configurations and the code."""
    for component in package.stack["components"].values():
        yield from component["configuration"].values()
    for _, source in package.sources:
        yield from texts_in(source)


def _references(package: Package) -> list[str]:
    found = (match[0] for text in _texts(package) for match in _REFERENCE.finditer(text))
    return list(dict.fromkeys(found))


def _paths(package: Package) -> list[str]:
    return list(dict.fromkeys(text for text in _texts(package) if _leads_out(text)))


def _leads_out(text: str) -> bool:
    path = PurePath(_OF_FILES.sub("", text, count=1))
    is_out = path.is_absolute() or path.parts[:1] in {("~",), ("..",)} or ".." in path.parts
    return is_out and is_like_a_file(text) and "\n" not in text


def repository_of(pipeline: str) -> str:
    """Return where a pipeline's packages are: its name as far as a repository may have it."""
    name = pipeline.lower()
    if _REPOSITORY.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name)
    words = _NOT_IN_REPOSITORY.sub("-", plain.encode("ascii", "ignore").decode()).strip("-")
    digest = hashlib.sha256(pipeline.encode()).hexdigest()[:8]  # names that differ stay apart
    return f"{words or 'pipeline'}-{digest}"


def refuse_secrets(package: Package) -> None:
    """Refuse a package that has a secret which this process knows.

    Raises:
        ReferenceRefusedError: It has one.
    """
    for what, texts in _told(package):
        if any(map(tells_secret, texts)):
            message = f"{what} has a secret of this session in clear, and secrets do not leave"
            hint = "in the component's field, {{secret.key}} or @env:NAME; in a step, the context"
            raise ReferenceRefusedError(message, hint=hint)


def _told(package: Package) -> Iterator[tuple[str, Iterable[str]]]:
    for what, source in package.sources:
        yield f"the code of {what}", (source, *texts_in(source))
    for kind, component in package.stack["components"].items():
        configuration: dict[str, Any] = component["configuration"]
        for key, value in configuration.items():
            yield f"{key} of {kind} {component['name']!r}", (value,)
