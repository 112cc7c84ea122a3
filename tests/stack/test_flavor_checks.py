"""Why a class cannot be a flavor: every reason, each with its fix."""

from __future__ import annotations

import dataclasses
import types
from typing import TYPE_CHECKING, Any, ClassVar
from unicodedata import normalize

import pytest
from pydantic import Field, SecretBytes, SecretStr

from stack_magic.alerters import BaseAlerter
from stack_magic.artifact_stores import BaseArtifactStore
from stack_magic.enums import Severity, StackComponentType
from stack_magic.stack import Diagnostic, StackComponent, check_flavor
from tests.sample_flavors import Lake, Pager

if TYPE_CHECKING:
    from collections.abc import Iterator


def _reasons(thing: Any, base: type[StackComponent] = BaseAlerter) -> dict[str, str]:
    return {found.code: found.message for found in check_flavor(thing, base).diagnostics}


def test_a_whole_flavor_has_no_findings() -> None:
    assert check_flavor(Pager, BaseAlerter).diagnostics == ()
    assert check_flavor(Lake, BaseArtifactStore).diagnostics == ()


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        (Pager(name="x"), {"not-a-class": "Pager(name='x', channel='general', retries=3"}),
        (len, {"not-a-class": "len is a builtin_function_or_method, not a class"}),
        (dict, {"not-a-component": "dict is not a stack component: derive it from BaseAlerter"}),
        (StackComponent, {"type-missing": "StackComponent has no TYPE: derive it from BaseAl"}),
        (Lake, {"type-wrong": "TYPE of Lake is artifact_store, but alerter is wanted here"}),
        (BaseAlerter, {"is-the-base": "BaseAlerter is the abstract base of the type"}),
    ],
)
def test_what_is_no_flavor_of_the_type_has_one_reason(thing: Any, reason: dict[str, str]) -> None:
    found = _reasons(thing)
    assert found.keys() == reason.keys()
    for code, message in reason.items():
        assert found[code].startswith(message)


def test_a_type_is_a_component_type() -> None:
    class Wrong(StackComponent):
        TYPE = "alerter"  # type: ignore[assignment]
        FLAVOR = "wrong"

    assert _reasons(Wrong) == {"type-wrong": "TYPE of Wrong is 'alerter', not a StackComponentType"}


def test_the_type_alone_does_not_make_the_base() -> None:
    class Stranger(StackComponent):
        TYPE = StackComponentType.ALERTER
        FLAVOR = "stranger"

    (found,) = check_flavor(Stranger, BaseAlerter).errors
    assert found.code == "not-the-base"
    assert found.fix == "class Stranger(BaseAlerter): ..."


def test_a_flavor_needs_a_name() -> None:
    class Nameless(BaseArtifactStore):
        SUPPORTED_SCHEMES: ClassVar[set[str]] = {"/"}

    (found,) = check_flavor(Nameless, BaseArtifactStore).errors
    assert found.code == "flavor-missing"
    assert found.fix == 'FLAVOR: ClassVar[str] = "nameless"'


@pytest.mark.parametrize("name", ["a b", "", "list", 3, None, normalize("NFD", "café")])
def test_the_name_of_a_flavor_follows_the_rule(name: Any) -> None:
    cls = type("Named", (Pager,), {"FLAVOR": name, "__module__": __name__})
    (found,) = check_flavor(cls, BaseAlerter).errors
    assert found.code == "flavor-name"
    assert found.message.startswith("FLAVOR of Named: ")


def test_each_abstract_method_is_named_with_its_signature() -> None:
    class Half(BaseAlerter):
        FLAVOR = "half"

        def post(self, message: str, config: Any = None) -> bool:
            return True

    (found,) = check_flavor(Half, BaseAlerter).errors
    assert found.message == "abstract method ask is not implemented"
    assert found.fix.startswith("def ask(self, question: ")


class Mismatched(Pager):
    FLAVOR = "mismatched"

    def post(self) -> bool:  # type: ignore[override]
        return True


class Renamed(Pager):
    FLAVOR = "renamed"

    def post(self, text: str, options: Any = None) -> bool:
        return True


class Demanding(Pager):
    FLAVOR = "demanding"

    def ask(self, question: str, config: Any, urgent: bool) -> bool:  # type: ignore[override]
        return urgent


@pytest.mark.parametrize("cls", [Mismatched, Renamed, Demanding])
def test_a_signature_that_does_not_fit_is_a_reason(cls: type[StackComponent]) -> None:
    (found,) = check_flavor(cls, BaseAlerter).errors
    assert found.code == "signature"
    assert "cannot be called as BaseAlerter promises" in found.message
    assert found.fix.startswith(("def post(self, message: ", "def ask(self, question: "))


