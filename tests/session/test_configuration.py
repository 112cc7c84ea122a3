"""From given values to a component: every field that does not fit, in our words."""

from __future__ import annotations

import enum
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import (
    AfterValidator,
    AnyUrl,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from stack_magic.enums import StackComponentType
from stack_magic.errors import FlavorFailedError, InvalidConfigurationError
from stack_magic.session import (
    DescribeComponent,
    DescribeFlavor,
    DescribeStack,
    ListComponents,
    RegisterComponent,
    RegisterStack,
    Session,
    UpdateComponent,
)
from tests.sample_flavors import Pager

ALERTER = StackComponentType.ALERTER


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Nested(BaseModel):
    model_config = ConfigDict(extra="forbid")

    depth: int = 0
    words: list[str] = []
    key: SecretStr | None = None


class Rich(Pager):
    """A pager with a field of each kind."""

    FLAVOR = "rich"

    number: int = Field(default=1, gt=0, lt=100)
    share: float = Field(default=0.5, ge=0, le=1, allow_inf_nan=False)
    loud: bool = False
    code: str = Field(default="abc", min_length=2, max_length=5, pattern="^[a-z]+$")
    mode: Literal["day", "night"] = "day"
    colour: Colour = Colour.RED
    words: list[str] = Field(default=[])
    pair: tuple[int, int] = (0, 0)
    unique: set[int] = Field(default=set())
    table: dict[str, int] = Field(default={})
    nested: Nested = Nested()
    anything: Any = None
    maybe: int | None = None
    folder: Path = Path()


@pytest.fixture
def rich(fresh: Session) -> Session:
    fresh.register_flavor(Rich)
    return fresh


def _built(session: Session, **configuration: Any) -> Any:
    session.apply(RegisterComponent(ALERTER, "x", "rich", configuration))
    return session.registry.snapshot.component(ALERTER, "x").component


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("number", "42", 42),
        ("share", "0.25", 0.25),
        ("loud", "yes", True),
        ("mode", "night", "night"),
        ("colour", "blue", Colour.BLUE),
        ("words", '["a", "b c"]', ["a", "b c"]),
        ("pair", "[1, 2]", (1, 2)),
        ("unique", "[1, 1]", {1}),
        ("table", '{"a": 1}', {"a": 1}),
        ("nested", '{"depth": 3, "words": ["x"]}', Nested(depth=3, words=["x"])),
        ("maybe", "null", None),
        ("maybe", "3", 3),
        ("code", "null", "null"),
        ("anything", "[1]", "[1]"),
        ("folder", "/a b", Path("/a b")),
        ("words", ["a"], ["a"]),
        ("nested", Nested(depth=1), Nested(depth=1)),
    ],
)
def test_text_becomes_the_value_of_its_field(
    rich: Session, field: str, text: Any, value: Any
) -> None:
    assert getattr(_built(rich, **{field: text}), field) == value


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("number", "many", "must be a whole number (int), not 'many'"),
        ("number", 1.5, "must be a whole number (int), not 1.5"),
        ("number", [], "must be a whole number (int), not a list"),
        ("number", "0", "must be greater than 0, not '0'"),
        ("number", "100", "must be less than 100, not '100'"),
        ("share", "half", "must be a number (float), not 'half'"),
        ("share", None, "must be a number (float), not None"),
        ("share", "-1", "must be at least 0.0, not '-1'"),
        ("share", "2", "must be at most 1.0, not '2'"),
        ("share", "nan", "must be a finite number, not 'nan'"),
        ("loud", "maybe", "must be true or false, not 'maybe'"),
        ("loud", [], "must be true or false, not a list"),
        ("code", 3, "must be text (str), not 3"),
        ("code", "a", "must have at least 2 characters, not 'a'"),
        ("code", "abcdef", "must have at most 5 characters, not 'abcdef'"),
        ("code", "AB", "must match ^[a-z]+$, not 'AB'"),
        ("mode", "noon", "must be one of 'day' or 'night', not 'noon'"),
        ("colour", "grün", "must be one of 'red' or 'blue', not 'grün'"),
        ("words", "a,b", "must be a list, as JSON in quotes: '[…]', not 'a,b'"),
        ("pair", "1", "must be a list, as JSON in quotes: '[…]', not '1'"),
        ("unique", "1", "must be a list, as JSON in quotes: '[…]', not '1'"),
        ("table", "a", "must be an object, as JSON in quotes: '{…}', not 'a'"),
        ("table", '{"a": "x"}', "at a: must be a whole number (int)"),
        ("words", "[1]", "at 0: must be text (str)"),
        ("nested", '{"deep": 1}', "at deep: is not known here"),
        (
            "nested",
            '{"depth": "x"}',
            "at depth: must be a whole number (int)",
        ),
        ("number", "9" * 200, "must be less than 100, not '" + "9" * 78 + "…"),
    ],
)
def test_what_does_not_fit_is_said_in_words(
    rich: Session, field: str, given: Any, words: str
) -> None:
    report = rich.preview(RegisterComponent(ALERTER, "x", "rich", {field: given}))
    assert [(d.subject, d.message) for d in report.errors] == [(field, words)]


