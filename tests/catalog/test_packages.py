"""Installed packages bring flavors: listed by their entry points, imported when asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "docs" / "flavor_package"

# Runs in a process of its own: what is installed is asked once a process.
HEAD = """
import sys, warnings, json
import stack_magic
from stack_magic import pipeline, step
from stack_magic.errors import StackMagicError
from stack_magic.grammar import complete, parse

session = stack_magic.session()


def run(text):
    magic, _, rest = text.partition(" ")
    try:
        return repr(session.apply(parse(magic.removeprefix("%"), rest)))
    except StackMagicError as error:
        return f"{type(error).__name__}: {error}"


said = []
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of packages with the example in it."""
    folder = tmp_path_factory.mktemp("packages")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--no-index", "--target", str(folder), str(EXAMPLE)], check=True)
    return folder


def _written(folder: Path, name: str, entries: str, source: str) -> Path:
    """Write a package into *folder* as an installer leaves it."""
    info = folder / f"{name}-2.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text(f"[stack_magic.flavors]\n{entries}\n")
    (folder / f"{name}.py").write_text(source)
    return folder


def _said(cells: str, project: Path, *folders: Path) -> Any:
    """Return what *cells* put into `said`, run in *project* with packages in *folders*."""
    program = f"{HEAD}\n{cells}\nprint(json.dumps(said))"
    path = os.pathsep.join(map(str, folders))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_an_installed_flavor_is_listed_unimported_and_used(installed: Path, tmp_path: Path) -> None:
    cells = f"""
said.append(run("%artifact_store flavor list"))
tab = complete("artifact_store", "register l --flavor=", session)
said.append([one.text for one in tab.items])
said.append("acme_lake" in sys.modules)
line = "%artifact_store register lake --flavor=lake --team=vision --path="
said.append(run(line + "{tmp_path}"))
said.append(run(line + "{tmp_path}/vision"))
said.append(run("%stack register prod -o default -a lake -m default --set"))

@step
def one() -> int:
    return 1

@pipeline
def small():
    one()

said.append(str(session.run_pipeline(small).outcome))
said.append(run("%artifact_store flavor describe lake"))
said.append(run("%artifact_store flavor delete lake"))
"""
    listed, offered, is_imported, refused, registered, _, outcome, card, kept = _said(
        cells, tmp_path, installed
    )
    (row,) = [line for line in listed.splitlines() if line.startswith("lake")]
    assert row.split() == ["lake", "LakeStore", "package", "acme-lake", "1.0", "0"]
    assert not is_imported
    assert any("lake" in text for text in offered)
    assert "has no folder 'vision': it is the team's" in refused
    assert "registered artifact_store lake (flavor lake)" in registered
    assert outcome == "done"
    assert list((tmp_path / "vision").rglob("*.json"))
    assert "package acme-lake 1.0" in card
    assert "stays" in kept or "is used by" in kept


BROKEN = """
from stack_magic.artifact_stores import BaseArtifactStore

class Other(BaseArtifactStore):
    FLAVOR = "another"
    SUPPORTED_SCHEMES = {"/"}

class Abstract(BaseArtifactStore):
    FLAVOR = "nameless"
"""


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        ("bad_package:Missing", "cannot be imported: AttributeError"),
        ("no_such_module:Store", "cannot be imported: ModuleNotFoundError"),
        ("bad_package:Other", "its class Other says FLAVOR = 'another'"),
        ("bad_package:Abstract", "cannot be used:"),
        ("bad_package:BROKEN", "cannot be imported: AttributeError"),
    ],
)
def test_a_flavor_that_cannot_be_had_is_told_when_it_is_asked_for(
    tmp_path: Path, entry: str, refusal: str
) -> None:
    packages = _written(
        tmp_path / "packages", "bad_package", f"artifact_store.lake = {entry}", BROKEN
    )
    cells = f"""
said.append(run("%artifact_store flavor list"))
said.append(run("%artifact_store register lake --flavor=lake --path={tmp_path}"))
said.append(run("%stack list"))
"""
    listed, refused, stacks = _said(cells, tmp_path, packages)
    assert "package bad_package 2.0" in listed
    assert "artifact_store flavor 'lake' of package bad_package 2.0" in refused
    assert refusal in refused
    assert "default" in stacks


def test_names_that_are_taken_stay_with_whom_they_are(installed: Path, tmp_path: Path) -> None:
    entries = "artifact_store.lake = zeta:Other\nartifact_store.local = zeta:Other"
    packages = _written(tmp_path / "packages", "zeta", entries, BROKEN)
    cells = """
said.append(run("%artifact_store flavor list"))
"""
    (listed,) = _said(cells, tmp_path, packages, installed)
    rows = {line.split()[0]: line for line in listed.splitlines() if line.strip()}
    assert "package acme-lake 1.0" in rows["lake"]
    assert "builtin" in rows["local"]


def test_an_entry_point_of_no_type_is_left_out_with_a_warning(tmp_path: Path) -> None:
    packages = _written(tmp_path / "packages", "odd", "lakes.x = odd:Other", BROKEN)
    cells = """
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    run("%stack list")
said.extend(str(one.message) for one in caught)
"""
    (warned,) = _said(cells, tmp_path, packages)
    assert "entry point 'lakes.x' of odd 2.0 is left out" in warned
