"""A secret that a component of every type uses is found nowhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil

from stack_magic.enums import StackComponentType
from tests.machine.processes import shown_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_kernel import Answer, LiveKernel

CANARY = "hunter2-SEKRET"
# For each type, the built-in flavor that a guarded one is made of.
BUILT_ON = {
    "orchestrator": "LocalOrchestrator",
    "artifact_store": "LocalArtifactStore",
    "metadata_store": "SqliteMetadataStore",
    "container_registry": "OciLayoutContainerRegistry",
    "secrets_manager": "LocalSecretsManager",
    "step_operator": "SubprocessStepOperator",
    "feature_store": "LocalFeatureStore",
    "model_deployer": "LocalModelDeployer",
    "experiment_tracker": "LocalExperimentTracker",
    "alerter": "NotebookAlerter",
}
FLAVOR = """
from pydantic import SecretStr
from stack_magic.{room} import {base}

class Guarded{base}({base}):
    \"\"\"Needs a secret before each step, and once fails with it.\"\"\"

    FLAVOR = "guarded"
    token: SecretStr
    account: str = ""

    def _use(self):
        assert self.token.get_secret_value() == "".join(["hunter2", "-", "SEKRET"])

    def prepare_step_run(self):
        self._use()
        super().prepare_step_run()

    def probe(self):
        raise ConnectionError("denied for " + self.token.get_secret_value())
        yield

%{kind} flavor register Guarded{base}
%{kind} register guarded_{kind} --flavor=guarded --token={token} {more}
"""
RUN = """
import stack_magic
from stack_magic import get_step_context, log_metrics, log_params, pipeline, step
from stack_magic.model_deployers import ModelServerConfiguration, ServedModel

class Doubling:
    def predict(self, inputs):
        return [2 * x for x in inputs]

@step
def features() -> list[int]:
    from datetime import UTC, datetime
    store = get_step_context().stack.feature_store
    row = {"who": 1, "event_timestamp": datetime(2024, 1, 1, tzinfo=UTC), "size": 2}
    store.ingest("things", [row], entities=["who"])
    store.materialize()
    return [row["size"]]

@step(step_operator="guarded_step_operator", timeout=60)
def fit(sizes: list[int]) -> Doubling:
    log_params(sizes=len(sizes))
    log_metrics(loss=0.5, step=1)
    print("fitting with", get_step_context().stack.artifact_store)
    return Doubling()

@step
def deploy(model: Doubling) -> list[int]:
    deployer = get_step_context().stack.model_deployer
    server = deployer.deploy_model(
        ModelServerConfiguration(model_name="doubling"), ServedModel.of(model))
    return server.predict([1, 2])

@step
def spill(stack_name: str) -> None:
    store = get_step_context().stack.artifact_store
    raise ValueError(f"{store.account} and {store.token.get_secret_value()} were refused")

@step(step_operator="guarded_step_operator", timeout=60)
def spill_elsewhere(stack_name: str) -> None:
    token = get_step_context().stack.alerter.token.get_secret_value()
    print("a step may print", token)
    raise ValueError(token)

@pipeline(on_success=True, on_failure=True)
def good():
    deploy(fit(features()))

@pipeline(on_failure=True)
def bad():
    spill("lab")
    spill_elsewhere("lab")
"""
QUESTIONS = (
    "%stack describe lab",
    "%stack validate lab --probe",
    "stack_magic.session().active_stack",
    "[repr(c) for c in stack_magic.session().active_stack.components.values()]",
    "%pipeline package good",
    "%pipeline runs",
    "%pipeline describe bad-1",
    "%experiment_tracker runs",
    "%model_deployer list",
    "%model_deployer describe doubling",
    "%model_deployer logs doubling",
    "%step_operator logs",
    "%secret list",
    "%secret get vault",
    "answer = %secret get vault --reveal key\nassert len(answer.value) == 14\nanswer",
    "%xmode Verbose\n%pipeline run bad",
    "%tb",
    "%model_deployer delete doubling",
)


def test_a_secret_of_every_type_is_found_nowhere(kernel: LiveKernel, tmp_path: Path) -> None:
    project = tmp_path / "project"
    secret_file = tmp_path / "secret.txt"
    secret_file.write_text(CANARY, encoding="utf-8")
    said: list[Answer] = []

    def ran(cell: str) -> Answer:
        answer = kernel.run(cell)
        said.append(answer)
        return answer

    for kind in StackComponentType:
        is_vault = kind is StackComponentType.SECRETS_MANAGER
        token = f"@file:{secret_file}" if is_vault else "{{vault.key}}"
        more = "--account={{vault.key}}" if kind is StackComponentType.ARTIFACT_STORE else ""
        base = BUILT_ON[kind]
        cell = FLAVOR.format(room=kind.plural, base=base, kind=kind, token=token, more=more)
        assert ran(cell).ok, said[-1].shown
    slots = " ".join(f"{kind.short_option} guarded_{kind}" for kind in StackComponentType)
    assert ran(f"%stack register lab {slots} --set").ok, said[-1].shown
    assert ran(f"%secret register vault --key=@file:{secret_file}").ok, said[-1].shown
    assert ran(RUN).ok, said[-1].shown
    assert ran("good.run()['deploy'].output").ok, said[-1].shown
    assert "[2, 4]" in said[-1].shown
    arguments = _arguments()
    assert not ran("%pipeline run bad").ok
    assert "****** and ****** were refused" in said[-1].shown
    assert "a step may print ******" in said[-1].shown
    for question in QUESTIONS:
        ran(question)
    secret_file.unlink()

    for answer in said:
        assert CANARY not in answer.everything
    assert len(arguments) > 1
    assert not [line for line in arguments if CANARY.encode() in line]
    assert _files_with(CANARY, project, kernel.home) == []


def _arguments() -> list[bytes]:
    """Return the arguments and first environment of every process of this user's."""
    return [part for process in psutil.process_iter() for part in shown_of(process.pid)]


def _files_with(text: str, *folders: Path) -> list[str]:
    content = text.encode()
    return [
        os.fspath(path)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and content in path.read_bytes()
    ]
