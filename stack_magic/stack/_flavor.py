"""A class that implements a component type, known by its name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from stack_magic.enums import Origin, StackComponentType

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack_magic.capture import Captured

    from ._component import StackComponent

Key = tuple[StackComponentType, str]


@dataclass(frozen=True)
class Flavor:
    """A class that implements one type, known by (type, name).

    Attributes:
        origin: What lies behind it.
        cls: The class.
        captured: Its source with all it needs, for a class of the user's.
        replaces: The flavor, built in or of a package, whose place it takes until it is
            deleted.
        package: The package that brings it by an entry point, with its version.
    """

    cls: type[StackComponent]
    origin: Origin
    captured: Captured | None = None
    replaces: Flavor | None = None
    package: str = ""

    @property
    def is_imported(self) -> bool:
        """Whether the class is there already."""
        return True

    @property
    def class_name(self) -> str:
        """What the class is called."""
        return self.cls.__name__

    @property
    def type(self) -> StackComponentType:
        """The component type it implements."""
        return self.cls.TYPE

    @property
    def name(self) -> str:
        """The name of the flavor."""
        return self.cls.FLAVOR

    @property
    def key(self) -> Key:
        """Type and name."""
        return (self.type, self.name)


class LazyFlavor(Flavor):
    """A flavor of ours, or of a package, whose class is imported when it is first asked for.

    Args:
        key: Type and name.
        load: Imports the class.
        class_name: What the class is called.
        package: What it is a part of, `acme-lake 1.0`; nothing for ours.
    """

    def __init__(
        self,
        key: Key,
        load: Callable[[], type[StackComponent]],
        class_name: str,
        package: str = "",
    ) -> None:
        origin = Origin.ENTRY_POINT if package else Origin.BUILTIN
        vars(self).update(_key=key, _load=load, _class_name=class_name, package=package)
        vars(self).update(origin=origin, captured=None, replaces=None)

    @cached_property  # the field's value, made when it is asked for
    def cls(self) -> type[StackComponent]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The class."""
        cls: type[StackComponent] = vars(self)["_load"]()
        return cls

    @property
    def is_imported(self) -> bool:
        """Whether the class is there already."""
        return "cls" in vars(self)

    @property
    def class_name(self) -> str:
        """What the class is called, whether it is imported or not."""
        name: str = vars(self)["_class_name"]
        return name

    @property
    def type(self) -> StackComponentType:
        """The component type it implements."""
        return self.key[0]

    @property
    def name(self) -> str:
        """The name of the flavor."""
        return self.key[1]

    @property
    def key(self) -> Key:
        """Type and name."""
        key: Key = vars(self)["_key"]
        return key
