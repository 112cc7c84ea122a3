"""What does not leave in a package, and what of a foreign one is shown and not run."""

from __future__ import annotations

import json
import linecache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_magic.container_registries import read_artifact, write_artifact
from stack_magic.errors import (
    ConsentNeededError,
    CorruptArtifactError,
    InvalidPipelineError,
    ReferenceRefusedError,
    StackMagicError,
)
from stack_magic.grammar import parse
from stack_magic.pipelines import ARTIFACT_TYPE
from stack_magic.session import _rehearsal
from stack_magic.session._rehearsal import Part, rehearse

if TYPE_CHECKING:
    from stack_magic.session import Session
    from tests.conftest import Cell

CANARY = "hunter2-SEKRET-canary"
CHAT = """
from stack_magic.alerters import BaseAlerter
class Chat(BaseAlerter):
    FLAVOR = "chat"
    channel: str = "x"
    def post(self, message, config=None):
        OF_THE_FLAVOR = 1
        return True
    def ask(self, question, config=None): return True
"""
STEPS = """
from stack_magic import pipeline, step
@step
def s() -> int: return {value}
@pipeline
def p(): s()
"""


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def session(fresh: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANARY", CANARY)
    monkeypatch.setattr(linecache, "cache", {})  # the cells of other tests are not this one's
    run(fresh, "%container_registry register reg --flavor=oci_layout")
    run(fresh, "%stack register demo -o default -a default -m default -c reg --set")
    return fresh


def refused(session: Session, cell: Cell, source: str, words: str) -> StackMagicError:
    session.namespace = cell(source)
    with pytest.raises(InvalidPipelineError, match=words) as raised:
        run(session, "%pipeline package p")
    assert CANARY not in str(raised.value)
    assert not session.active_stack.container_registry.list_images()
    return raised.value


@pytest.mark.parametrize(
    ("before", "value", "words"),
    [
        ("import os\nK = os.environ['CANARY']", "len(K)", "K came from the environment"),
        ("import os\nN = int(os.getenv('N', '5'))", "N", "N came from the environment"),
        ("import os\nK = os.environ['CANARY'][::-1]", "len(K)", "K came from the environment"),
        ("from os import environ as e\nK = {'a': [e['CANARY']]}", "len(K)", "K came from the env"),
        ("import os\nA = os.environ\nB = A['CANARY']\nK = B.upper()", "K", "K came from the env"),
        ("import os\nclass C:\n    k = os.environ['CANARY']", "len(C.k)", "C came from the env"),
        ("import os\ndef f(k=os.environ['CANARY']): return k", "len(f())", "f came from the env"),
        ("exec('import os; K = os.environ[\"CANARY\"]')", "len(K)", "environment variable CANARY"),
        ("with open('f') as f:\n    K = f.read()", "len(K)", "K came from a file"),
        ("from pathlib import Path\nK = Path('f').read_text()", "len(K)", "K came from a file"),
        (
            "def load():\n    with open('f') as f: return f.read()\nK = load()",
            "len(K)",
            "K came from a file",
        ),
        (
            "K = []\nwith open('f') as f:\n    for x in f: K.append(x)",
            "len(K)",
            "K came from a file",
        ),
        ("from pydantic import SecretStr\nT = SecretStr('abc')", "T", "T is a secret"),
        (
            "from pydantic import SecretStr\nT = SecretStr('abc')\nK = T.get_secret_value()",
            "len(K)",
            "K came from a secret",
        ),
        ("password = 'abcdef'", "len(password)", "password looks like a secret"),
        ("CONF = {'api_key': 'abcdef'}", "len(CONF)", "api_key looks like a secret"),
        ("def f(url='db://me:pw@host'): return url", "len(f())", "url looks like a secret"),
        ("def f(): return 'AKIAABCDEFGHIJKLMNOP'", "f()", "f looks like a secret"),
    ],
)
def test_a_value_from_outside_does_not_leave(
    session: Session, cell: Cell, before: str, value: str, words: str
) -> None:
    Path("f").write_text(CANARY, encoding="utf-8")
    error = refused(session, cell, before + STEPS.format(value=value), words)
    assert "{{secret.key}}" in (error.hint or "")


def test_a_value_that_is_written_anew_leaves(session: Session, cell: Cell) -> None:
    cell("import os\nK = os.environ['CANARY']")
    cell("K = 3")
    session.namespace = cell(STEPS.format(value="K"))
    assert run(session, "%pipeline package p").value == "oci://p:latest"


def test_a_value_that_a_component_holds_in_secret_does_not_leave(
    session: Session, cell: Cell
) -> None:
    cell(
        CHAT.replace("channel: str", "key: SecretStr\n    channel: str").replace(
            "from stack_magic.al", "from pydantic import SecretStr\nfrom stack_magic.al", 1
        )
    )
    session.namespace = cell(STEPS.format(value="len('not-spelled')"))
    run(session, "%alerter flavor register Chat")
    Path("f").write_text("not-spelled", encoding="utf-8")
    run(session, "%alerter register chat --flavor=chat --key=@file:f")
    run(session, "%stack update demo -al chat")
    with pytest.raises(ReferenceRefusedError, match="pipeline p has a secret of this session"):
        run(session, "%pipeline package p")


def test_a_configuration_that_looks_secret_does_not_leave(session: Session, cell: Cell) -> None:
    cell(CHAT.replace("channel: str", "options: dict[str, str] = {}\n    channel: str"))
    session.namespace = cell(STEPS.format(value="1"))
    run(session, "%alerter flavor register Chat")
    session.register_component("alerter", "chat", flavor="chat", options={"password": "hunter2"})
    run(session, "%stack update demo -al chat")
    with pytest.raises(ReferenceRefusedError, match="options of alerter 'chat' looks like"):
        run(session, "%pipeline package p")


def test_a_variable_from_outside_does_not_leave_in_a_configuration(
    session: Session, cell: Cell
) -> None:
    cell(CHAT)
    session.namespace = cell("import os\nroom = os.environ['CANARY']" + STEPS.format(value="1"))
    run(session, "%alerter flavor register Chat")
    run(session, "%alerter register chat --flavor=chat --channel=$room")
    run(session, "%stack update demo -al chat")
    with pytest.raises(ReferenceRefusedError, match="channel of alerter 'chat' came from the env"):
        run(session, "%pipeline package p")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("def d(f):\n    print('hello')\n    return f\n@d\ndef h(): return 1", "h writes outside"),
        ("class A:\n    print('hello')\ndef h(): return A()", "A writes outside of .* \\(print"),
        ("import time\nclass A:\n    t = time.time()\ndef h(): return A.t", "A reads the clock"),
        ("import uuid\nclass A:\n    t = uuid.uuid4()\ndef h(): return A.t", "A draws random"),
    ],
)
def test_a_definition_that_does_more_does_not_leave(
    session: Session, cell: Cell, before: str, words: str
) -> None:
    refused(session, cell, before + STEPS.format(value="h()"), words)


