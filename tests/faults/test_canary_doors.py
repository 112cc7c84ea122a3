"""A secret in a field of every type comes out of no door that user code's words take."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.faults.test_canary import _files_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.live_kernel import LiveKernel

# For each field, its type and what a line gives it; FILE holds its secret.
FIELDS = {
    "plain": ("SecretStr", "@env:CANARY_NUMBER"),
    "in_bytes": ("SecretBytes", "@file:FILE"),
    "generic": ("Secret[str]", "$canary_NUMBER"),
    "strict": ("Annotated[SecretStr, Strict()]", "@file:FILE"),
    "renamed": ("Token", "@file:FILE"),
    "twice_renamed": ("Deeper", "@file:FILE"),
    "by_alias": ("Annotated[SecretStr, Field(alias='byAlias')]", "@file:FILE"),
    "maybe": ("SecretStr | None", "@file:FILE"),
    "either": ("SecretStr | int", "@file:FILE"),
    "bounded": ("Annotated[SecretStr, Field(min_length=3)]", "@file:FILE"),
    "several": ("list[SecretStr]", """'["@file:FILE"]'"""),
    "maybe_several": ("list[SecretStr] | None", """'["@file:FILE"]'"""),
    "pair": ("tuple[str, Token]", """'["me", "@file:FILE"]'"""),
    "row": ("tuple[SecretStr, ...]", """'["@file:FILE"]'"""),
    "unordered": ("set[SecretStr]", """'["@file:FILE"]'"""),
    "frozen": ("frozenset[SecretStr]", """'["@file:FILE"]'"""),
    "sequence": ("Sequence[SecretStr]", """'["@file:FILE"]'"""),
    "queue": ("deque[SecretStr]", """'["@file:FILE"]'"""),
    "table": ("dict[str, SecretStr]", """'{"key": "@file:FILE"}'"""),
    "mapping": ("Mapping[str, SecretStr]", """'{"key": "@file:FILE"}'"""),
    "ordered": ("OrderedDict[str, SecretStr]", """'{"key": "@file:FILE"}'"""),
    "defaults": ("defaultdict[str, Filled]", """'{"key": "@file:FILE"}'"""),
    "deep": ("dict[str, list[Token]]", """'{"key": ["@file:FILE"]}'"""),
    "aliased": ("Keys", """'{"key": "@file:FILE"}'"""),
    "login": ("Login", """'{"user": "me", "inner": {"key": "@file:FILE"}}'"""),
    "tagged": (
        "Annotated[ByKey | ByName, Field(discriminator='kind')]",
        """'{"kind": "key", "key": "@file:FILE"}'""",
    ),
    "box": ("Box[SecretStr]", """'{"inside": "@file:FILE"}'"""),
    "data": ("Data", """'{"user": "me", "key": "@file:FILE"}'"""),
    "typed": ("Typed", """'{"user": "me", "key": "@file:FILE"}'"""),
    "named": ("Named", """'["me", "@file:FILE"]'"""),
    "text": ("str", "@env:CANARY_NUMBER"),
    "raw": ("bytes", "@file:FILE"),
    "password": ("str", "$text_NUMBER"),
    "api_key": ("str | None", "@file:FILE"),
    "anything": ("Any", "@file:FILE"),
    "folder": ("Path", "@file:FILE"),
    "amount": ("int", "@file:FILE"),
    "pin": ("Secret[int]", "@file:FILE"),
    "price": ("Decimal", "@file:FILE"),
    "day": ("date", "@file:FILE"),
    "identity": ("UUID", "@file:FILE"),
    "address": ("IPv4Address", "@file:FILE"),
    "dsn": ("PostgresDsn", "@file:FILE"),
}
ODD = {  # of fields that do not take every text
    "amount": "93284{:02}71",
    "pin": "{:02}5938471",
    "price": "{:02}394.7715",
    "day": "2031-07-{:02}",
    "identity": "7d44b8c2-0000-4000-8000-0000000000{:02}",
    "address": "10.93.84.{:02}",
    "dsn": "postgresql://me:hunter{:02}@db.example.org/x",
}
NUMBERS = {name: number for number, name in enumerate(FIELDS, start=1)}
CANARIES = {
    n: ODD.get(name, "hunter{0:02}-SEK RET+{0:02}").format(n % 28 if name == "day" else n)
    for name, n in NUMBERS.items()
}
BEGIN = """
import os, logging, sys
from collections import OrderedDict, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, TypeVar
from uuid import UUID
from typing_extensions import TypeAliasType, TypedDict
from pydantic import (
    BaseModel, Field, PostgresDsn, Secret, SecretBytes, SecretStr, Strict, field_validator
)
import numpy, stack_magic
from stack_magic import get_step_context, log_metrics, log_params, pipeline, step
from stack_magic.alerters import NotebookAlerter
from stack_magic.stack import Diagnostic, StackValidator
from stack_magic.enums import Severity

