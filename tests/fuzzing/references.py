"""Values that say where a value is: `@env:NAME`, `@file:PATH`, `$name` and what looks so."""

from __future__ import annotations

import os
from collections import deque
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr

from stack_magic.enums import StackComponentType
from stack_magic.grammar import parse
from stack_magic.session import RegisterComponent, RegisterSecret, Session
from stack_magic.session._command import line
from tests.fuzzing.target import FoundError, Target, result_or_error
from tests.sample_flavors import Pager

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

CANARY = "hunter2-SEKRET"


class Login(BaseModel):
    """Is given as JSON."""

    user: str
    key: SecretStr


class Referring(Pager):
    """Has a field of each kind that a reference may stand in."""

    FLAVOR: ClassVar[str] = "referring"

    text: str = ""
    number: int = 0
    maybe: float | None = None
    path: Path | None = None
    anything: Any = None
    password: str = ""
    plain: SecretStr | None = None
    in_bytes: SecretBytes | None = None
    pin: Secret[int] | None = None
    several: list[SecretStr] = Field(default=[])
    queue: deque[SecretStr] = Field(default=deque())
    table: dict[str, SecretStr] = Field(default={})
    login: Login | None = None


_FIELDS = sorted({*Referring.model_fields, "token"} - {"channel", "retries"})
_BEGINS = st.sampled_from(
    [
        *("@env:", "@file:", "@keyring:", "@json:", "@prompt", "@", "@@", "@ENV:", "@file:./"),
        *("$", "$$", "${", "{{", "{", "[", "$'", '["@env:', '{"user": "a", "key": "@env:'),
    ]
)
_TARGETS = st.sampled_from(
    [
        *("CANARY", "EMPTY", "NUMBER", "ABSENT", "a=b", "\0", "", "\ud800", "x" * 5000),
        *("secret.txt", "folder", "pipe", "latin", "empty", "large", "/dev/null", "~nosuch/x"),
        *("name", "secret", "broken.property", "number", "nothing", "s.k", "name.upper"),
    ]
)
_ENDS = st.sampled_from(["", "}", "}}", '"]', '"}', ":", " ", "\n", "/x", "'"])


class _Broken:
    @property
    def property(self) -> str:
        raise KeyError(CANARY)

    def __repr__(self) -> str:
        raise RuntimeError(CANARY)


def inputs() -> SearchStrategy[list[str]]:
    """Return a field and what is given for it."""
    built = st.builds(
        lambda begin, target, end: begin + target + end,
        _BEGINS,
        _TARGETS | st.text(max_size=8),
        _ENDS,
    )
    value = st.one_of(built, built, st.text(max_size=12), st.lists(_BEGINS | _ENDS).map("".join))
    return st.tuples(st.sampled_from(_FIELDS), value).map(list)


def begin(folder: Path) -> Callable[[Any], None]:
    """Return the trial: a component registered in Python and by a line, and a secret previewed."""
    os.chdir(folder)
    os.environ.update(CANARY=CANARY, EMPTY="", NUMBER="12345678")
    Path("secret.txt").write_text(f"{CANARY}\n", encoding="utf-8")
    Path("latin").write_bytes(b"\xe9\xff")
    Path("empty").touch()
    Path("large").write_bytes(b"x" * 100_000)
    Path("folder").mkdir()
    os.mkfifo("pipe")
    session = Session()
    session.namespace = {
        "name": "ops",
        "number": 3,
        "nothing": None,
        "secret": SecretStr(CANARY),
        "broken": _Broken(),
    }
    session.register_flavor(Referring)
    numbers = count()

    def answered(said: Callable[[], Any]) -> None:
        with result_or_error(CANARY):
            answer = said()
            if CANARY in f"{answer!r} {answer._repr_mimebundle_()}":
                message = f"a secret is told: {answer!r}"
                raise FoundError(message)

    def trial(value: Any) -> None:
        field, text = value
        kind, name = StackComponentType.ALERTER, f"a{next(numbers)}"
        command = RegisterComponent(kind, name, "referring", {field: text})
        answered(lambda: session.apply(command))
        answered(lambda: session.preview(command))
        typed = line(kind, "register", f"{name}l", flavor="referring", **{field: text})
        _, _, rest = typed.partition(" ")
        answered(lambda: session.apply(parse(str(kind), rest, session.namespace)))
        answered(lambda: session.preview(RegisterSecret("vault", {"key": text})))
        for given in (name, f"{name}l"):
            if (kind, given) in session.registry.snapshot.components:
                for word in ("describe", "delete"):
                    answered(partial(session.apply, parse(str(kind), f"{word} {given}")))

    return trial


REFERENCES = Target("references", inputs, begin)
