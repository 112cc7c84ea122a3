"""A pipeline is packed with its source and stack, and runs from there, with consent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from stack_magic.container_registries import read_artifact, write_artifact
from stack_magic.errors import (
    ConsentNeededError,
    CorruptArtifactError,
    InvalidPipelineError,
    MissingDependencyError,
    ReferenceRefusedError,
    RunCancelledError,
    RunFailedError,
    StepFailedError,
    UnknownNameError,
)
from stack_magic.grammar import parse
from stack_magic.pipelines import ARTIFACT_TYPE, Package

if TYPE_CHECKING:
    from stack_magic.session import Session
    from tests.conftest import Cell

SHELF = '''
import os
import fsspec
from typing import ClassVar
from stack_magic.artifact_stores import BaseArtifactStore
from pydantic import SecretStr

class Shelf(BaseArtifactStore):
    """Keeps artifacts in a folder."""
    FLAVOR: ClassVar[str] = "shelf"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = {"shelf://"}
    token: SecretStr | None = None
    def filesystem(self):
        return fsspec.filesystem("dir", path=os.path.abspath("shelf"), target_protocol="file")
'''
TRAIN = """
import os
from stack_magic import pipeline, step

FACTOR = 3

def times(number):
    return number * FACTOR

@step
def load(n: int) -> list[int]:
    return list(range(n))

@step
def total(numbers):
    print("summing up")
    return times(sum(numbers)), os.getpid()

@step
def check(result, limit):
    if result[0] > limit:
        raise ValueError(f"{result[0]} is over {limit}")
    return result

@pipeline
def train(n: int = 4, limit: int = 100):
    check(total(load(n)), limit)
