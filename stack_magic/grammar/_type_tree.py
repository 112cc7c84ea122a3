"""The tree of one component type: `%artifact_store`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stack_magic.enums import StackComponentType
from stack_magic.session import (
    CAN_BE_TRUSTED,
    CheckComponent,
    ComponentDown,
    ComponentLogs,
    ComponentUp,
    CopyComponent,
    DeleteComponent,
    DeleteFlavor,
    DescribeComponent,
    DescribeFlavor,
    ExplainType,
    GetComponent,
    ListComponents,
    ListFlavors,
    ListModelServers,
    OpenForm,
    RegisterComponent,
    RegisterFlavor,
    RemoveAttributes,
    RenameComponent,
    UpdateComponent,
)

from ._deployer_tree import deployer_leaves
from ._offers import (
    fields_of_component,
    fields_of_flavor,
    offer_classes,
    offer_components,
    offer_flavors,
)
from ._parts import Branch, Configured, Leaf
from ._tracker_tree import tracker_leaves
from ._trust_tree import trust_leaves
from ._words import argument, force, ignoring_yes, read, strict, yes

if TYPE_CHECKING:
    from collections.abc import Callable

_ONLY_OF: dict[StackComponentType, Callable[[], tuple[Leaf, ...]]] = {
    StackComponentType.EXPERIMENT_TRACKER: tracker_leaves,
    StackComponentType.MODEL_DEPLOYER: deployer_leaves,
}
"""The commands that one type has beside, or in the place of, those of every type."""


def type_tree(kind: StackComponentType) -> click.Group:
    """Return the tree, newly built."""
    title = kind.title.lower()
    group = Branch(
        kind.value,
        f"Flavors and components of the type {title}.",
        alone=_list_of(kind),
    )
    component = offer_components(kind)
    for leaf in (
        *_changing(kind, component),
        *_showing(kind, component),
        *_states(kind, component),
    ):
        group.add_command(leaf)
    for leaf in _ONLY_OF.get(kind, tuple)():
        group.add_command(leaf)
    for leaf in trust_leaves(kind) if kind in CAN_BE_TRUSTED else ():
        group.add_command(leaf)
    group.add_command(_flavors_of_type(kind))
    return group


def _list_of(kind: StackComponentType) -> Callable[[], Any]:
    """Return what the bare magic asks for: what its `list` does."""
    if kind is StackComponentType.MODEL_DEPLOYER:
        return ListModelServers
    return lambda: ListComponents(kind)


def _changing(kind: StackComponentType, component: Any) -> tuple[Leaf, ...]:
    def register(name: str, flavor: str, configuration: dict[str, str | None]) -> Any:
        """Configure a flavor under a new name."""
        return RegisterComponent(kind, name, flavor, read(configuration))

    def update(name: str, removed: tuple[str, ...], configuration: dict[str, str | None]) -> Any:
        """Give some fields of a component new values."""
        fields = (field.lstrip("-").replace("-", "_") for field in removed)
        return UpdateComponent(kind, name, read(configuration), tuple(dict.fromkeys(fields)))

    def remove_attribute(name: str, attributes: tuple[str, ...]) -> Any:
        """Set fields back to their defaults: --FIELD ..."""
        names = tuple(a.lstrip("-").replace("-", "_") for a in attributes)
        return RemoveAttributes(kind, name, names)

    def rename(old: str, new: str) -> Any:
        """Give a component another name; its stacks follow."""
        return RenameComponent(kind, old, new)

    def copy(source: str, target: str) -> Any:
        """Register a component again under another name."""
        return CopyComponent(kind, source, target)

    def delete(name: str) -> Any:
        """Forget a component that no stack holds."""
        return DeleteComponent(kind, name)

    flavor = click.Option(
        ["--flavor", "-f"],
        required=True,
        metavar="FLAVOR",
        help="The flavor to configure.",
        shell_complete=offer_flavors(kind),
    )
    removed = click.Option(
        ["--remove", "removed"],
        multiple=True,
        metavar="FIELD",
        help="A field that goes back to its default.",
    )
    attributes = click.Argument(
        ["attributes"], nargs=-1, type=click.UNPROCESSED, metavar="--FIELD..."
    )
    remove = Leaf("remove-attribute", remove_attribute, [argument("name", component), attributes])
    remove.ignore_unknown_options = True
    return (
        Configured("register", register, [argument("name"), flavor], fields_of_flavor(kind)),
        Configured(
            "update", update, [argument("name", component), removed], fields_of_component(kind)
        ),
        remove,
        Leaf("rename", rename, [argument("old", component), argument("new")]),
        Leaf("copy", copy, [argument("source", component), argument("target")]),
        Leaf("delete", ignoring_yes(delete), [argument("name", component), yes()]),
    )


def _showing(kind: StackComponentType, component: Any) -> tuple[Leaf, ...]:
    def get() -> Any:
        """Show which component the active stack holds."""
        return GetComponent(kind)

    def describe(name: str | None) -> Any:
        """Show a component; the active stack's by default."""
        return DescribeComponent(kind, name)

    def list_() -> Any:
        """Show the components of this type."""
        return ListComponents(kind)

    def explain() -> Any:
        """Explain what this type is for and how to write a flavor."""
        return ExplainType(kind)

    def check(*, name: str | None, strict: bool) -> Any:
        """Try what the type promises on a component; show a score card."""
        return CheckComponent(kind, name, strict)

    def form(name: str | None, flavor: str | None) -> Any:
        """Open a form for a component, new or registered."""
        return OpenForm(kind, name, flavor)

    optional = [argument("name", component, required=False)]
    of_flavor = click.Option(
        ["--flavor", "-f"],
        metavar="FLAVOR",
        help="The flavor of a new component.",
        shell_complete=offer_flavors(kind),
    )
    return (
        Leaf("form", form, [*optional, of_flavor]),
        Leaf("get", get),
        Leaf("describe", describe, optional),
        Leaf("list", list_),
        Leaf("explain", explain),
        Leaf("check", check, [*optional, strict()]),
    )