Token = NewType("Token", SecretStr)
Deeper = NewType("Deeper", Token)
Filled = Annotated[SecretStr, Field(default_factory=lambda: SecretStr(""))]
T = TypeVar("T")
Keys = TypeAliasType("Keys", dict[str, Token])

class Inner(BaseModel):
    key: Token

class Login(BaseModel):
    user: str
    inner: Inner

class ByKey(BaseModel):
    kind: Literal["key"] = "key"
    key: SecretStr

class ByName(BaseModel):
    kind: Literal["name"] = "name"
    user: str

class Box(BaseModel, Generic[T]):
    inside: T

@dataclass
class Data:
    user: str
    key: SecretStr

class Typed(TypedDict):
    user: str
    key: SecretStr

class Named(NamedTuple):
    user: str
    key: SecretStr

def texts(value):
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, BaseModel):
        value = dict(value)
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple, deque, set, frozenset)):
        return [text for item in value for text in texts(item)]
    return [str(value)]

def said(component):
    names = {names}
    return " and ".join(text for name in names for text in texts(getattr(component, name)))

fine = True

class Every(NotebookAlerter):
    FLAVOR = "every"
{fields}
    title: str = ""
    url: str = ""

    @field_validator("url")
    @classmethod
    def _refuse(cls, url, info):
        if url:
            given = [text for value in info.data.values() for text in texts(value)]
            raise ValueError("no way to " + url + " with " + " ".join(given))
        return url

    def diagnostics(self):
        yield Diagnostic("told", Severity.WARNING, self.name, "found " + said(self))

    @property
    def post_registration_message(self):
        return "welcome " + said(self)

    @property
    def validator(self):
        return StackValidator(custom_validation_function=lambda s: (fine, said(self)))

    def probe(self):
        yield Diagnostic("probed", Severity.WARNING, self.name, "seen " + said(self))
        raise ConnectionError(said(self))
"""
RUN = """
@step(cache=False)
def talk() -> None:
    words = said(get_step_context().stack.alerter)
    print("printed", words)
    sys.stderr.write(words + "\\n")
    sys.stdout.writelines([words, "\\n"])
    logging.getLogger("talk").error("logged %s", words)
    try:
        raise OSError(words)
    except OSError:
        logging.getLogger("talk").exception("caught")
    log_params(words=words, nested={"a": [words], words: 1})
    try:
        log_metrics({words: 1.0})
    except Exception as error:
        print("told", error)
    raise ValueError("raised " + words) from KeyError(words)

@step(cache=False)
def give() -> str:
    return said(get_step_context().stack.alerter)

@step(cache=False)
def give_array() -> Any:
    return numpy.array(texts(get_step_context().stack.alerter.password))

@step(cache=False)
def take(word: str) -> None: ...

@pipeline(on_failure=True)
def talking():
    talk()
    give()
    give_array()
    take(stack_magic.session().active_stack.alerter.password)
"""


def _forms(secret: str) -> list[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    return [secret, quote(secret), quote(secret, safe=""), encoded.rstrip("=")[:-1]]


DOORS = {
    "a validator": "%alerter register bad --flavor=every --url=http://x GIVEN",
    "a message after registration": "%alerter register ops --flavor=every GIVEN",
    "another message": "%alerter update ops --title=other",
    "a stack": "%stack register lab -o default -a default -m default -al ops -e notes "
    "-c images -s away --set",
    "findings and a probe": "%stack validate lab --probe",
    "a stack validator": "fine = False\n%stack validate lab",
    "a card of a stack": "fine = True\n%stack describe lab",
    "describe": "%alerter describe ops",
    "the list": "%alerter list",
    "a card of a flavor": "%alerter flavor describe every",
    "the history": "%stack history --lines",
    "repr": "component = stack_magic.session().active_stack.alerter\ncomponent",
    "a dump": "[component.model_dump(), str(component)]",
    "a dump as JSON": "component.model_dump_json()",
    "a pickle": "import cloudpickle\ncloudpickle.dumps(component)",
    "a copy": "component.model_copy(update={'title': 'x'})",
    "get": "%alerter get ops",
    "a form": "%alerter edit ops",
    "the composer": "%stack compose lab",
    "the browser": "%stack browse",
    "a run": "%pipeline run talking",
    "a traceback": "%tb",
    "a report": "%pipeline describe talking-1",
    "what was logged": "%experiment_tracker runs",
    "the logs": "%step_operator logs",
    "a package": "%pipeline package plain",
    "the stack": "stack_magic.session().active_stack",
}
"""What is typed where words of user code, or values, come out."""

PLAIN = """
@step(cache=False, step_operator="away")
def look() -> None:
    found = b""
    for process in Path("/proc").glob("[0-9]*"):
        for what in ("cmdline", "environ"):
            try:
                found += (process / what).read_bytes()
            except OSError:
                pass
    Path(SEEN).write_bytes(found)
    print("looked", said(get_step_context().stack.alerter))

@pipeline
def plain():
    look()
