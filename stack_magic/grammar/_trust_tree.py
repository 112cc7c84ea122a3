"""What the types have that keep pickles: whether those of others are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.session import DistrustComponent, TrustComponent

from ._offers import offer_components
from ._parts import Leaf
from ._words import argument

if TYPE_CHECKING:
    from stack_magic.enums import StackComponentType


def trust_leaves(kind: StackComponentType) -> tuple[Leaf, ...]:
    """Return the commands, newly built."""

    def trust(name: str) -> Any:
        """Read pickles that others write to a component's place: they run code."""
        return TrustComponent(kind, name)

    def distrust(name: str) -> Any:
        """Read only your own pickles there, as before `trust`."""
        return DistrustComponent(kind, name)

    component = argument("name", offer_components(kind))
    return Leaf("trust", trust, [component]), Leaf("distrust", distrust, [component])
