"""What a feature store holds, and the features that a caller names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from stack_magic.errors import (
    InvalidConfigurationError,
    InvalidNameError,
    NameTakenError,
    UnknownNameError,
    did_you_mean,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_NAME = re.compile(r"[\w.-]{1,64}")


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A table of features.

    Attributes:
        name: What features are asked by: `NAME:FEATURE`.
        entities: The columns that together say whose features a row has.
        features: Names of the features, in the order in which they came.
    """

    name: str
    entities: tuple[str, ...]
    features: tuple[str, ...]


class Feature(NamedTuple):
    """One feature of one view."""

    view: FeatureView
    name: str


def check_view_name(name: Any) -> str:
    """Return the name of a view. Raises InvalidNameError when it cannot be one."""
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        message = f"{name!r:.80} cannot name a view"
        raise InvalidNameError(message, hint="allowed: 1-64 letters, digits and _ . -")
    return name


def names_in(names: Sequence[str], what: str) -> list[str]:
    """Return each of *names* once. A single text, as is often meant for one name, is refused."""
    if isinstance(names, str):
        message = f"{what} is the text {names!r}, but a list of names is wanted"
        raise InvalidConfigurationError(message, hint=f"{what}=[{names!r}]")
    return list(dict.fromkeys(names))


def find_view(name: str, views: Iterable[FeatureView]) -> FeatureView:
    """Return the view of this name. Raises UnknownNameError, naming the nearest."""
    known = {view.name: view for view in views}
    if name not in known:
        message = f"no view is called {name!r}"
        raise unknown(message, name, known)
    return known[name]


def find_features(
    names: Sequence[str],
    views: Collection[FeatureView],
    *,
    columns: Collection[str],
    full_feature_names: bool = False,
) -> Mapping[str, Feature]:
    """Return the features that *names* asks for, by the column that each will fill.

    Args:
        names: Names as `VIEW:FEATURE`; one that comes twice counts once.
        views: All that there are.
        columns: Names that are taken, those of the rows.
        full_feature_names: Name the columns `VIEW__FEATURE`.

    Raises:
        UnknownNameError: There is no such feature; the nearest is named.
        NameTakenError: Two columns would have one name.
    """
    found: dict[str, Feature] = {}
    for name in names_in(names, "features"):
        feature = _find_feature(name, views)
        prefix = f"{feature.view.name}__" if full_feature_names else ""
        column = f"{prefix}{feature.name}"
        if column in columns or column in found:
            whose = "the rows have" if column in columns else f"{_full(found[column])} makes"
            message = f"{name!r} would be column {column!r}, which {whose} already"
            way_out = "rename that of the rows" if full_feature_names else "full_feature_names=True"
            raise NameTakenError(message, hint=way_out)
        found[column] = feature
    return found


def unknown(message: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """Return the error that names the nearest known name, or all when none is near."""
    names = list(known)
    near = did_you_mean(name, names)
    listed = f"known: {', '.join(map(repr, names[:10]))}" if names else None
    return UnknownNameError(message, hint=f"did you mean {near!r}?" if near else listed)


def _find_feature(name: str, views: Collection[FeatureView]) -> Feature:
    view_name, colon, feature = name.partition(":")
    if not colon:
        meant = [_full(Feature(v, name)) for v in views if name in v.features]
        known = meant or [_full(Feature(v, f)) for v in views for f in v.features]
        message = f"{name!r} names no feature, VIEW:FEATURE does"
        raise unknown(message, meant[0] if meant else name, known)
    view = find_view(view_name, views)
    if feature not in view.features:
        message = f"view {view_name!r} has no feature {feature!r}"
        raise unknown(message, feature, view.features)
    return Feature(view, feature)


def _full(feature: Feature) -> str:
    return f"{feature.view.name}:{feature.name}"
