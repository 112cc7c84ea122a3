"""Values in words: what a repr tells all of stands alone, the rest has a digest."""

from __future__ import annotations

import threading
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pydantic import SecretStr

from stack_magic.secrets import learn
from stack_magic.stack import as_json, described


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.10"), "Decimal('1.10')"),
        (Path("data"), "PosixPath('data')"),
        (frozenset({"b", "a"}), "frozenset({'a', 'b'})"),
        (
            datetime(2024, 2, 29, tzinfo=ZoneInfo("Europe/Berlin")),
            "datetime.datetime(2024, 2, 29, 0, 0, tzinfo=zoneinfo.ZoneInfo(key='Europe/Berlin'))",
        ),
        (-(10**5000), hex(-(10**5000))),
    ],
    ids=["decimal", "path", "set", "time", "large"],
)
def test_a_repr_that_tells_all_stands_alone(value: Any, text: str) -> None:
    assert described(value) == (text, "", True, False)


def test_other_values_have_a_digest_of_what_they_hold() -> None:
    one, again, other = (described(np.full(5000, number)) for number in (1, 1, 2))
    assert one.is_certain
    assert one == again != other
    assert str(one).endswith(f" #{one.digest}")
    assert str(described({Path("a"): 1})) != str(described({Path("b"): 1}))


def test_of_a_secret_there_is_no_digest() -> None:
    class Holder:
        def __init__(self, token: Any) -> None:
            self.token = token

    assert described(Holder(SecretStr("hunter2"))).secret
    learn("hunter2")
    plain = described(Holder("postgres://hunter2@host"))
    assert (plain.secret, plain.digest) == (True, "")
    assert described(Holder("postgres://host")).digest


def test_what_cannot_be_read_is_not_certain() -> None:
    assert not described(number for number in range(3)).is_certain


@pytest.mark.parametrize(
    "value",
    [{1: "a"}, {"a": {1: 2}}, 1j, threading.Lock()],
    ids=lambda value: type(value).__name__,
)
def test_what_json_would_change_is_no_json(value: Any) -> None:
    with pytest.raises(TypeError):
        as_json(value)