"""


def _given(name: str, folder: Path) -> str:
    number = str(NUMBERS[name])
    value = FIELDS[name][1].replace("NUMBER", number).replace("FILE", str(folder / number))
    return f"--{name}={value}"


def _setting(folder: Path, names: Sequence[str]) -> str:
    """Return the cell that makes the flavor, with secrets that no cell has in clear."""
    fields = "\n".join(f"    {name}: {FIELDS[name][0]}" for name in names)
    begin = BEGIN.replace("{fields}", fields).replace("{names}", repr(list(names)))
    made = "\n".join(
        f"os.environ['CANARY_{n}'] = text_{n} = Path({str(folder / str(n))!r}).read_text()\n"
        f"canary_{n} = Secret(text_{n})"
        for n in (NUMBERS[name] for name in names if "@file" not in FIELDS[name][1])
    )
    return f"{begin}\n{made}\n%alerter flavor register Every"


def _leaks(said: Mapping[str, str], names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the doors by which a secret came, each with its field and the form of it."""
    return [
        (door, name, form)
        for door, text in said.items()
        for name in names
        for form in _forms(CANARIES[NUMBERS[name]])
        if form in text
    ]


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Give a folder with a file for each secret."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for number, secret in CANARIES.items():
        (folder / str(number)).write_text(secret, encoding="utf-8")
    return folder


def test_a_secret_in_a_field_of_any_type_comes_out_of_no_door(
    kernel: LiveKernel, tmp_path: Path, secrets: Path
) -> None:
    names = list(FIELDS)
    given = " ".join(_given(name, secrets) for name in names)
    seen = tmp_path / "seen"
    cells = [
        "import stack_magic",
        _setting(secrets, names),
        "%experiment_tracker register notes --flavor=local",
        "%container_registry register images --flavor=oci_layout",
        "%step_operator register away --flavor=subprocess",
        RUN,
        f"SEEN = {str(seen)!r}\n{PLAIN}",
    ]
    for cell in cells:
        answer = kernel.run(cell)
        assert answer.ok, answer.shown
    said = {
        door: kernel.run(cell.replace("GIVEN", given)).everything for door, cell in DOORS.items()
    }
    assert "no way to http://x with" in said["a validator"]
    assert "welcome ******" in said["a message after registration"]
    assert "seen ******" in said["findings and a probe"]
    assert "printed ******" in said["a run"]
    assert "looked ******" in kernel.run("plain.run()").everything
    said["Tab"] = "\n".join(kernel.complete("%alerter update ops --"))
    said |= kernel.side(f"completed('alerter', 'update ops --', {names!r})")
    said["a form in which they are typed"] = kernel.side(f"typed_state({str(secrets)!r})")
    assert "✓ set" in said["a form in which they are typed"]
    files = {str(f): f for place in (tmp_path / "project", kernel.home) for f in place.rglob("*")}
    said |= {name: f.read_bytes().decode("latin-1") for name, f in files.items() if f.is_file()}
    leaks = _leaks(said, names)
    assert not leaks, "\n".join(map(str, leaks))
    # What the user put into the environment is inherited, as everywhere.
    by_file = [name for name in names if "@file" in FIELDS[name][1]]
    processes = seen.read_bytes().decode("latin-1")
    assert "stack_magic" in processes
    assert _leaks({"processes": processes}, by_file) == []


@pytest.mark.parametrize("where", ["", "step_operator='away'"])
def test_steps_tell_no_secret_here_and_elsewhere(
    kernel: LiveKernel, tmp_path: Path, secrets: Path, where: str
) -> None:
    names = ["plain", "password"]
    given = " ".join(_given(name, secrets) for name in names)
    cells = [
        _setting(secrets, names),
        f"%alerter register ops --flavor=every {given}",
        "%experiment_tracker register notes --flavor=local",
        "%step_operator register away --flavor=subprocess",
        "%stack register lab -o default -a default -m default -al ops -e notes -s away --set",
        RUN.replace("cache=False", f"cache=False, {where}".rstrip(", ")),
    ]
    answers = [kernel.run(cell) for cell in cells]
    assert all(answer.ok for answer in answers), [a.shown for a in answers]
    answers.append(kernel.run("talking.run()"))
    failed = answers[-1].everything
    assert "printed ****** and ******" in failed
    assert "ValueError: raised ****** and ******" in failed
    assert "output 'output' (str) holds a secret" in failed
    assert "output 'output' (ndarray) holds a secret" in failed
    assert "it has a secret in it, and names are recorded in clear" in failed
    answers += [
        kernel.run(cell)
        for cell in (
            "%pipeline describe talking-1",
            "%experiment_tracker runs",
            "%xmode Verbose\n%pipeline run talking",
            "%tb",
        )
    ]
    assert _leaks({str(n): answer.everything for n, answer in enumerate(answers)}, names) == []
    for name in names:
        for form in _forms(CANARIES[NUMBERS[name]]):
            assert _files_with(form, tmp_path / "project") == []