OWN_INPUT = """
def decorate(f):
    ask = getattr(__builtins__, 'input', None) or __builtins__['input']
    try:
        ask('how often? ')
    except EOFError:
        pass
    return f
@decorate
def h(): return 2
"""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (OWN_INPUT, "the source cannot be packaged: h asks for input"),
        ("class A:\n    x = 1 / 0\ndef h(): pass", "the source: A cannot be made .* ZeroDivision"),
        ("import os\nos._exit(3)\ndef h(): pass", r"the source: os._exit\(3\) ends the process"),
        ("def g(): pass", "the source: its source defines no 'h'"),
        ("def h(): return 2", "h are not what the notebook has"),
    ],
)
def test_a_rehearsal_names_what_fails(source: str, words: str) -> None:
    def h() -> int:
        return 1

    with pytest.raises(InvalidPipelineError, match=words):
        rehearse([Part("the source", source, "h", h)])


def test_a_definition_without_an_end_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_rehearsal, "LIMIT", 4.0)
    with pytest.raises(InvalidPipelineError, match="A is not defined after 4 seconds"):
        rehearse([Part("the source", "class A:\n    while True: pass", "A", int)])


def test_a_rehearsal_has_neither_the_folder_nor_the_environment(session: Session) -> None:
    Path("data.csv").touch()
    source = "import os\nraise ValueError(os.listdir('.'), 'CANARY' in os.environ)"
    with pytest.raises(InvalidPipelineError, match=r"ValueError: \(\[\], False\)"):
        rehearse([Part("the source", source, "h", int)])