"""


def run(session: Session, line: str) -> Any:
    magic, _, rest = line.removeprefix("%").partition(" ")
    return session.apply(parse(magic, rest))


@pytest.fixture
def session(fresh: Session, cell: Cell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.chdir(tmp_path)
    cell(SHELF)
    fresh.namespace = cell(TRAIN)
    run(fresh, "%artifact_store flavor register Shelf")
    run(fresh, "%artifact_store register top --flavor=shelf --path=shelf://top")
    run(fresh, "%container_registry register reg --flavor=oci_layout")
    run(fresh, "%stack register demo -o default -a top -m default -c reg --set")
    return fresh


def close(session: Session) -> None:
    session.active_stack.metadata_store.close()


def test_a_package_runs_in_a_fresh_process_with_the_same_results(
    session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    import os

    here = run(session, "%pipeline run train --n=5")
    assert run(session, "%pipeline package train --tag v1").value == "oci://train:v1"
    there = run(session, "%pipeline run oci://train:v1 --trust --no-cache --n=5")
    assert there["check"].output[0] == here["check"].output[0] == 30
    assert there["check"].output[1] != os.getpid()
    assert there.name == "train-2"
    assert capfd.readouterr().out.count("summing up") == 2
    close(session)


def test_nothing_is_run_without_consent_and_the_hint_names_the_digest(session: Session) -> None:
    digest = _digest(run(session, "%pipeline package train"))
    with pytest.raises(ConsentNeededError, match="is not run unasked") as raised:
        run(session, "%pipeline run oci://train:latest --n=5")
    assert raised.value.hint == f"%pipeline run oci://train@{digest} --trust --n=5"
    assert not Path(".stack_magic/metadata.db").exists()
    agreed = run(session, raised.value.hint or "")
    assert agreed["check"].output[0] == 30
    close(session)


def _digest(answer: Any) -> str:
    return str(next(w for w in repr(answer).split() if w.startswith("sha256:")))


def test_a_package_is_shown_without_running_it(session: Session) -> None:
    run(session, "%pipeline package train")
    shown = repr(run(session, "%pipeline describe oci://train:latest"))
    for words in ("pipeline      train", "stack         demo", "fsspec==", "number * FACTOR"):
        assert words in shown


def test_the_same_pipeline_has_the_same_digest(session: Session) -> None:
    first = _digest(run(session, "%pipeline package train --tag v1"))
    assert _digest(run(session, "%pipeline package train --tag v2")) == first


def test_a_failed_run_is_told(session: Session) -> None:
    run(session, "%pipeline package train")
    with pytest.raises(RunFailedError, match="check: ValueError: 30 is over 10"):
        run(session, "%pipeline run oci://train:latest --trust --n=5 --limit=10")


def test_a_process_that_crashes_is_told(session: Session, cell: Cell) -> None:
    session.namespace = cell(TRAIN.replace("print(", "os._exit(7); print("))
    run(session, "%pipeline package train")
    with pytest.raises(StepFailedError, match="'train' ended with exit code 7"):
        run(session, "%pipeline run oci://train:latest --trust")


def test_what_has_no_source_is_named(session: Session, cell: Cell) -> None:
    session.namespace = cell(
        "import threading\nLOCK = threading.Lock()\n"
        + TRAIN.replace(
            "return number * FACTOR", "LOCK.acquire(); LOCK.release(); return number * FACTOR"
        )
    )
    with pytest.raises(InvalidPipelineError, match="'train' cannot be packaged: LOCK cannot be"):
        run(session, "%pipeline package train")


def test_secrets_leave_as_references_only(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOKEN", "hunter2-SEKRET")
    run(session, "%artifact_store update top --token=@env:TOKEN")
    run(session, "%pipeline package train")
    there = run(session, "%pipeline run oci://train:latest --trust")
    assert there["check"].output[0] == 18
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"hunter2-SEKRET" not in path.read_bytes()
    close(session)


def test_a_secret_that_is_no_reference_stays_here(session: Session) -> None:
    session.register_component(
        "artifact_store", "guarded", flavor="shelf", path="shelf://x", token=SecretStr("hunter2")
    )
    run(session, "%stack update demo -a guarded")
    with pytest.raises(ReferenceRefusedError, match="token of artifact_store 'guarded' is a value"):
        run(session, "%pipeline package train")


def test_a_stack_without_a_registry_says_what_to_type(session: Session) -> None:
    with pytest.raises(UnknownNameError, match="hint: %stack update default --container_registry"):
        run(session, "%pipeline package train --stack default")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pipeline.py": b"", "requirements.txt": b"", "stack.json": b"[]"},
        {"pipeline.py": b"", "requirements.txt": b"", "stack.json": b"[" * 100_000},
        {"pipeline.py": b"\xff", "requirements.txt": b"", "stack.json": b"{}"},
        {"pipeline.py": b"x" * 5_000_000, "requirements.txt": b"", "stack.json": b"{}"},
    ],
)
def test_what_is_no_package_is_not_run(
    session: Session, files: dict[str, bytes], tmp_path: Path
) -> None:
    write_artifact(tmp_path / "layout", files, artifact_type=ARTIFACT_TYPE)
    session.active_stack.container_registry.push(tmp_path / "layout", "evil:1")
    with pytest.raises(CorruptArtifactError, match="oci://evil:1 is no packaged pipeline"):
        run(session, "%pipeline run oci://evil:1 --trust")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("variable", "__import__('os').system('touch PWNED')"),
        ("pipeline", "train\n\x1b[2K\u2713 trusted"),
        ("pipeline", 7),
        ("stack", {"name": 7, "components": {}, "flavors": []}),
        ("stack", {"name": "x", "components": {"alerter": {"name": "a"}}, "flavors": []}),
        ("stack", {"name": "x", "components": {}, "flavors": [{"type": "alerter"}]}),
    ],
)
def test_a_head_of_another_form_is_refused(session: Session, key: str, value: Any) -> None:
    run(session, "%pipeline package train")
    files = _files(session)
    head = json.loads(files["stack.json"])
    with pytest.raises(CorruptArtifactError, match="is no packaged pipeline"):
        Package.from_files({**files, "stack.json": json.dumps({**head, key: value}).encode()}, "it")


def _files(session: Session) -> dict[str, bytes]:
    registry = session.active_stack.container_registry
    registry.pull("train:latest", Path("pulled"))
    return read_artifact(Path("pulled")).files


def test_helpers_of_the_same_name_stay_apart(session: Session, cell: Cell) -> None:
    shelf = SHELF.replace("import os\n", "import os\n\ndef times(path):\n    return path\n")
    cell(shelf.replace('os.path.abspath("shelf")', 'times(os.path.abspath("shelf"))'))
    run(session, "%artifact_store flavor register Shelf")
    session.namespace = cell(TRAIN)
    run(session, "%pipeline package train")
    there = run(session, "%pipeline run oci://train:latest --trust")
    assert there["check"].output[0] == 18
    close(session)


def test_what_may_be_secret_is_no_parameter_of_a_package(session: Session) -> None:
    run(session, "%pipeline package train")
    with pytest.raises(ReferenceRefusedError, match="n: parameters are recorded"):
        run(session, "%pipeline run oci://train:latest --trust --n=@env:HOME")


ECHO = """
from stack_magic import pipeline, step

@step
def echo(given, more):
    return [given, more]

@pipeline
def repeat(given="none", more: float = 1.0):
    echo(given, more)
