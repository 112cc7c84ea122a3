"""The methods of a served model, called by name with what a request holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._tables import inputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREDICT = "predict"
_CHANGE_IT = ("fit", "partial_fit", "set_")
"""How the names of methods begin that change a model."""


class UnknownMethodError(LookupError):
    """No method of this name is served."""


class ModelMethods:
    """What a model answers, by the names of its methods.

    Args:
        model: Has `predict`, or is a function.

    Raises:
        TypeError: It has no `predict` and cannot be called.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._features = _features_of(model)
        if not callable(self._predict):
            name = type(model).__name__
            message = f"a {name} is no model: it has no predict() and cannot be called"
            raise TypeError(message)

    @property
    def names(self) -> list[str]:
        """The methods that are served."""
        others = [name for name in dir(type(self._model)) if self._is_served(name)]
        return [PREDICT, *(name for name in others if name != PREDICT)]

    def call(self, name: str, request: Mapping[str, Any]) -> Any:
        """Return what a method answers.

        Raises:
            UnknownMethodError: No such method is served.
            BadRowError: A row of the inputs is not as the others.
            Exception: What the model raised; where one row is to blame, a note names it.
        """
        if name != PREDICT and not self._is_served(name):
            message = f"the model serves no {name!r}; it serves {', '.join(self.names)}"
            raise UnknownMethodError(message)
        method = self._predict if name == PREDICT else getattr(self._model, name)
        inputs = inputs_of(request, self._features)
        try:
            return method(inputs)
        except Exception as error:
            row = _bad_row(method, inputs)
            if row is not None:
                error.add_note(f"row {row}")
            raise

    @property
    def _predict(self) -> Any:
        if _is_of(self._model, "xgboost", "Booster"):  # its predict wants its own matrix
            return self._model.inplace_predict
        predict = getattr(self._model, PREDICT, None)
        return predict if callable(predict) else self._model

    def _is_served(self, name: str) -> bool:
        is_public = not name.startswith("_") and not name.startswith(_CHANGE_IT)
        return (
            is_public
            and callable(getattr(type(self._model), name, None))
            and callable(getattr(self._model, name, None))  # it may be there for some settings
        )


def _features_of(model: Any) -> tuple[str, ...]:
    """Return what a model calls its features; none if it was fitted without names."""
    for attribute in ("feature_names_in_", "feature_name_", "feature_names", "feature_name"):
        found: Any = getattr(model, attribute, None)
        if callable(found) and _is_of(model, "lightgbm", "Booster"):
            found = found()
        if found is not None and not callable(found) and not isinstance(found, str):
            names = tuple(found)
            return names if all(isinstance(name, str) for name in names) else ()
    return ()


def _is_of(model: Any, package: str, name: str) -> bool:
    kind = type(model)
    return kind.__name__ == name and kind.__module__.partition(".")[0] == package


def _bad_row(method: Callable[[Any], Any], inputs: Any) -> int | None:
    """Return the first row for which alone the model fails; None where there is no such."""
    rows = getattr(inputs, "iloc", inputs if isinstance(inputs, list) else None)
    if rows is None or len(inputs) <= 1:
        return None
    first, last = 0, len(inputs)
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (first, middle) if _fails(method, rows[first:middle]) else (middle, last)
    return first if _fails(method, rows[first:last]) else None


def _fails(method: Callable[[Any], Any], inputs: Any) -> bool:
    try:
        method(inputs)
    except Exception:  # noqa: BLE001 - the model's code is the user's
        return True
    return False
