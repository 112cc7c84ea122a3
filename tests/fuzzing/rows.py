"""Rows of a metadata database, with values that nobody of us wrote."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from stack_magic.enums import Outcome
from stack_magic.grammar import complete, parse
from stack_magic.metadata_stores import ArtifactRecord, StepRecord
from stack_magic.metadata_stores._tables import METADATA
from stack_magic.session import Session
from tests.fuzzing.damage import content_of, damaged_file
from tests.fuzzing.target import Target, result_or_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

_LINES = (
    "runs",
    "list",
    "describe train-1",
    "describe train-2",
    "explain train-2",
    "diff train-1 train-2",
)
_DOCUMENTS: dict[str, Any] = {
    "parameters": {"a": 1},
    "steps": ["load", "fit"],
    "owner": ["host", "boot", 1, "began"],
    "upstream": ["load"],
    "reads": {
        "compared": "train-1",
        "function": "x",
        **{kind: {"a": "b"} for kind in ("code", "files", "environment", "inputs", "parameters")},
    },
    "refers": ["module:name:digest"],
}
_KEY = "0" * 64


def _value(column: str) -> SearchStrategy[Any]:
    """Return a value of SQLite: of bytes and of texts, which may be no UTF-8, what they hold."""
    scalars = (
        st.none()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False)
        | st.text(st.characters(codec="utf-8"), max_size=10)
        | st.sampled_from(["2024-01-01", "9999-12-31T23:59:59+00:00", "done", "failed", ""])
    )
    bytes_ = st.tuples(st.sampled_from(["blob", "text"]), damaged_file(_DOCUMENTS.get(column, {})))
    return st.one_of(scalars, bytes_.map(list), bytes_.map(list))


@st.composite
def _inputs(draw: st.DrawFn) -> list[list[Any]]:
    columns = [
        (table.name, column.name) for table in METADATA.sorted_tables for column in table.columns
    ]
    chosen = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=3, unique=True))
    return [[table, column, draw(_value(column))] for table, column in chosen]


def inputs() -> SearchStrategy[list[list[Any]]]:
    """Return tables and columns with the value that the last row gets there."""
    return _inputs()


def _recorded(session: Session) -> None:
    store = session.stack("default").metadata_store
    for _ in range(2):
        run = store.start_run("train", "default", parameters={"a": 1}, steps=["load", "fit"])
        artifact = ArtifactRecord("a/b", _KEY, 2, "json", "int", (run.name, "load"), ("m:n:d",))
        first = StepRecord(run.name, "load", Outcome.DONE, _KEY, _KEY, outputs={"output": artifact})
        second = StepRecord(
            run.name,
            "fit",
            Outcome.FAILED,
            parameters={"a": 1},
            inputs={"x": artifact},
            upstream=("load",),
            started=run.started,
            error="ValueError: no",
            reason="it is new",
            reads=_DOCUMENTS["reads"],
        )
        store.record_steps([first, second])
        store.finish_run(run.name, Outcome.FAILED, 1.0)
    store.record_sources({_KEY: "def load(): ..."})
    store.close()


def _put(file: Path, changes: list[list[Any]]) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for table, column, value in changes:
            kind, given = value if isinstance(value, list) else ("", value)
            given = content_of(given) if kind else given
            place = "CAST(? AS TEXT)" if kind == "text" else "?"
            last = f"rowid = (SELECT max(rowid) FROM {table})"  # noqa: S608 - words of ours
            with suppress(sqlite3.IntegrityError):  # what the tables do not take
                connection.execute(f"UPDATE {table} SET {column} = {place} WHERE {last}", (given,))  # noqa: S608 - likewise
        connection.commit()


def begin(folder: Path) -> Callable[[Any], None]:
    """Return the trial: everything that reads records, in Python and by lines."""
    os.chdir(folder)
    session = Session()
    _recorded(session)
    numbers = count()

    def trial(value: Any) -> None:
        project = folder / str(next(numbers))
        shutil.copytree(folder / ".stack_magic", project / ".stack_magic")
        os.chdir(project)
        _put(project / ".stack_magic" / "metadata.db", value)
        session = Session()
        for call in _calls(session):
            with result_or_error():
                call()
        session.stack("default").metadata_store.close()
        os.chdir(folder)
        shutil.rmtree(project)

    return trial


def _calls(session: Session) -> list[Callable[[], object]]:
    store = session.stack("default").metadata_store
    return [
        store.find_runs,
        store.find_run_names,
        store.get_pipelines,
        lambda: store.get_pipeline_run("train-1"),
        lambda: store.get_pipeline_run_steps("train-1"),
        lambda: store.find_cached_steps([_KEY]),
        lambda: store.get_previous_steps("train", ["load", "fit"]),
        lambda: store.get_last_cache_keys("train"),
        lambda: store.get_sources([_KEY]),
        lambda: store.get_artifact(_KEY),
        lambda: store.start_run("train", "default", parameters={}, steps=[]),
        *(partial(_shown, session, line) for line in _LINES),
        lambda: complete("pipeline", "describe t", session),
    ]


def _shown(session: Session, line: str) -> None:
    answer: Any = session.apply(parse("pipeline", line))
    repr(answer), answer._repr_mimebundle_()


ROWS = Target("rows", inputs, begin)
