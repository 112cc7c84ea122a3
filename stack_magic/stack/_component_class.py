"""How the class of a component is made: what pydantic refuses, in our words."""

from __future__ import annotations

import re
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, PydanticUserError

from stack_magic.errors import InvalidFlavorError

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

_LONGEST = 40
_UNANNOTATED = re.compile(r"`(\w+) = ")


class ComponentClass(ModelMetaclass):
    """The class of components' classes: a body that makes no model is refused in a sentence."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any
    ) -> Any:
        """Return the class.

        Raises:
            InvalidFlavorError: A field has no annotation, or one that raises.
        """
        try:
            return super().__new__(cls, name, bases, namespace, **kwargs)
        except PydanticUserError as error:
            refused = _in_words(name, namespace, error)
        except Exception as error:
            field = _annotated_field(error)
            if field is None:  # code of the user's, such as `__init_subclass__`
                raise
            refused = _annotation_raised(f"{name}.{field}", error)
        raise refused


def _annotated_field(error: Exception) -> str | None:
    """Return the field whose annotation pydantic was evaluating when *error* was raised."""
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code.co_name == "get_model_type_hints":
            return str(frame.f_locals.get("name"))
    return None


def _annotation_raised(field: str, error: Exception) -> InvalidFlavorError:
    reason = f"{type(error).__name__}: {error}".partition("\n")[0]
    message = f"{field} has an annotation that cannot be resolved: {reason}"
    hint = f"{field.rpartition('.')[2]}: str = '', with a type in the place of str"
    return InvalidFlavorError(message, hint=hint)


def _in_words(name: str, namespace: dict[str, Any], error: PydanticUserError) -> InvalidFlavorError:
    text = str(error).partition("\n")[0]
    found = _UNANNOTATED.search(text)
    if error.code == "model-field-missing-annotation" and found:
        field = found[1]
        kind = type(namespace.get(field)).__name__
        written = _literal(namespace.get(field))
        message = f"{name}.{field} has no annotation: a field says its type"
        constant = f"{field}: ClassVar[{kind}] = {written}"
        hint = f"{field}: {kind} = {written}; or, where it is no field, {constant}"
        return InvalidFlavorError(message, hint=hint)
    return InvalidFlavorError(
        f"{name} cannot be a component: {text}", hint=f"mend {name} and run its cell again"
    )


def _literal(value: Any) -> str:
    """Return a short value as it is written; the `repr` of others is the user's code."""
    is_plain = value is None or type(value) in {bool, int, float, str}
    text = repr(value) if is_plain else "..."
    return text if len(text) <= _LONGEST else "..."
