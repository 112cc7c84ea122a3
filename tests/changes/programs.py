"""Small programs: definitions that name each other, and edits of them.

A program is a row of definitions `d0`, `d1`, ... of which each may ask the ones before it.
Everything has a form in which shrinking ends: few definitions, small numbers, no asking.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

Values = int | str | bool | float | None | tuple["Values", ...]


@dataclass(frozen=True)
class Definition:
    """One definition.

    Attributes:
        value: A number of its own, wherever its kind has one.
        other: Another one, likewise.
        asks: The places of the definitions that its code asks.
        note: What stands in a comment in it.
    """

    TEXT = ""
    ASKED = ""

    value: Values
    other: int
    asks: tuple[int, ...] = ()
    note: str = ""

    def text(self, place: int, known: tuple[Definition, ...]) -> str:
        """Return its source; *known* are the definitions before it."""
        asked = ", ".join(known[one].asked(one) for one in self.asks if one < place)
        return self.TEXT.format(
            name=f"d{place}",
            value=repr(self.value),
            other=self.other,
            asked=f"[{asked}]",
            note=f"  # {self.note}" if self.note else "",
            base=self.base(place, known),
            stars="*" if self.other % 2 else "**",
        )

    def asked(self, place: int, module: str = "") -> str:
        """Return the expression by which others ask it; *module* is where it is."""
        return self.ASKED.format(name=f"{module}d{place}")

    def base(self, place: int, known: tuple[Definition, ...]) -> str:
        """Return the class before it that a class is made of, if there is one."""
        classes = [i for i, one in enumerate(known[:place]) if isinstance(one, Class)]
        return f"d{classes[-1]}" if classes and self.other % 2 else "object"


@dataclass(frozen=True)
class Constant(Definition):
    TEXT = "{name} = {value}{note}\n"
    ASKED = "{name}"


@dataclass(frozen=True)
class Function(Definition):
    TEXT = "def {name}(x={value}, *, y={other}):{note}\n    return [x, y, {asked}]\n"
    ASKED = "{name}()"


@dataclass(frozen=True)
class Given(Definition):
    """A function whose code has the numbers, and whose callers give it one."""

    TEXT = "def {name}(x):\n    if x > {other}:{note}\n        return {value}\n    return {asked}\n"
    ASKED = "{name}(1)"


@dataclass(frozen=True)
class Class(Definition):
    TEXT = (
        "class {name}({base}):\n    a = {value}{note}\n"
        "    def m(self, y={other}):\n        return [self.a, y, {asked}]\n"
    )
    ASKED = "{name}().m()"


@dataclass(frozen=True)
class Object(Definition):
    TEXT = (
        "class {name}_class:{note}\n    def __init__(self, n):\n        self.n = n\n"
        "    def m(self):\n        return [self.n, {other}, {asked}]\n"
        "{name} = {name}_class({value})\n"
    )
    ASKED = "{name}.m()"


@dataclass(frozen=True)
class Closure(Definition):
    TEXT = (
        "def {name}_make(n):{note}\n    def inner():\n        return [n, {other}, {asked}]\n"
        "    return inner\n{name} = {name}_make({value})\n"
    )
    ASKED = "{name}()"


@dataclass(frozen=True)
class Decorated(Definition):
    TEXT = (
        "import functools\ndef {name}_times(n):\n    def decorate(f):\n"
        "        @functools.wraps(f)\n        def wrapped():\n            return [n, f()]{note}\n"
        "        return wrapped\n    return decorate\n"
        "@{name}_times({value})\ndef {name}():\n    return [{other}, {asked}]\n"
    )
    ASKED = "{name}()"


@dataclass(frozen=True)
class Documented(Definition):
    """A function that is asked for what stands around its code."""

    TEXT = (
        'def {name}(x: {asked} = None) -> {value}:{note}\n    """Text {other}."""\n'
        "    return [{name}.__doc__, {name}.__annotations__]\n"
    )
    ASKED = "{name}()"


@dataclass(frozen=True)
class Starred(Definition):
    TEXT = "def {name}({stars}x):{note}\n    return [repr(x), {value}, {asked}]\n"
    ASKED = "{name}()"


@dataclass(frozen=True)
class Plugins(Definition):
    """A class that is asked for its subclasses."""

    TEXT = (
        "class {name}:{note}\n    a = {other}\nclass {name}_one({name}):\n    a = {value}\n"
        "class {name}_two({name}):\n    def m(self):\n        return {asked}\n"
    )
    ASKED = "[c.a for c in {name}.__subclasses__()]"


KINDS = (
    Constant,
    Function,
    Given,
    Class,
    Object,
    Closure,
    Decorated,
    Documented,
    Starred,
    Plugins,
)


@dataclass(frozen=True)
class Program:
    """Some definitions, and the step that asks all of them."""

    definitions: tuple[Definition, ...]

    @property
    def cells(self) -> list[str]:
        """The definitions, each in a cell."""
        known = self.definitions
        return [one.text(place, known) for place, one in enumerate(known)]

    def step(self, module: str = "") -> str:
        """Return the cell of the step; *module* is where the definitions are."""
        asked = (one.asked(place, module) for place, one in enumerate(self.definitions))
        return f"@step\ndef main():\n    return repr([{', '.join(asked)}])\n"

    def place(self, edit: Edit) -> int:
        """Return which definition *edit* is about: the last, where it means none."""
        return min(edit.place, len(self.definitions) - 1)

    def edited(self, edit: Edit) -> Program:
        """Return the program after *edit*."""
        place = self.place(edit)
        new = edit.applied_to(self.definitions[place])
        return Program((*self.definitions[:place], new, *self.definitions[place + 1 :]))


@dataclass(frozen=True)
class Edit:
    """One definition gets other numbers, asks others, or has another comment.

    Attributes:
        place: Which definition.
        what: The attribute that is another.
        value: Its new value.
    """

    place: int
    what: str
    value: Any

    def applied_to(self, definition: Definition) -> Definition:
        if self.what == "value" and self.value == definition.value:
            return replace(definition, value=(definition.value,))
        return replace(definition, **{self.what: self.value})


_PLAIN: st.SearchStrategy[Values] = st.one_of(
    st.integers(0, 3), st.booleans(), st.sampled_from(["", "a", "d0"]), st.just(0.0), st.none()
)
_VALUES: st.SearchStrategy[Values] = st.one_of(_PLAIN, st.tuples(_PLAIN, _PLAIN))
_OTHERS = st.integers(0, 3)
_ASKS = st.lists(st.integers(0, 3), max_size=2).map(tuple)
_NOTES = st.sampled_from(["", "a remark", "another"])

programs = st.lists(
    st.one_of(*(st.builds(kind, _VALUES, _OTHERS, _ASKS) for kind in KINDS)),
    min_size=1,
    max_size=4,
).map(lambda definitions: Program(tuple(definitions)))

edits = st.one_of(
    st.builds(Edit, st.integers(0, 3), st.just("value"), _VALUES),
    st.builds(Edit, st.integers(0, 3), st.just("other"), _OTHERS),
    st.builds(Edit, st.integers(0, 3), st.just("asks"), _ASKS),
    st.builds(Edit, st.integers(0, 3), st.just("note"), _NOTES),
)