def _states(kind: StackComponentType, component: Any) -> tuple[Leaf, ...]:
    def up(name: str | None) -> Any:
        """Provision and start what a component needs; the active stack's by default."""
        return ComponentUp(kind, name)

    def down(*, name: str | None, force: bool) -> Any:
        """Stop a component; --force removes what is behind it."""
        return ComponentDown(kind, name, force)

    def logs(*, name: str | None, tail: int) -> Any:
        """Show the end of a component's log."""
        return ComponentLogs(kind, name, tail)

    optional = argument("name", component, required=False)
    tail = click.Option(["--tail"], type=click.IntRange(min=1), default=100, help="Lines.")
    return (
        Leaf("up", up, [optional]),
        Leaf("down", down, [optional, force()]),
        Leaf("logs", logs, [optional, tail]),
    )


def _flavors_of_type(kind: StackComponentType) -> click.Group:
    def register(target: str) -> Any:
        """Make a class a flavor: its name in the notebook, or package.module.Class."""
        return RegisterFlavor(kind, target)

    def list_() -> Any:
        """Show the flavors of this type."""
        return ListFlavors(kind)

    def describe(name: str) -> Any:
        """Show a flavor's fields, what it implements, and its origin."""
        return DescribeFlavor(kind, name)

    def delete(name: str) -> Any:
        """Forget a flavor that no component uses."""
        return DeleteFlavor(kind, name)

    group = Branch("flavor", f"The flavors of the type {kind.title.lower()}.")
    flavor = offer_flavors(kind)
    target = click.Argument(["target"], metavar="CLASS_NAME", shell_complete=offer_classes(kind))
    group.add_command(Leaf("register", register, [target]))
    group.add_command(Leaf("list", list_))
    group.add_command(Leaf("describe", describe, [argument("name", flavor)]))
    group.add_command(Leaf("delete", ignoring_yes(delete), [argument("name", flavor), yes()]))
    return group
