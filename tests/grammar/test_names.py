"""Names that variables hold: in loops a line takes them wherever a name belongs."""

from __future__ import annotations

import pytest

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidNameError, LineError, ReferenceRefusedError
from stack_magic.grammar import parse
from stack_magic.session import CopyStack, RegisterComponent, RegisterStack, RunPipeline, Session

STORE = StackComponentType.ARTIFACT_STORE


def test_a_variable_stands_for_a_name_wherever_one_belongs() -> None:
    names = {"n": "lake", "f": "local", "s": "prod"}
    register = parse("artifact_store", "register $n --flavor=$f --path=$n", names)
    assert isinstance(register, RegisterComponent)
    assert (register.name, register.flavor) == ("lake", "local")
    assert str(register) == "%artifact_store register lake --flavor=local --path=$n"
    stack = parse("stack", "register {s} -a $n", names)
    assert isinstance(stack, RegisterStack)
    assert (stack.name, dict(stack.slots)) == ("prod", {STORE: "lake"})
    assert parse("stack", "copy $s $n", names) == CopyStack("prod", "lake")
    run = parse("pipeline", "run $n --stack=$s", names)
    assert isinstance(run, RunPipeline)
    assert "lake" in str(run)
    assert "prod" in str(run)


@pytest.mark.parametrize("value", [None, 3, ["a"]])
def test_what_is_no_text_is_no_name(value: object) -> None:
    with pytest.raises(InvalidNameError, match="a name is text") as caught:
        parse("stack", "set $n", {"n": value})
    assert caught.value.hint == "n = str(n)"


def test_a_variable_that_is_not_there_is_named() -> None:
    with pytest.raises(ReferenceRefusedError, match="no variable 'name'") as caught:
        parse("stack", "set $name", {"names": "a"})
    assert "names" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("magic", "text", "known"),
    [
        ("artifact_store", "register lake", "known: local; usage: %artifact_store register"),
        ("stack", "set", "known: default; usage: %stack set"),
        ("alerter", "flavor describe", "known: notebook; usage"),
    ],
)
def test_a_missing_word_lists_the_choices(magic: str, text: str, known: str) -> None:
    with pytest.raises(LineError, match="is missing") as caught:
        parse(magic, text, {}, Session())
    assert known in (caught.value.hint or "")
