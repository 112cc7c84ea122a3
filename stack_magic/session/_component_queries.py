"""Commands that show components and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stack_magic.display import Preformatted, Title

from ._answers import Answer, Change, told
from ._cards import component_card, component_list
from ._command import line
from ._ready import named_component, ready_component
from ._rooms import contract_of, explanation_of

if TYPE_CHECKING:
    from stack_magic.enums import StackComponentType
    from stack_magic.stack import Snapshot

    from ._world import World


class ListComponents(NamedTuple):
    """Show the components of a type."""

    type: StackComponentType

    def __str__(self) -> str:
        return line(self.type, "list")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the table of components."""
        return Change(snapshot, component_list(self.type, snapshot))


class GetComponent(NamedTuple):
    """Show which component of a type the active stack holds."""

    type: StackComponentType

    def __str__(self) -> str:
        return line(self.type, "get")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the component's name."""
        name = _active_name(snapshot, self.type)
        if name is None:
            answer = told(f"the active stack {snapshot.active} has no {self.type}")
        else:
            answer = told(
                f"{self.type} {name} is in the active stack {snapshot.active}",
                value=name,
            )
        return Change(snapshot, answer)


class DescribeComponent(NamedTuple):
    """Show a component's configuration, its stacks and what is notable about it."""

    type: StackComponentType
    name: str | None = None

    def __str__(self) -> str:
        return line(self.type, "describe", *_optional(self.name))

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the component's card."""
        registered = named_component(snapshot, self.type, self.name)
        return Change(snapshot, component_card(registered, snapshot))


class CheckComponent(NamedTuple):
    """Try what the base promises on a component, and show the score card.

    Attributes:
        strict: Whether a broken promise is raised, for notebooks in CI.
    """

    type: StackComponentType
    name: str | None = None
    strict: bool = False

    def __str__(self) -> str:
        flags = ["--strict"] * self.strict
        return line(self.type, "check", *_optional(self.name), *flags)

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the score card of the contract.

        Raises:
            BrokenContractError: A promise is broken, and it is strict.
        """
        registered = named_component(snapshot, self.type, self.name)
        if world.is_preview:
            return Change(snapshot, told(f"{self.type} {registered.component.name} can be tried"))
        component = ready_component(snapshot, self.type, self.name)
        card = contract_of(self.type).check(component)
        if self.strict:
            card.raise_if_broken()
        return Change(snapshot, card)


class ExplainType(NamedTuple):
    """Explain what a component type is for."""

    type: StackComponentType

    def __str__(self) -> str:
        return line(self.type, "explain")

    def on(self, snapshot: Snapshot, world: World) -> Change:
        """Return the explanation of the type's room."""
        blocks = (Title(self.type.title), Preformatted(explanation_of(self.type)))
        return Change(snapshot, Answer(blocks))


def _optional(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _active_name(snapshot: Snapshot, kind: StackComponentType) -> str | None:
    if snapshot.active is None:
        return None
    return snapshot.stacks[snapshot.active].get(kind)