def test_every_field_is_named_at_once(rich: Session) -> None:
    values = {"number": "x", "loud": "loud", "wrods": "z", "uuid": "1"}
    with pytest.raises(InvalidConfigurationError, match="does not fit flavor 'rich'") as refused:
        _built(rich, **values)
    lines = str(refused.value).splitlines()
    assert sorted(line.split(":")[0].strip() for line in lines[1:-1]) == [
        "--loud",
        "--number",
        "--uuid",
        "--wrods",
    ]
    assert lines[-1] == "hint: %alerter flavor describe rich"
    assert "did you mean --words?" in str(refused.value)


# Limits.


def _cycle() -> list[Any]:
    cycle: list[Any] = [1]
    cycle.append({"again": cycle})
    return cycle


def _deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_cycle, "it contains itself: a cycle cannot be a value"),
        (lambda: "x" * 200_000_000, "it is larger than the limit of 65536 characters"),
        (lambda: ["x" * 1000] * 100, "it is larger than the limit of 65536 characters"),
        (lambda: {"k" * 70_000: 1}, "it is larger than the limit of 65536 characters"),
        (lambda: dict.fromkeys(range(1_000_000)), "it has 1000000 entries, the limit is 10000"),
        (lambda: [list(range(200))] * 100, "it has more entries than the limit of 10000"),
        (lambda: _deep(100_000), "it is nested deeper than the limit of 32 levels"),
        (lambda: {"a": {1, 2, 3}, "b": [_deep(40)]}, "it is nested deeper than the limit of"),
    ],
    ids=["cycle", "200 MB", "long texts", "long key", "million keys", "lists", "depth", "mixed"],
)
def test_a_value_past_a_limit_is_refused(rich: Session, make: Any, reason: str) -> None:
    command = RegisterComponent(ALERTER, "x", "rich", {"anything": make()})
    (found,) = rich.preview(command).errors
    assert found.subject == "anything"
    assert found.message.startswith(reason)


def test_a_value_within_the_limits_is_fine(rich: Session) -> None:
    value = {str(n): n for n in range(6000)}
    assert _built(rich, table=value).table == value


# A flavor's own code that fails.


class Faulty(Pager):
    FLAVOR = "faulty"

    number: int = 0

    @field_validator("channel")
    @classmethod
    def _polite(cls, value: str) -> str:
        if value == "loud":
            message = "say it quietly"
            raise ValueError(message)
        if value == "assert":
            raise AssertionError
        if value == "boom":
            message = "canary"
            raise KeyError(message)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Faulty:
        if self.number == 13:
            message = "Unlucky number"
            raise ValueError(message)
        return self


@pytest.fixture
def faulty(fresh: Session) -> Session:
    fresh.register_flavor(Faulty)
    return fresh


def test_a_validators_refusal_is_passed_on(faulty: Session) -> None:
    loud = faulty.preview(RegisterComponent(ALERTER, "x", "faulty", {"channel": "loud"}))
    assert [(d.subject, d.message) for d in loud.errors] == [("channel", "say it quietly")]
    unlucky = faulty.preview(RegisterComponent(ALERTER, "x", "faulty", {"number": "13"}))
    assert [(d.subject, d.message) for d in unlucky.errors] == [("together", "unlucky number")]


def test_a_validator_that_fails_is_named_without_its_message(faulty: Session) -> None:
    with pytest.raises(FlavorFailedError, match="failed while it validated channel") as failed:
        faulty.apply(RegisterComponent(ALERTER, "x", "faulty", {"channel": "boom"}))
    text = str(failed.value)
    assert "KeyError at line" in text
    assert "in _polite: raise KeyError(message)" in text
    assert "canary" not in text
    assert "a validator raises ValueError to refuse a value" in text


class Grumpy(Pager):
    FLAVOR = "grumpy"

    @property
    def post_registration_message(self) -> str | None:
        raise LookupError

    def diagnostics(self) -> Any:
        raise OSError


class Friendly(Pager):
    FLAVOR = "friendly"

    @property
    def post_registration_message(self) -> str | None:
        return "call 112 to try it"


def test_a_message_that_fails_registers_nothing(fresh: Session) -> None:
    fresh.register_flavor(Grumpy)
    with pytest.raises(
        FlavorFailedError, match=r"Grumpy\.post_registration_message raised LookupErr"
    ):
        fresh.apply(RegisterComponent(ALERTER, "x", "grumpy"))
    assert not fresh.registry.snapshot.component_names(ALERTER)


