"""A command is a line, and the line is the command again."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stack_magic.enums import StackComponentType
from stack_magic.errors import InvalidNameError
from stack_magic.grammar import parse
from stack_magic.session import (
    CAN_BE_TRUSTED,
    ActivateStack,
    CancelRun,
    CheckComponent,
    CompareRuns,
    ComponentDown,
    ComponentLogs,
    ComponentUp,
    CopyComponent,
    CopyStack,
    DeleteComponent,
    DeleteFlavor,
    DeleteModelServer,
    DeleteSecret,
    DeleteStack,
    DeployModel,
    DescribeComponent,
    DescribeFlavor,
    DescribeModelServer,
    DescribePackage,
    DescribeRun,
    DescribeStack,
    DiffRuns,
    DistrustComponent,
    ExplainRun,
    ExplainType,
    GetComponent,
    GetSecret,
    GetStack,
    ListComponents,
    ListFlavors,
    ListModelServers,
    ListPipelines,
    ListRuns,
    ListSecrets,
    ListStacks,
    ModelServerLogs,
    OpenBrowser,
    OpenComposer,
    OpenForm,
    OpenReport,
    OpenRunPanel,
    PackagePipeline,
    Reference,
    RegisterComponent,
    RegisterDefined,
    RegisterFlavor,
    RegisterSecret,
    RegisterSecrets,
    RegisterStack,
    RemoveAttributes,
    RemoveSlots,
    RenameComponent,
    RenameStack,
    RunInPanel,
    RunPackage,
    RunPipeline,
    ShowHelp,
    ShowHistory,
    StackDown,
    StackUp,
    StartModelServer,
    StopModelServer,
    TrustComponent,
    UpdateComponent,
    UpdateSecret,
    UpdateStack,
    ValidateStack,
)
from stack_magic.stack import check_name

if TYPE_CHECKING:
    from stack_magic.session import Command


def _is_name(text: str) -> bool:
    try:
        return check_name(text) == text
    except InvalidNameError:
        return False


letters = st.characters(categories=("Ll", "Lu", "Lo", "Nd"), include_characters="_.-")
names = st.text(letters, min_size=1, max_size=12).filter(_is_name)
maybe = st.one_of(st.none(), names)
kinds = st.sampled_from(StackComponentType)
# `%model_deployer list|describe|logs|delete NAME` speak of models first.
others = kinds.filter(lambda kind: kind is not StackComponentType.MODEL_DEPLOYER)
trusted_kinds = st.sampled_from(CAN_BE_TRUSTED)
identifiers = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
_OURS = {"name", "uuid", "flavor", "help", "stack", "remove", "panel"}
fields = identifiers.filter(lambda f: f not in _OURS)
texts = st.one_of(
    st.text(max_size=40),
    st.text("{}[]$@'\"\\#;|=-> \t\n\u2019\u201cab", max_size=12),
)
variables = st.one_of(
    st.builds(Reference, st.just("variable"), identifiers),
    st.builds(Reference, st.just("variable"), st.builds("{}.{}".format, identifiers, identifiers)),
)
values = st.one_of(texts, variables)
configurations = st.dictionaries(fields, values, max_size=3)
slots = st.dictionaries(kinds, names, max_size=4)
types = st.sets(kinds, min_size=1).map(
    lambda chosen: tuple(kind for kind in StackComponentType if kind in chosen)
)
dotted = st.lists(identifiers, min_size=1, max_size=3).map(".".join)

secret_values = st.dictionaries(
    fields.filter(lambda f: f != "yes"),
    st.one_of(variables, st.sampled_from(["@prompt", "@env:A", "@file:~/a b"])),
    min_size=1,
    max_size=2,
)
lines = st.integers(1, 500)
either = st.sampled_from([None, True, False])
packages = st.sampled_from(["train:v1", "team/train:1.0", f"train@sha256:{'a' * 64}"])
tags = st.from_regex(r"[a-z0-9][a-z0-9.]{0,8}", fullmatch=True)

STRATEGIES: dict[type, st.SearchStrategy[Any]] = {
    ActivateStack: st.builds(ActivateStack, names),
    CancelRun: st.builds(CancelRun, names),
    CheckComponent: st.builds(CheckComponent, kinds, maybe, st.booleans()),
    CompareRuns: st.builds(
        CompareRuns,
        maybe,
        st.integers(1, 10**6),
        st.lists(texts.filter(bool), max_size=3).map(tuple),
        maybe,
        st.one_of(st.none(), texts.filter(bool)),
        st.one_of(st.none(), texts.filter(bool)),
    ),
    DiffRuns: st.builds(DiffRuns, names, names, maybe),
    DistrustComponent: st.builds(DistrustComponent, trusted_kinds, names),
    ComponentDown: st.builds(ComponentDown, kinds, maybe, st.booleans()),
    ComponentLogs: st.builds(ComponentLogs, others, maybe, lines),
    ComponentUp: st.builds(ComponentUp, kinds, maybe),
    CopyComponent: st.builds(CopyComponent, kinds, names, names),
    CopyStack: st.builds(CopyStack, names, names),
    DeleteComponent: st.builds(DeleteComponent, others, names),
    DeleteFlavor: st.builds(DeleteFlavor, kinds, names),
    DeleteModelServer: st.builds(DeleteModelServer, names, either),
    DeleteSecret: st.builds(DeleteSecret, names, maybe),
    DeleteStack: st.builds(DeleteStack, names),
    DeployModel: st.builds(
        DeployModel,
        names,
        st.sampled_from(["train-1/fit", "a/b/c", "with space/x"]),
        maybe,
        st.booleans(),
        st.booleans(),
        st.integers(0, 65535),
        st.integers(0, 1000),
    ),
    DescribeComponent: st.builds(DescribeComponent, others, maybe),
    DescribeFlavor: st.builds(DescribeFlavor, kinds, names),
    DescribeModelServer: st.builds(DescribeModelServer, names, either),
    DescribePackage: st.builds(DescribePackage, packages, maybe),
    DescribeRun: st.builds(DescribeRun, names, maybe),
    ExplainRun: st.builds(ExplainRun, names, maybe, maybe),
    DescribeStack: st.builds(DescribeStack, maybe),
    ExplainType: st.builds(ExplainType, kinds),
    GetComponent: st.builds(GetComponent, kinds),
    GetSecret: st.builds(GetSecret, names, st.one_of(st.none(), identifiers), maybe),
    GetStack: st.builds(GetStack),
    ListComponents: st.builds(ListComponents, others),
    ListFlavors: st.builds(ListFlavors, kinds),
    ListModelServers: st.builds(ListModelServers),
    ListPipelines: st.builds(ListPipelines),
    ListRuns: st.builds(ListRuns, maybe, lines),
    ListSecrets: st.builds(ListSecrets, maybe),
    ListStacks: st.builds(ListStacks),
    ModelServerLogs: st.builds(ModelServerLogs, names, lines, either),
    OpenBrowser: st.builds(OpenBrowser),
    OpenComposer: st.builds(OpenComposer, maybe),
    OpenForm: st.builds(OpenForm, kinds, maybe, maybe),
    OpenReport: st.builds(OpenReport, maybe),
    OpenRunPanel: st.builds(OpenRunPanel, names, maybe),
    PackagePipeline: st.builds(PackagePipeline, names, tags, maybe),
    RegisterComponent: st.builds(RegisterComponent, kinds, names, names, configurations),
    RegisterDefined: st.builds(RegisterDefined, st.lists(dotted, min_size=1).map(tuple)),
    RegisterFlavor: st.builds(RegisterFlavor, kinds, dotted),
    RegisterSecret: st.builds(RegisterSecret, names, secret_values, maybe),
    RegisterSecrets: st.builds(RegisterSecrets, maybe),
    RegisterStack: st.one_of(
        *(
            st.builds(RegisterStack, names, slots, st.booleans(), st.just(only), st.just(strict))
            for only, strict in ((False, False), (True, False), (True, True))
        )
    ),
    RemoveAttributes: st.builds(
        RemoveAttributes, kinds, names, st.lists(fields, min_size=1, max_size=3).map(tuple)
    ),
    RemoveSlots: st.builds(RemoveSlots, maybe, types),
    RenameComponent: st.builds(RenameComponent, kinds, names, names),
    RenameStack: st.builds(RenameStack, names, names),
    RunInPanel: st.builds(RunInPanel, names, maybe, st.booleans(), configurations),
    RunPackage: st.builds(
        RunPackage, packages, maybe, st.booleans(), st.booleans(), configurations
    ),
    RunPipeline: st.builds(RunPipeline, names, maybe, st.booleans(), configurations),
    ShowHistory: st.builds(ShowHistory, st.booleans()),
    StackDown: st.builds(StackDown, maybe, st.booleans()),
    StackUp: st.builds(StackUp, maybe),
    StartModelServer: st.builds(StartModelServer, names),
    StopModelServer: st.builds(StopModelServer, names),
    TrustComponent: st.builds(TrustComponent, trusted_kinds, names),
    UpdateComponent: st.builds(
        UpdateComponent,
        kinds,
        names,
        configurations,
        st.lists(fields, unique=True, max_size=2).map(tuple),
    ),
    UpdateSecret: st.builds(UpdateSecret, names, secret_values, maybe),
    UpdateStack: st.builds(
        UpdateStack, maybe, slots, st.booleans(), st.lists(kinds, unique=True).map(tuple)
    ),
    ValidateStack: st.builds(ValidateStack, maybe, st.booleans(), st.booleans()),
}


def _reparsed(command: Command) -> Command:
    magic, _, rest = str(command).removeprefix("%").partition(" ")
    again = parse(magic, rest)
    assert type(again) is type(command)
    return again


def test_every_command_is_tried_here() -> None:
    session = import_module("stack_magic.session")
    public = [getattr(session, name) for name in session.__all__]
    commands = {thing for thing in public if isinstance(thing, type) and hasattr(thing, "on")}
    assert commands == {*STRATEGIES, ShowHelp, session.Command}


@pytest.mark.parametrize("kind", STRATEGIES, ids=lambda kind: kind.__name__)
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_a_command_is_read_back_from_its_line(kind: type, data: st.DataObject) -> None:
    command = data.draw(STRATEGIES[kind])
    assert _reparsed(command) == command


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(text=texts)
@example("it's")
@example("""both ' and " of them""")
@example("'")
@example("")
@example("--flag")
@example("{name}")
@example("$${a.b}")
@example("$name")
@example("$$name")
@example("C:\\data\\")
@example("\u201cquoted\u201d")
@example("select 1; drop;")
@example('{"a": "}"}')
@example("a\rb")
def test_any_text_is_a_value(text: str) -> None:
    command = UpdateComponent(StackComponentType.ARTIFACT_STORE, "lake", {"note": text})
    assert _reparsed(command) == command


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)),
    max_leaves=8,
).filter(lambda value: not isinstance(value, str))


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(value=JSON)
def test_a_json_value_is_its_json_on_the_line(value: Any) -> None:
    command = UpdateComponent(StackComponentType.ARTIFACT_STORE, "lake", {"note": value})
    again = _reparsed(command)
    assert isinstance(again, UpdateComponent)
    assert json.loads(again.configuration["note"]) == value


@pytest.mark.parametrize("value", ["@env:TOKEN", "@file:~/a b", "@prompt", "@@me", "@keyring:a/b"])
def test_a_reference_to_a_secret_stays_as_written(value: str) -> None:
    command = RegisterComponent(StackComponentType.ALERTER, "ops", "pager", {"token": value})
    assert _reparsed(command) == command


@pytest.mark.parametrize("line", ["stack --help", "stack register -h", "pipeline run --help"])
def test_help_is_read_back_from_its_line(line: str) -> None:
    magic, _, rest = line.partition(" ")
    command = parse(magic, rest)
    assert isinstance(command, ShowHelp)
    assert _reparsed(command) == command
