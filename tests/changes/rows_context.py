"""Rows: the step asks for its context: the run, the stack, its components."""

from __future__ import annotations

from .table import CACHED, EITHER, UNCACHED, Row

_INGEST = """
import datetime
moment_R = datetime.datetime(2023, 1, {day})
stack_magic.session().stack("lab").feature_store.ingest(
    "users_R", [{{"user": 1, "x": {day}, "event_timestamp": moment_R}}], entities=["user"]
)
"""
_ROWS = """
asked = [{"user": 1, "event_timestamp": datetime.datetime(2024, 1, 1)}]
return store.get_historical_features(asked, ["users_R:x"])[0]["x"]
""".strip().replace("\n", "\n    ")
_WRITE = 'stack_magic.session().stack("lab").artifact_store.write_bytes("x_R", b"{}")\n'
_KEEP = "\n# %% change\nunrelated_R = 1\n"
_NOT_RELOADED = frozenset({"reload"})  # the cells that change something are no module's


def _read(name: str, body: str, options: str = "", head: str = "") -> str:
    return f"{head}# %%\n@step{options}\ndef {name}():\n    {body}\n"


_STORE = 'return get_step_context().stack.artifact_store.read_bytes("x_R").decode()'

ROWS = (
    Row(
        "the feature store of the context has newer rows",
        UNCACHED,
        1,
        2,
        _INGEST.format(day=1)
        + _read("main_R", f"store = get_step_context().stack.feature_store\n    {_ROWS}")
        + "# %% change\n"
        + _INGEST.format(day=2)
        + "# %% undo\nstack_magic.session().stack('lab').feature_store.delete_view('users_R')\n"
        + _INGEST.format(day=1),
        plain="",
        told="stack",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "the artifact store of the context has another object",
        UNCACHED,
        "one",
        "two",
        _WRITE.format("one") + _read("main_R", _STORE) + "# %% change\n" + _WRITE.format("two"),
        plain="",
        told="stack",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "a helper asks for the context",
        UNCACHED,
        "one",
        "two",
        _WRITE.format("one")
        + f"# %%\ndef helper_R():\n    {_STORE}\n# %% change\n"
        + _WRITE.format("two"),
        plain="",
        told="stack",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "a method asks for the context",
        UNCACHED,
        "one",
        "two",
        _WRITE.format("one")
        + f"# %%\nclass Reader_R:\n    def read(self):\n        {_STORE}\n"
        + "def helper_R():\n    return Reader_R().read()\n# %% change\n"
        + _WRITE.format("two"),
        plain="",
        told="stack",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "the context is asked for by the name of the package",
        UNCACHED,
        "one",
        "two",
        _WRITE.format("one")
        + _read("main_R", _STORE.replace("get_step", "stack_magic.get_step"))
        + "# %% change\n"
        + _WRITE.format("two"),
        plain="",
        told="stack",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "the context is asked for by another name",
        UNCACHED,
        "one",
        "two",
        _WRITE.format("one")
        + "# %%\nfrom stack_magic import get_step_context as context_R\n"
        + _read("main_R", _STORE.replace("get_step_context", "context_R"))
        + "# %% change\n"
        + _WRITE.format("two"),
        plain="",
        told="stack",
        not_asked=_NOT_RELOADED,
    ),
    Row(
        "the step asks for the name of the stack",
        UNCACHED,
        "lab",
        "lab",
        _read("main_R", "return get_step_context().stack.name") + _KEEP,
        plain="",
        told="stack",
    ),
    Row(
        "the step asks for the name of the run",
        UNCACHED,
        True,
        True,
        _read("main_R", "return get_step_context().run.startswith('all')") + _KEEP,
        plain="",
        told="run",
    ),
    Row(
        "the step asks for its own name",
        EITHER,
        True,
        True,
        _read("main_R", "return get_step_context().step.startswith('main')") + _KEEP,
        plain="",
    ),
    Row(
        "the step logs metrics",
        CACHED,
        1,
        1,
        _read("main_R", "log_metrics({'loss': 0.5})\n    return 1") + _KEEP,
        plain="",
    ),
    Row(
        "the step logs parameters",
        CACHED,
        1,
        1,
        _read("main_R", "log_params({'rate': 0.5})\n    return 1") + _KEEP,
        plain="",
    ),
    Row(
        "the step asks the context for the experiment tracker",
        CACHED,
        True,
        True,
        _read("main_R", "return get_step_context().stack.experiment_tracker is not None") + _KEEP,
        plain="",
    ),
    Row(
        "the step posts by the alerter of the context",
        CACHED,
        1,
        1,
        _read("main_R", "get_step_context().stack.alerter.post('done')\n    return 1") + _KEEP,
        plain="",
    ),
    Row(
        "the step asks for the context and says that it is to be cached",
        CACHED,
        "lab",
        "lab",
        _read("main_R", "return get_step_context().stack.name", "(cache=True)") + _KEEP,
        plain="",
    ),
    Row(
        "the step is never to be cached",
        UNCACHED,
        1,
        1,
        _read("main_R", "return 1", "(cache=False)") + _KEEP,
        told="cache=False",
    ),
)
