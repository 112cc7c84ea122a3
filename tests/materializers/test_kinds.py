"""What is stored comes back as it was, whatever it is."""

from __future__ import annotations

from typing import Any

import pytest

from stack_magic.materializers import dump, load

from .kinds import kinds, told

KINDS = kinds()


@pytest.mark.parametrize("name", KINDS)
def test_a_value_comes_back_as_it_was(name: str) -> None:
    value = KINDS[name]
    before = told(value)
    materializer, content = dump(value)
    back: Any = load(materializer.name, content, name)
    assert told(back) == before
    assert told(value) == before  # writing has changed nothing
