"""The trees: their words collide with no name, their help builds, both spellings work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from stack_magic.enums import MAGICS, StackComponentType
from stack_magic.errors import LineError
from stack_magic.grammar import help_text, parse, tree
from stack_magic.session import (
    DeleteStack,
    DescribeStack,
    ListComponents,
    ListModelServers,
    ListPipelines,
    RegisterComponent,
    RegisterStack,
    RemoveAttributes,
    RunPipeline,
    ShowHelp,
)
from stack_magic.stack import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

STORE = StackComponentType.ARTIFACT_STORE


def _commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, (*path, name))


PATHS = [path for magic in MAGICS for path in _commands(tree(magic), (magic,))]


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_a_word_of_the_grammar_is_no_name(path: tuple[str, ...]) -> None:
    assert set(path[1:]) <= RESERVED


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    magic, *words = path
    shown = parse(magic, " ".join([*words, "--help"]))
    assert isinstance(shown, ShowHelp)
    assert shown.text.startswith(f"Usage: %{' '.join(path)}")
    assert str(shown) == f"%{' '.join(path)} --help"


@pytest.mark.parametrize("magic", MAGICS)
def test_the_help_of_a_magic_names_its_commands(magic: str) -> None:
    commands = tree(magic).commands
    assert all(word in help_text(magic) for word in commands)


@pytest.mark.parametrize("kind", StackComponentType)
def test_a_type_is_a_magic_in_both_spellings(kind: StackComponentType) -> None:
    for magic in {kind.value, kind.value.replace("_", "-")}:
        assert magic in MAGICS
        is_deployer = kind is StackComponentType.MODEL_DEPLOYER
        listed = ListModelServers() if is_deployer else ListComponents(kind)
        assert parse(magic, "list") == listed


@pytest.mark.parametrize("kind", StackComponentType)
def test_a_slot_is_an_option_in_every_spelling(kind: StackComponentType) -> None:
    expected = RegisterStack("prod", {kind: "x"})
    dashed = kind.value.replace("_", "-")
    for option in (kind.short_option, f"--{kind.value}", f"--{dashed}"):
        assert parse("stack", f"register prod {option} x") == expected
    assert parse("stack", f"register prod --{dashed}=x") == expected


@pytest.mark.parametrize("spelling", ["--max-size=5", "--max_size=5", "--max-size 5"])
def test_a_field_is_an_option_in_every_spelling(spelling: str) -> None:
    command = parse("artifact_store", f"register lake --flavor s3 {spelling}")
    assert command == RegisterComponent(STORE, "lake", "s3", {"max_size": "5"})


@pytest.mark.parametrize("spelling", ["--max-size", "--max_size"])
def test_an_attribute_is_removed_in_both_spellings(spelling: str) -> None:
    command = parse("artifact_store", f"remove-attribute lake {spelling}")
    assert command == RemoveAttributes(STORE, "lake", ("max_size",))


def test_a_magic_alone_shows_something() -> None:
    assert parse("stack", "") == DescribeStack()
    assert parse("pipeline", "") == ListPipelines()
    assert parse("alerter", "") == ListComponents(StackComponentType.ALERTER)
    assert isinstance(parse("flavor", ""), ShowHelp)


def test_yes_is_accepted_and_means_nothing() -> None:
    assert parse("stack", "delete prod -y") == DeleteStack("prod")


def test_a_pipelines_parameters_are_options() -> None:
    command = parse("pipeline", "run train --stack prod --no-cache --rate=0.5")
    assert command == RunPipeline("train", "prod", cache=False, parameters={"rate": "0.5"})


@pytest.mark.parametrize(
    ("magic", "line", "reason"),
    [
        ("stack", "regster x", "has no command 'regster'\nhint: did you mean 'register'"),
        ("stack", "nonsense", "known: register, "),
        ("stack", "set", "NAME is missing\nhint: usage:"),
        ("stack", "register x --oven y", "there is no option --oven"),
        ("stack", "set a b", "unexpected"),
        ("artifact-store", "register lake", "--flavor is missing"),
        ("artifact-store", "register lake --flavor=s3 --a=1 --a=2", "--a is given twice"),
        ("artifact-store", "register lake --flavor=s3 --name=x", "--name is not an option"),
        ("artifact-store", "register lake --flavor=s3 --1=x", "cannot be the name of a field"),
    ],
)
def test_a_line_against_the_grammar_says_how_to_mend_it(magic: str, line: str, reason: str) -> None:
    with pytest.raises(LineError, match=reason):
        parse(magic, line)
