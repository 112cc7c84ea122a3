"""A secret in a field of every type comes out of no door that user code's words take."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.faults.test_canary import _files_with

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_kernel import LiveKernel

# For each field, its type and what a line gives it; NUMBER is that of its secret.
FIELDS = {
    "plain": ("SecretStr", "@env:CANARY_NUMBER"),
    "in_bytes": ("SecretBytes", "@env:CANARY_NUMBER"),
    "generic": ("Secret[str]", "$canary_NUMBER"),
    "renamed": ("Token", "@env:CANARY_NUMBER"),
    "maybe": ("SecretStr | None", "@env:CANARY_NUMBER"),
    "bounded": ("Annotated[SecretStr, Field(min_length=3)]", "@env:CANARY_NUMBER"),
    "several": ("list[SecretStr]", """'["@env:CANARY_NUMBER"]'"""),
    "pair": ("tuple[str, Token]", """'["me", "@env:CANARY_NUMBER"]'"""),
    "queue": ("deque[SecretStr]", """'["@env:CANARY_NUMBER"]'"""),
    "table": ("dict[str, SecretStr]", """'{"key": "@env:CANARY_NUMBER"}'"""),
    "aliased": ("Keys", """'{"key": "@env:CANARY_NUMBER"}'"""),
    "login": ("Login", """'{"user": "me", "inner": {"key": "@env:CANARY_NUMBER"}}'"""),
    "text": ("str", "@env:CANARY_NUMBER"),
    "password": ("str", "$text_NUMBER"),
    "anything": ("Any", "@env:CANARY_NUMBER"),
    "folder": ("Path", "@env:CANARY_NUMBER"),
}
CANARIES = {number: f"hunter{number:02}-SEK RET+{number:02}" for number in range(len(FIELDS))}
BEGIN = """
import os, logging, sys
from pathlib import Path
from collections import deque
from typing import Annotated, Any, NewType
from typing_extensions import TypeAliasType
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr, field_validator
from stack_magic import get_step_context, log_params, pipeline, step
from stack_magic.alerters import NotebookAlerter
from stack_magic.stack import Diagnostic, StackValidator
from stack_magic.enums import Severity

Token = NewType("Token", SecretStr)
Keys = TypeAliasType("Keys", dict[str, Token])

class Inner(BaseModel):
    key: Token

class Login(BaseModel):
    user: str
    inner: Inner

def texts(value):
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple, deque)):
        return [text for item in value for text in texts(item)]
    return [str(value)]

def said(component):
    names = {names}
    return " and ".join(text for name in names for text in texts(getattr(component, name)))

fine = True

class Every(NotebookAlerter):
    FLAVOR = "every"
{fields}
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
    log_params(words=words, nested={"a": [words]})
    raise ValueError("raised " + words) from KeyError(words)

@step(cache=False)
def give() -> str:
    return said(get_step_context().stack.alerter)

@pipeline(on_failure=True)
def talking():
    talk()
    give()
"""


def _forms(secret: str) -> list[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    return [secret, quote(secret), quote(secret, safe=""), encoded.rstrip("=")[:-1]]


def test_a_secret_in_a_field_of_any_type_comes_out_nowhere(
    kernel: LiveKernel, tmp_path: Path
) -> None:
    numbered = list(enumerate(FIELDS.items()))
    fields = "\n".join(f"    {name}: {kind}" for _, (name, (kind, _)) in numbered)
    given = " ".join(
        f"--{name}={value}".replace("NUMBER", str(number))
        for number, (name, (_, value)) in numbered
    )
    made = "\n".join(
        # Put together there, so that no cell and no file of the test's has it.
        f"os.environ['CANARY_{n}'] = text_{n} = 'hunter' + '{n:02}-SEK' + ' RET+{n:02}'\n"
        f"canary_{n} = Secret(text_{n})"
        for n in CANARIES
    )
    begin = BEGIN.replace("{fields}", fields).replace("{names}", repr(list(FIELDS)))
    setting = f"{begin}\n{made}\n%alerter flavor register Every"
    cells = [
        setting,
        f"%alerter register bad --flavor=every --url=http://x {given}",
        f"%alerter register ops --flavor=every {given}",
        "%experiment_tracker register notes --flavor=local",
        "%stack register lab -o default -a default -m default -al ops -e notes --set",
        "%stack validate lab --probe",
        "fine = False",
        "%stack validate lab",
        "%stack describe lab",
        "%alerter describe ops",
        "%alerter list",
        "%alerter flavor describe every",
        "%stack history --lines",
        "component = stack_magic.session().active_stack.alerter\ncomponent",
        "%alerter edit ops",
        RUN,
        "stack_magic.session().active_stack",
    ]
    answers = {cell: kernel.run(cell) for cell in ["import stack_magic", *cells]}
    said = {cell: answer.everything for cell, answer in answers.items()}
    assert answers[setting].ok, said[setting]
    assert answers[cells[2]].ok, said[cells[2]]
    assert "no way to http://x with" in said[cells[1]]
    assert "welcome ******" in said[cells[2]]
    assert "seen ******" in said["%stack validate lab --probe"]

    for cell, text in said.items():
        for secret in CANARIES.values():
            for form in _forms(secret):
                assert form not in text, (cell, form, text)
    for secret in CANARIES.values():
        assert _files_with(secret, tmp_path / "project") == []


@pytest.mark.parametrize("where", ["", "step_operator='away'"])
def test_steps_tell_no_secret_here_and_elsewhere(
    kernel: LiveKernel, tmp_path: Path, where: str
) -> None:
    fields = "    token: SecretStr\n    password: str"
    begin = BEGIN.replace("{fields}", fields).replace("{names}", "['token', 'password']")
    made = "\n".join(
        f"os.environ['CANARY_{n}'] = 'hunter' + '{n:02}-SEK' + ' RET+{n:02}'" for n in (0, 1)
    )
    setting = f"{begin}\n{made}\n%alerter flavor register Every"
    cells = [
        setting,
        "%alerter register ops --flavor=every --token=@env:CANARY_0 --password=@env:CANARY_1",
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
    answers += [
        kernel.run(cell)
        for cell in (
            "%pipeline describe talking-1",
            "%experiment_tracker runs",
            "%xmode Verbose\n%pipeline run talking",
            "%tb",
        )
    ]
    for answer in answers:
        for secret in (CANARIES[0], CANARIES[1]):
            for form in _forms(secret):
                assert form not in answer.everything
                assert _files_with(form, tmp_path / "project") == []