class Wider(Pager):
    FLAVOR = "wider"

    def post(self, message: str, config: Any = None, *, urgent: bool = False) -> bool:
        return urgent


class Open(Pager):
    FLAVOR = "open"

    def post(self, *args: Any, **kwargs: Any) -> bool:
        return True


@pytest.mark.parametrize("cls", [Wider, Open])
def test_a_signature_that_accepts_more_fits(cls: type[StackComponent]) -> None:
    assert check_flavor(cls, BaseAlerter).ok


class Leaky(Pager):
    FLAVOR = "leaky"

    token: SecretStr | None = SecretStr("hunter2")
    key: SecretBytes = SecretBytes(b"hunter2")
    empty: SecretStr = SecretStr("")
    made: SecretStr = Field(default_factory=lambda: SecretStr("x"))
    asked: SecretStr


def test_a_secret_has_no_literal_default() -> None:
    report = check_flavor(Leaky, BaseAlerter)
    assert [d.code for d in report.errors] == ["secret-default"] * 2
    assert [d.fix for d in report.errors] == [
        "key: SecretStr | None = None",
        "token: SecretStr | None = None",
    ]
    assert "hunter2" not in repr(report)


def test_a_field_may_not_hide_a_member() -> None:
    with pytest.warns(UserWarning, match="shadows an attribute"):

        class Hiding(Pager):
            FLAVOR = "hiding"

            requirements: str = ""  # type: ignore[assignment]

    (found,) = check_flavor(Hiding, BaseAlerter).errors
    assert found.code == "shadows"
    assert found.message.startswith("field requirements shadows the member")


@pytest.mark.parametrize("name", ["flavor", "help"])
def test_a_field_may_not_be_called_like_an_option(name: str) -> None:
    namespace = {"__annotations__": {name: str}, name: "", "__module__": __name__, "FLAVOR": "x"}
    (found,) = check_flavor(type("Hiding", (Pager,), namespace), BaseAlerter).errors
    assert found.message == f"field {name} cannot be set on a line: --{name} is the command's own"


def test_every_reason_comes_at_once() -> None:
    class Wrong(BaseArtifactStore):
        FLAVOR = "a b"

        token: SecretStr = SecretStr("x")

        def exists(self) -> bool:  # type: ignore[override]
            return True

    codes = {d.code for d in check_flavor(Wrong, BaseArtifactStore).errors}
    assert codes == {"flavor-name", "signature", "secret-default", "schemes-missing"}


def test_a_type_may_ask_for_more() -> None:
    class Strict(Pager):
        FLAVOR = "strict"

        @classmethod
        def flavor_diagnostics(cls) -> Iterator[Diagnostic]:
            yield Diagnostic("own", Severity.WARNING, cls.__name__, "is unusual")

    report = check_flavor(Strict, BaseAlerter)
    assert report.ok
    assert [d.code for d in report.warnings] == ["own"]


class _Raises:
    """A descriptor that raises when it is read."""

    def __get__(self, _: Any, __: Any) -> str:
        raise RuntimeError


def _made(**body: Any) -> type[BaseAlerter]:
    annotations = body.pop("annotations", {})
    names = {"FLAVOR": "made", **body, "__annotations__": annotations, "__module__": __name__}
    return types.new_class("Made", (Pager,), exec_body=lambda here: here.update(names))


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"model_config": {"frozen": False}}, "model-config", "frozen=False"),
        ({"model_config": {"extra": "allow"}}, "model-config", "extra='allow'"),
        ({"model_config": {"hide_input_in_errors": False}}, "model-config", "secrets"),
        ({"annotations": {"post": bool}, "post": True}, "shadows", "BaseAlerter.post"),
        ({"__init__": lambda _: None}, "constructor", "__init__ of its own"),
        ({"__new__": lambda _: None}, "constructor", "__new__ of its own"),
        ({"FLAVOR": _Raises()}, "flavor-name", "FLAVOR of Made raises RuntimeError"),
    ],
)
@pytest.mark.filterwarnings("ignore:Field name")
def test_a_class_that_is_no_frozen_model_of_its_fields_is_refused(
    body: dict[str, Any], code: str, words: str
) -> None:
    assert words in _reasons(_made(**body)).get(code, "")


def test_a_dataclass_is_told_that_it_needs_none() -> None:
    cls = dataclasses.dataclass(_made())
    found = check_flavor(cls, BaseAlerter).errors
    assert [(one.code, one.fix) for one in found] == [
        ("constructor", "remove @dataclass from Made")
    ]


@pytest.mark.parametrize("written", ["Undefined", "list[Undefined]", "os.nothing"])
def test_an_annotation_that_cannot_be_read_names_the_field(written: str) -> None:
    found = _reasons(_made(annotations={"odd": written}))
    assert "odd" in found["annotation"]
