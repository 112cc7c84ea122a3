"""Lists, tuples and dicts of outputs: taken apart while the graph is made, made for the call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._hidden_outputs import hidden_output
from ._placeholder import Placeholder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_KINDS = (list, tuple, dict)


class Group(NamedTuple):
    """A list, tuple or dict whose members are known apart; a call's arguments are a dict.

    Attributes:
        kind: Which of them.
        keys: Its keys, or its positions.
        members: For each key the name of the value in inputs or parameters, or the group
            that the value is.
    """

    kind: str
    keys: tuple[Any, ...]
    members: tuple[str | Group, ...]

    @property
    def plain(self) -> tuple[Any, ...]:
        """The same in tuples, as a digest reads it fastest."""
        members = (m.plain if isinstance(m, Group) else m for m in self.members)
        return (self.kind, self.keys, *members)

    def made(self, values: Mapping[str, Any]) -> Any:
        """Return it with these values, by name."""
        members = [m.made(values) if isinstance(m, Group) else values[m] for m in self.members]
        if self.kind == "dict":
            return dict(zip(self.keys, members, strict=True))
        return tuple(members) if self.kind == "tuple" else members


def take_apart(
    arguments: Mapping[str, Any], read: Callable[[Any], Any]
) -> tuple[Group, dict[str, Any]]:
    """Return what the arguments of a call are made of, and its values by name.

    A group in the argument `data` has `data[0]`, `data['key']`, `data[0]['key']` ... as names;
    what holds no output is one value.

    Args:
        arguments: By name.
        read: Is given each value, and returns what is passed in its place.
    """
    taking = _Taking(read, set(arguments))
    members = tuple(taking.member(name, value, ()) for name, value in arguments.items())
    return Group("dict", tuple(arguments), members), taking.values


class _Taking:
    """Takes the arguments of one call apart; the names in use are given to nothing else."""

    def __init__(self, read: Callable[[Any], Any], names: set[str]) -> None:
        self.values: dict[str, Any] = {}
        self._read = read
        self._names = names

    def member(self, name: str, given: Any, within: tuple[int, ...]) -> str | Group:
        """Note a value, or the members of a group; *within* are the groups around it."""
        value = self._read(given)
        if id(value) in within or not _is_group(value):
            self.values[name] = value
            return name
        keys = tuple(value) if type(value) is dict else tuple(range(len(value)))
        members = tuple(
            self.member(self._free(f"{name}[{key!r}]"), member, (*within, id(value)))
            for key, member in zip(keys, _members(value), strict=True)
        )
        return Group(type(value).__name__, keys, members)

    def _free(self, name: str) -> str:
        """Return a name of its own: two keys may look the same."""
        while name in self._names:
            name += "'"
        self._names.add(name)
        return name


def _is_group(value: Any) -> bool:
    """Whether it holds outputs at some depth, in lists, tuples and dicts, and not as keys."""
    if type(value) not in _KINDS or not _holds_output(value):
        return False
    return not (type(value) is dict and any(hidden_output(key) is not None for key in value))


def _holds_output(value: Any) -> bool:
    seen, queue = {id(value)}, [value]
    while queue:
        for member in _members(queue.pop()):
            if isinstance(member, Placeholder):
                return True
            if type(member) in _KINDS and id(member) not in seen:
                seen.add(id(member))
                queue.append(member)
    return False


def _members(group: Any) -> Iterable[Any]:
    members: Iterable[Any] = group.values() if type(group) is dict else group
    return members
