"""How flavors look: a table for several, a card for one."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from stack_magic.catalog import contract_of
from stack_magic.configuration import fields_of
from stack_magic.display import Fields, Line, Table, Title
from stack_magic.enums import Origin, StackComponentType

from ._answers import Answer, counted, listed
from ._configuration import GIVEN_ELSEWHERE
from ._given_flavors import how_to_restore, whose
from ._shown_values import is_hidden, shown_value

if TYPE_CHECKING:
    from stack_magic.configuration import FieldSpec
    from stack_magic.display import Block
    from stack_magic.stack import Flavor, Snapshot, StackComponent


def flavor_list(kind: StackComponentType, snapshot: Snapshot) -> Answer:
    """Return the flavors of a type with origin, fields and how many use them."""
    names = snapshot.flavor_names(kind)
    if not names:
        first = (
            f"no {kind} flavors are registered; define a class and %{kind} flavor register CLASS"
        )
        return Answer((Line(first),), value=[])
    rows = tuple(_flavor_row(snapshot.flavors[kind, name], snapshot) for name in names)
    title = Title(f"{kind.title} flavors")
    table = Table(("flavor", "class", "origin", "components"), rows)
    return Answer((title, table), value=names)


def _flavor_row(flavor: Flavor, snapshot: Snapshot) -> tuple[str, ...]:
    users = sum(1 for _ in snapshot.components_of(flavor.key))
    return (flavor.name, flavor.class_name, origin_of(flavor), str(users))


def origin_of(flavor: Flavor) -> str:
    """Return where a flavor comes from, in words."""
    if flavor.origin is Origin.MODULE:
        return f"module {flavor.cls.__module__}"
    if flavor.origin is Origin.ENTRY_POINT:
        return f"package {flavor.package}"
    return str(flavor.origin)


def _origin_on_card(flavor: Flavor) -> str:
    given = flavor.replaces
    if given is None:
        return origin_of(flavor)
    return f"{origin_of(flavor)}, in the place of {whose(given)}; {how_to_restore(given)}"


def flavor_card(flavor: Flavor, snapshot: Snapshot) -> Answer:
    """Return everything about a flavor: fields, what it overrides, origin, users."""
    cls = flavor.cls
    summary = summary_of(cls)
    users = [r.component.name for r in snapshot.components_of(flavor.key)]
    facts = (
        ("class", cls.__name__),
        ("origin", _origin_on_card(flavor)),
        ("implements", listed(_implemented(cls), 13) or "nothing beyond its base"),
        ("contract", _contract_in_words(flavor.type)),
        ("components", listed(users) or "none"),
    )
    blocks: list[Block] = [Title(f"{flavor.type} flavor {flavor.name}")]
    if summary:
        blocks.append(Line(summary))
    blocks.append(Fields(facts))
    fields = [f for f in fields_of(cls).values() if f.name not in GIVEN_ELSEWHERE]
    rows = tuple(_field_row(cls, field) for field in fields)
    if rows:
        blocks.append(Table(("option", "type", "default", "meaning"), rows))
    secret = ", ".join(f"--{f.name} ({f.why_secret})" for f in fields if f.why_secret)
    if secret:
        blocks.append(Fields((("secret", secret),)))
    return Answer(tuple(blocks), value=flavor.name)


def summary_of(cls: type[StackComponent]) -> str:
    """Return the first line of what a class says of itself."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _contract_in_words(kind: StackComponentType) -> str:
    promises = contract_of(kind).promises
    return f"{counted(len(promises), 'promise')}; %{kind} check NAME tries them"


def _implemented(cls: type[StackComponent]) -> list[str]:
    own = [c for c in cls.__mro__ if not c.__module__.startswith(("stack_magic", "pydantic"))]
    names = {n for c in own for n, v in vars(c).items() if inspect.isfunction(v)}
    return sorted(n for n in names if not n.startswith("_") and not hasattr(BaseModel, n))


def _field_row(cls: type[StackComponent], field: FieldSpec) -> tuple[str, ...]:
    if field.is_required:
        default = "required"
    elif field.default is PydanticUndefined:
        default = "made when needed"
    elif is_hidden(cls, field.name, field.default):
        default = "hidden"
    else:
        default = shown_value(field.default)
    return (f"--{field.name}", field.type_name, default, _meaning(field))


def _meaning(field: FieldSpec) -> str:
    """Return what a field is for, and what the words of its type do not say."""
    others = set(field.choices) - {"null"}
    is_said = field.takes(bool) or all(choice in field.type_name for choice in others)
    more = (
        "" if is_said else f"one of {', '.join(field.choices)}",
        f"in {field.unit}" if field.unit else "",
        f"for example {field.example}" if field.example else "",
    )
    return "; ".join(part for part in (field.meaning, *more) if part)