def pushed(session: Session, **changed: Any) -> None:
    """Push the package of `p` again, with other files or another head."""
    registry = session.active_stack.container_registry
    registry.pull("p:latest", Path("pulled"))
    files = dict(read_artifact(Path("pulled")).files)
    source = changed.pop("source", files["pipeline.py"].decode())
    head = {**json.loads(files["stack.json"]), **changed}
    files |= {"pipeline.py": source.encode(), "stack.json": json.dumps(head).encode()}
    write_artifact(Path("layout"), files, artifact_type=ARTIFACT_TYPE)
    registry.push(Path("layout"), "evil:1")


@pytest.fixture
def packaged(session: Session, cell: Cell) -> Session:
    cell(CHAT)
    session.namespace = cell(STEPS.format(value="open('/data/there.csv') and 1"))
    run(session, "%alerter flavor register Chat")
    run(session, "%alerter register chat --flavor=chat --channel=@env:ROOM")
    run(session, "%stack update demo -al chat")
    run(session, "%pipeline package p")
    return session


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOM", "a")


def test_all_that_would_run_and_be_read_is_shown(packaged: Session) -> None:
    shown = repr(run(packaged, "%pipeline describe oci://p:latest"))
    with pytest.raises(ConsentNeededError, match="OF_THE_FLAVOR = 1") as raised:
        run(packaged, "%pipeline run oci://p:latest")
    for text in (shown, str(raised.value)):
        for words in (
            "9 lines of code of the pipeline and 9 lines of 1 flavor",
            "1 reference and 1 path outside the project",
            "OF_THE_FLAVOR = 1",
            "alerter chat --flavor=chat --channel=@env:ROOM",
            "references    @env:ROOM",
            "paths         /data/there.csv",
            "open('/data/there.csv')",
            "python        3.",
        ):
            assert words in text, words


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("open('PWNED', 'w')", "pipeline p: open\\('PWNED', 'w'\\) is no import"),
        ("import os\nX = os.system('touch PWNED')", "X is no import, literal"),
        ("import os\nclass A:\n    os.system('touch PWNED')", "A reads outside of the notebook"),
        ("import os\n@os.system\ndef f(): pass", "f reads outside"),
        ("def d(f): open('PWNED', 'w')\n@d\ndef f(): pass", "f reads outside"),
        ("for i in range(3): pass", "for i in range\\(3\\):"),
    ],
)
def test_other_statements_of_a_package_are_not_run(
    packaged: Session, more: str, words: str
) -> None:
    pushed(packaged, source=more + STEPS.format(value="1"))
    with pytest.raises(InvalidPipelineError, match=f"does more than define.*{words}"):
        run(packaged, "%pipeline run oci://evil:1 --trust")
    assert not Path("PWNED").exists()
    assert more.partition("\n")[0] in repr(run(packaged, "%pipeline describe oci://evil:1"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"source": "def f(:"}, "source: it is no Python 3.*: invalid syntax in line 1"),
        ({"source": "x = 1\0"}, "source: it is no Python 3.*null"),
        ({"stack": {"name": "x", "components": {"oven": {}}, "flavors": []}}, "oven"),
        ({"stack": {"name": "x", "components": {}, "flavors": [{"type": "oven"}]}}, "type: Input"),
        ({"python": None}, "python: "),
    ],
)
def test_a_broken_package_is_told_once(
    packaged: Session, changed: dict[str, Any], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    pushed(packaged, **changed)
    for line in ("%pipeline describe oci://evil:1", "%pipeline run oci://evil:1 --trust"):
        with pytest.raises(CorruptArtifactError, match=f"(?s)is no packaged pipeline: .*{words}"):
            run(packaged, line)
    assert capfd.readouterr() == ("", "")


def test_a_package_of_another_python_is_shown_and_not_run(packaged: Session) -> None:
    pushed(packaged, python="3.9")
    with pytest.raises(InvalidPipelineError, match=r"packed by Python 3\.9, and this is Python 3"):
        run(packaged, "%pipeline run oci://evil:1 --trust")
    assert "python        3.9 (this is" in repr(run(packaged, "%pipeline describe oci://evil:1"))


@pytest.mark.parametrize("name", ["Grüße..x-", "a_.b", "数", "x" * 64, "Train"])
def test_a_pipeline_of_any_name_is_packaged(session: Session, cell: Cell, name: str) -> None:
    named = STEPS.format(value="1").replace("@pipeline", f"@pipeline(name={name!r})")
    session.namespace = cell(named)
    where = run(session, f"%pipeline package {name}").value
    assert run(session, f"%pipeline run {where} --trust")["s"].output == 1
    session.active_stack.metadata_store.close()
