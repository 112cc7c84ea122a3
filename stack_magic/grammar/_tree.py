"""Which tree of commands belongs to which magic, each built when it is first used."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stack_magic.enums import StackComponentType

from ._pipeline_tree import flavor_tree, pipeline_tree
from ._secret_tree import secret_tree
from ._stack_tree import stack_tree
from ._type_tree import type_tree

if TYPE_CHECKING:
    import click


@cache
def tree(name: str) -> click.Group:
    """Return the tree under the magic *name*."""
    if name == "stack":
        return stack_tree()
    if name == "pipeline":
        return pipeline_tree()
    if name == "flavor":
        return flavor_tree()
    if name == "secret":
        return secret_tree()
    return type_tree(StackComponentType(name.replace("-", "_")))
