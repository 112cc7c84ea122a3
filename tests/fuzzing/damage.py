"""Documents and values as nobody wrote them: changed in a place or two, cut, or anything."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn, SearchStrategy

_TEXTS = st.text(max_size=20) | st.sampled_from(["", "..", "/", "\0", "\ud800", "é", "{{a.b}}"])
_NUMBERS = (
    st.integers()
    | st.sampled_from([0, -1, 2**31, 2**63, 2**64, 10**400])
    | st.floats()
    | st.booleans()
)
ANYTHING = st.recursive(
    st.none() | _NUMBERS | _TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
"""Any value of JSON, and what Python's reader of JSON takes too: NaN, half of a pair."""

_ODD = ["100000*[", '50000*{"a":', "5000*1", '1*"\\ud800"', "1*NaN", "0*", "1*null"]
"""Contents of files as how often and what: a finding shall be short."""


@st.composite
def damaged_value(draw: DrawFn, whole: Any) -> Any:
    """Return a copy of a JSON value in which one to three places were changed."""
    document = {"": copy.deepcopy(whole)}
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        container, key = places[draw(st.integers(0, len(places) - 1))]
        what = draw(st.sampled_from(["replace", "remove", "wrap", "add"]))
        if what == "remove" and container is not document:
            del container[key]
        elif what == "wrap":
            container[key] = draw(st.sampled_from([[container[key]], {"a": container[key]}]))
        elif what == "add" and isinstance(container, list):
            container.append(container[key])
        else:
            container[key] = draw(ANYTHING)
    return document[""]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


@st.composite
def _cut(draw: DrawFn, content: bytes) -> bytes:
    at = draw(st.integers(0, len(content)))
    rest = draw(st.integers(at, len(content)))
    return content[:at] + draw(st.binary(max_size=8)) + content[rest:]


def damaged_file(whole: Any) -> SearchStrategy[str]:
    """Return what `content_of` makes the contents of a file of, that once had a JSON value."""
    changed = damaged_value(whole).map(lambda value: json.dumps(value).encode())
    content = json.dumps(whole).encode()
    whole_or_cut = st.one_of(changed, changed, _cut(content), st.binary(max_size=40))
    return st.sampled_from(_ODD) | whole_or_cut.map(lambda data: f"1*{data.decode('latin-1')}")


def content_of(text: str) -> bytes:
    """Return the bytes that `3*x` stands for: `xxx`."""
    number, _, part = text.partition("*")
    return int(number) * part.encode("latin-1")
