"""What a step's annotations say: the names of its outputs, and which values fit."""

from __future__ import annotations

import ast
import types
import typing
from contextlib import suppress
from datetime import date
from numbers import Integral, Real
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter

RETURNED = "return"
"""The name of the annotation of what a function returns."""
_ALSO = {
    "int_type": Integral,
    "float_type": Real,
    "date_type": date,
    "list_type": range,
    "sequence_str": str,
}
"""What fits though pydantic's strict mode refuses it: subclasses, and numbers of NumPy."""
_CLASS_NAMES = {"is_instance_of": "class", "dataclass_exact_type": "class_name"}
_BOOLEANS = {"bool", "bool_"}


def annotations_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations of a function, those in quotes evaluated where they can be."""
    known = {}
    for name, written in getattr(function, "__annotations__", {}).items():
        with suppress(Exception):  # it may need what is imported for type checkers only
            only = types.SimpleNamespace(__annotations__={name: written})
            names = getattr(function, "__globals__", {})
            known[name] = typing.get_type_hints(only, names, include_extras=True)[name]
    return known


def annotated_outputs(function: Callable[..., Any]) -> tuple[str | None, ...]:
    """Return the name that each returned value has in the annotation, None where it has none.

    `tuple[A, B]` are several values, `Annotated[A, "name"]` is one with a name; empty where
    nothing is told of them.
    """
    written = getattr(function, "__annotations__", {}).get(RETURNED)
    returned = annotations_of(function).get(RETURNED, written)
    if isinstance(returned, str):
        return _written_outputs(returned)
    if _name_of(returned) is not None:
        return (_name_of(returned),)
    bare = get_args(returned)[0] if get_origin(returned) is Annotated else returned
    members = get_args(bare) if get_origin(bare) is tuple else ()
    return () if Ellipsis in members else tuple(map(_name_of, members))


def _written_outputs(annotation: str) -> tuple[str | None, ...]:
    """Return the same for an annotation that cannot be evaluated here."""
    try:
        node = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return ()
    if _is_of(node, {"Annotated"}):
        return (_written_name(node),)
    if not _is_of(node, {"tuple", "Tuple"}):
        return ()
    members = _members(node)
    is_open = any(isinstance(m, ast.Constant) and m.value is Ellipsis for m in members)
    return () if is_open else tuple(map(_written_name, members))


def _is_of(node: ast.AST, names: set[str]) -> bool:
    if not isinstance(node, ast.Subscript):
        return False
    return ast.unparse(node.value).rpartition(".")[2] in names


def _members(node: Any) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _written_name(node: ast.AST) -> str | None:
    if not _is_of(node, {"Annotated"}):
        return None
    constants = [m.value for m in _members(node) if isinstance(m, ast.Constant)]
    return next((one for one in constants[-1:] if isinstance(one, str)), None)


def misfit(value: Any, annotation: Any) -> str:
    """Return how a value does not fit an annotation; empty if it does, or nobody knows."""
    if annotation is Any:
        return ""
    with suppress(TypeError):  # it is no class, or a protocol that is not asked
        if isinstance(value, annotation):
            return ""
    adapter = _adapter(annotation)
    return "" if adapter is None else _refused(adapter, value, annotation)


def written_type(annotation: Any) -> str:
    """Return a type as it is written: `list[int]`."""
    is_plain = isinstance(annotation, type) and not get_args(annotation)
    return annotation.__name__ if is_plain else str(annotation).replace("typing.", "")


def _name_of(annotation: Any) -> str | None:
    if get_origin(annotation) is not Annotated:
        return None
    return next((more for more in annotation.__metadata__ if isinstance(more, str)), None)


def _adapter(annotation: Any) -> TypeAdapter[Any] | None:
    """Return what checks values; None for types that pydantic knows nothing of."""
    from pydantic import ConfigDict, PydanticUserError, TypeAdapter

    with suppress(Exception):
        try:
            return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
        except PydanticUserError:  # a model has its own
            return TypeAdapter(annotation)
    return None


def _refused(adapter: TypeAdapter[Any], value: Any, annotation: Any) -> str:
    from pydantic import ValidationError

    try:
        adapter.validate_python(value, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
        fitting = [one["input"] for one in found if _fits(one)]
        left = [o for o in found if not any(o["input"] is one for one in fitting)]
        return _told(value, left[0], annotation) if left else ""
    except Exception:  # noqa: BLE001 - a validator of the user's class
        return ""
    return ""


def _fits(error: Any) -> bool:
    """Whether a value fits for Python's typing, though not for strict pydantic."""
    given, kind = error["input"], error["type"]
    if kind in _CLASS_NAMES:  # the class of a cell that was run again
        return bool(error["ctx"][_CLASS_NAMES[kind]] == type(given).__name__)
    if kind == "bool_type":
        return type(given).__name__ in _BOOLEANS
    return isinstance(given, _ALSO.get(kind, ()))


def _told(value: Any, error: Any, annotation: Any) -> str:
    given = error["input"]
    within = ""
    if given is not value:
        within = f" with {type(given).__name__} at {''.join(f'[{p!r}]' for p in error['loc'])}"
    return f"is {type(value).__name__}{within}, and {written_type(annotation)} is annotated"