"""


@pytest.mark.parametrize("given", ["$$x @env:HOME", "@env:HOME", [1, {"a": None}], 5, True])
def test_a_variable_gives_a_package_the_value_itself(
    session: Session, cell: Cell, given: Any
) -> None:
    session.namespace = {**cell(ECHO), "value": given}
    run(session, "%pipeline package repeat")
    there = run(session, "%pipeline run oci://repeat:latest --trust --given=$value --more=1e3")
    assert there["echo"].output == [given, 1000.0]
    close(session)


def test_what_is_typed_for_a_package_is_read_as_its_default_tells(
    session: Session, cell: Cell
) -> None:
    session.namespace = cell(ECHO.replace('given="none"', "given=3"))
    run(session, "%pipeline package repeat")
    there = run(session, "%pipeline run oci://repeat:latest --trust --given=5")
    assert there["echo"].output == [5, 1.0]
    for wrong in ("--given=x", "--given", "--more=x", "--more"):
        with pytest.raises(InvalidPipelineError, match=r"takes (int|float)") as refused:
            run(session, f"%pipeline run oci://repeat:latest --trust {wrong}")
        assert wrong.partition("=")[0] + "=" in (refused.value.hint or "")
    close(session)


@pytest.mark.parametrize("given", [SecretStr("hunter2-SEKRET"), {1, 2}, object()])
def test_a_value_that_is_more_than_data_does_not_leave(
    session: Session, cell: Cell, given: Any
) -> None:
    session.namespace = {**cell(ECHO), "value": given}
    run(session, "%pipeline package repeat")
    with pytest.raises(ReferenceRefusedError, match="a package is given texts, numbers, lists"):
        run(session, "%pipeline run oci://repeat:latest --trust --given=$value")


CALLER = """
from typing import ClassVar
from stack_magic.alerters import BaseAlerter

class Caller(BaseAlerter):
    FLAVOR: ClassVar[str] = "caller"
    channel: str = "x"
    def post(self, message, config=None):
        print("posted to", self.channel)
        return True
    def ask(self, question, config=None):
        return True
"""


@pytest.mark.parametrize(
    ("line", "posted"),
    [
        ("--channel='$$x'", "$x"),
        ("--channel='@@ops'", "@ops"),
        ("--channel=$room", "@night"),
    ],
)
def test_a_configuration_means_the_same_there(
    session: Session, cell: Cell, line: str, posted: str, capfd: pytest.CaptureFixture[str]
) -> None:
    cell(CALLER)
    announced = TRAIN.replace("@pipeline", "@pipeline(on_success=True)")
    session.namespace = {**cell(announced), "room": "@night"}
    run(session, "%alerter flavor register Caller")
    run(session, f"%alerter register ops --flavor=caller {line}")
    run(session, "%stack update demo -al ops")
    run(session, "%pipeline package train")
    run(session, "%pipeline run oci://train:latest --trust")
    assert f"posted to {posted}\n" in capfd.readouterr().out
    close(session)


def test_an_interrupt_cancels_the_run_there_and_leaves_nothing(
    session: Session, cell: Cell, capfd: pytest.CaptureFixture[str]
) -> None:
    import signal
    import threading

    import psutil

    begin = "Path('pid').write_text(str(os.getpid())); Path('begun').touch(); time.sleep(60)"
    source = "import time\nfrom pathlib import Path\n" + TRAIN
    session.namespace = cell(source.replace('print("summing up")', begin))
    run(session, "%pipeline package train")
    over = threading.Event()

    def interrupt() -> None:
        while not Path("begun").exists() and not over.wait(0.05):
            pass
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        while not over.wait(5):  # as a user does: one that comes just before a wait is late
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(RunCancelledError, match="'train-1' was interrupted: 1 of 3 steps"):
            run(session, "%pipeline run oci://train:latest --trust")
    finally:
        over.set()
        thread.join()
    assert "▲ train-1 on demo: cancelled" in capfd.readouterr().out
    assert "cancelled" in repr(run(session, "%pipeline runs"))
    assert not psutil.pid_exists(int(Path("pid").read_text(encoding="utf-8")))
    close(session)


def test_what_is_not_installed_is_named_before_anything_runs(session: Session) -> None:
    from dataclasses import replace

    from stack_magic.session._packaged import run_packaged

    run(session, "%pipeline package train")
    package = Package.from_files(_files(session), "it")
    needy = replace(package, requirements=("fsspec==0.1", "no-such-thing==1.0"))
    with pytest.raises(MissingDependencyError, match=r"no-such-thing==1\.0\nhint: %pip install"):
        run_packaged(needy, {}, [], cache=True)


def test_a_module_of_the_project_is_said_to_stay(session: Session, cell: Cell) -> None:
    Path("ours.py").write_text("N = 3\n", encoding="utf-8")
    inside = TRAIN.replace('    print("summing up")', "    import ours")
    session.namespace = cell(inside)
    (found,) = run(session, "%pipeline package train").report.diagnostics
    assert "imports ours, which is of no installed package" in found.message


def test_an_error_there_is_the_same_here(session: Session) -> None:
    run(session, "%pipeline package train")
    with pytest.raises(InvalidPipelineError, match="'train' has no parameter 'm'\nhint: "):
        run(session, "%pipeline run oci://train:latest --trust --m=5")