def test_a_message_is_shown_after_registration(fresh: Session) -> None:
    fresh.register_flavor(Friendly)
    answer = fresh.apply(RegisterComponent(ALERTER, "x", "friendly"))
    assert "  call 112 to try it" in repr(answer).splitlines()


def test_cards_are_shown_though_diagnostics_fail(fresh: Session) -> None:
    class Silent(Grumpy):
        FLAVOR = "silent"

        @property
        def post_registration_message(self) -> str | None:
            return None

    fresh.register_flavor(Silent)
    answer = fresh.apply(RegisterComponent(ALERTER, "x", "silent"))
    assert "the diagnostics of x failed: OSError" in repr(answer)
    assert "failed: OSError" in repr(fresh.apply(DescribeComponent(ALERTER, "x")))
    draft = RegisterStack("s", {ALERTER: "x"}, validate_only=True)
    assert "▲ see below" in repr(fresh.apply(draft))


# How values are shown.


def test_a_card_shows_every_field_as_it_is_typed(rich: Session) -> None:
    _built(rich, words=["a"], colour="blue", unique=[2, 1], nested={"depth": 2})
    value: Any = rich.apply(DescribeComponent(ALERTER, "x"))
    shown = value.value
    assert shown["words"] == '["a"]'
    assert shown["colour"] == "blue"
    assert shown["unique"] == "[1, 2]"
    assert shown["nested"] == '{"depth": 2, "words": [], "key": null}'
    assert shown["maybe"] == "not set"
    assert shown["folder"] == "."


def test_what_a_card_shows_can_be_typed_again(rich: Session) -> None:
    first = _built(
        rich, words=["a"], colour="blue", unique=[2, 1], nested={"depth": 2}, pair=[1, 2]
    )
    shown: Any = rich.apply(DescribeComponent(ALERTER, "x"))
    texts = {k: v for k, v in shown.value.items() if v != "not set"}
    rich.apply(UpdateComponent(ALERTER, "x", texts))
    again = rich.registry.snapshot.component(ALERTER, "x").component
    assert again == first


def test_a_flavors_card_shows_its_options(rich: Session) -> None:
    text = repr(rich.apply(DescribeFlavor(ALERTER, "rich")))
    assert "A pager with a field of each kind." in text
    assert "--channel" in text
    assert "Who is called" in text
    assert repr(rich.apply(DescribeStack())).startswith("✓ stack default: valid, active")


def test_a_url_and_a_date_are_typed_without_quotes() -> None:
    configuration = {"url": AnyUrl("https://example.org/"), "since": date(2026, 1, 2)}
    command = RegisterComponent(StackComponentType.ALERTER, "ops", "pager", configuration)
    assert str(command) == (
        "%alerter register ops --flavor=pager --url=https://example.org/ --since=2026-01-02"
    )


class Unprintable:
    """A value whose `repr` is broken."""

    def __repr__(self) -> str:
        raise RuntimeError


class Holder(Pager):
    """Takes anything, and makes of a text what cannot be shown."""

    FLAVOR: ClassVar[str] = "holder"

    options: dict[Any, Any] = Field(default={})
    anything: Any = None
    made: Annotated[Any, AfterValidator(lambda value: value and Unprintable())] = None


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("options", {("a",): 1}, "a tuple cannot be a key in JSON"),
        ("options", {"a": {"b": object()}}, "a object is no JSON"),
        ("anything", Unprintable(), "a Unprintable is no JSON"),
        ("anything", [len], "a builtin_function_or_method is no JSON"),
        ("anything", b"\xff", "a bytes is no JSON"),
    ],
)
def test_a_value_that_is_no_json_is_refused_with_field_and_type(
    fresh: Session, key: str, value: Any, reason: str
) -> None:
    fresh.register_flavor(Holder)
    with pytest.raises(InvalidConfigurationError, match=rf"--{key}: cannot be shown as JSON") as e:
        fresh.register_component("alerter", "one", flavor="holder", **{key: value})
    assert reason in e.value.message


def test_a_repr_that_raises_breaks_no_list(fresh: Session) -> None:
    fresh.register_flavor(Holder)
    fresh.register_component("alerter", "one", flavor="holder", made="text")
    component = fresh.registry.snapshot.component(StackComponentType.ALERTER, "one").component
    assert "whose repr raises RuntimeError" in repr(component)
    for command in (ListComponents, DescribeComponent, DescribeFlavor):
        name = {DescribeComponent: ["one"], DescribeFlavor: ["holder"]}.get(command, [])
        assert "holder" in repr(fresh.apply(command(StackComponentType.ALERTER, *name)))
    assert "made=******" in repr(fresh.apply(ListComponents(StackComponentType.ALERTER)))
