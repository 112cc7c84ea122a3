"""The ten types: the package of each, imported when it is first asked for."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Contract, StackComponent


def package_of(kind: StackComponentType) -> Any:
    """Return the package of a type: `stack_magic.artifact_stores`."""
    return import_module(f"stack_magic.{kind.plural}")


def base_of(kind: StackComponentType) -> type[StackComponent]:
    """Return the abstract base of a type."""
    words = kind.value.split("_")
    base: type[StackComponent] = getattr(
        package_of(kind), "Base" + "".join(word.capitalize() for word in words)
    )
    return base


def contract_of(kind: StackComponentType) -> Contract:
    """Return what the base of a type promises."""
    contract: Contract = import_module(f"stack_magic.{kind.plural}._contract").CONTRACT
    return contract


def explanation_of(kind: StackComponentType) -> str:
    """Return what a type is for, as its package explains it."""
    return inspect.getdoc(package_of(kind)) or ""
