from __future__ import annotations

import importlib
import io
import json
import pickletools
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import cloudpickle  # type: ignore[import-untyped]
import pytest

from stack_magic.capture import Digester, Unpacked, packed
from stack_magic.materializers import dump

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODULE = """
import abc, contextlib, dataclasses, enum, functools, threading, typing
import helping
LOCK = threading.Lock()
K = 1
T = typing.TypeVar("T")
Low = typing.TypeVar("Low", bound=int, covariant=True)
Pick = typing.TypeVar("Pick", int, str)
P = typing.ParamSpec("P")

@functools.lru_cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2) + K - K

@functools.singledispatch
def shown(x): return "any"
@shown.register
def _(x: int): return f"int {K}"

class Base(abc.ABC):
    made = []
    def __init_subclass__(cls): Base.made.append(cls.__name__)
    @abc.abstractmethod
    def value(self): ...
class One(Base):
    def value(self): return (K, super().__hash__() is not None)
class Meta(type):
    made = []
    def __init__(cls, *args): Meta.made.append(cls.__name__)
class Known(metaclass=Meta): pass
@dataclasses.dataclass
class Data:
    x: int = 1
@dataclasses.dataclass
class Only:
    x: int = 1
class Colour(enum.Enum):
    RED = 1
class Pair(typing.NamedTuple):
    left: int = 4
class Lower(typing.Generic[Low]): pass
class Call(typing.Generic[P]): pass
class Picked(typing.Generic[Pick]): pass
class Box(typing.Generic[T]):
    def get(self, x: T) -> T: return x

def thrice(function):
    @functools.wraps(function)
    def call(*args): return 3 * function(*args)
    return call
@thrice
def add(x): return x + K
def helped(): return helping.help()
def locked():
    with LOCK: return K
@contextlib.contextmanager
def managed(): yield K
"""
STEPS = """
import numpy as np, pandas as pd
import pickle, typing
from typing import AnyStr
import moving
LOW = 1
held = moving.Only(7)
df = pd.DataFrame({"a": [1, 2, 3]})
def an_import_inside():
    import moving as inner
    from moving import Data
    return inner.K, Data().x
def a_cache(): return moving.fib(10)
def a_dispatcher(): return moving.shown(3)
def a_class(): return moving.One().value(), moving.Base.made
def a_metaclass(): return moving.Known.__name__, moving.Meta.made
def a_wrapper_of_a_package():
    with moving.managed() as given: return given
def a_variable_of_a_package(): return AnyStr is typing.AnyStr
def an_enum(): return moving.Colour.RED is moving.Colour(1)
def a_generic(): return moving.Box[int]().get(moving.Pair().left)
def type_variables():
    lower, picked, call = moving.Lower, moving.Picked, moving.Call
    (low,), (pick,), (p,) = lower.__parameters__, picked.__parameters__, call.__parameters__
    same = low is moving.Low, pick is moving.Pick, p is moving.P
    told = low.__bound__.__name__, low.__covariant__, low.__contravariant__, type(p).__name__
    return same, told, [c.__name__ for c in pick.__constraints__], pick.__covariant__
def a_decorator(): return moving.add(1)
def a_lock(): return moving.locked()
def a_helper_module(): return moving.helped()
def a_class_that_only_a_value_has(): return pickle.loads(pickle.dumps(held)).x
def a_name_in_a_text(): return len(df.query("a > @LOW"))
def a_whole_module(): return sorted(n for n in vars(moving) if not n.startswith("__"))[:3]
"""
NAMES = [line.split("(")[0][4:] for line in STEPS.splitlines() if line.startswith("def ")]
THERE = """
import json, sys
from stack_magic.capture import Digester, Unpacked
unpacked = Unpacked(open(sys.argv[1], "rb").read())
unpacked.install()
functions = unpacked.load()
digests = {f.__name__: Digester(imports=True).digest(f) for f in functions}
answers = {f.__name__: [repr(f()), digests[f.__name__]] for f in functions}
print(json.dumps(answers))
"""


@pytest.fixture
def moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: Callable[[str], dict[str, Any]]
) -> dict[str, tuple[list[str], list[str]]]:
    """Return what each function gives here, and in a process whose disk has other modules."""
    (tmp_path / "moving.py").write_text(MODULE)
    (tmp_path / "helping.py").write_text("def help(): return 10\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("moving", "helping"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    moving = importlib.import_module("moving")
    monkeypatch.setattr(moving, "K", 10)
    notebook = cell(STEPS)
    functions = [notebook[name] for name in NAMES]
    here = {f.__name__: [repr(f()), Digester(imports=True).digest(f)] for f in functions}
    bytes_of_it = tmp_path / "packed"
    bytes_of_it.write_bytes(packed(functions))
    for name in ("moving", "helping"):  # what another process would read
        (tmp_path / f"{name}.py").write_text("raise SystemExit('read from the disk')\n")
        monkeypatch.delitem(sys.modules, name)
    command = [sys.executable, "-c", THERE, str(bytes_of_it)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr[-2000:]
    there = json.loads(ended.stdout)
    return {name: (here[name], there[name]) for name in NAMES}


def test_code_arrives_as_this_process_holds_it(
    moved: dict[str, tuple[list[str], list[str]]],
) -> None:
    """Value and digest are the same there, whatever the disk has by then."""
    assert {name: there for name, (_, there) in moved.items()} == {
        name: here for name, (here, _) in moved.items()
    }
    assert moved["an_import_inside"][1][0] == "(10, 1)"
    assert moved["a_helper_module"][1][0] == "10"


def test_import_statements_find_what_was_sent_until_it_is_undone(
    cell: Callable[[str], dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("there", "not_there"):
        (tmp_path / f"{name}.py").write_text("K = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = cell("import there, not_there\ndef main(): return there.K, not_there.K")
    unpacked = Unpacked(packed([names["main"]]))
    there = sys.modules["there"]
    monkeypatch.delitem(sys.modules, "not_there")
    undo = unpacked.install()
    unpacked.load()
    assert importlib.import_module("there").K == importlib.import_module("not_there").K == 1
    assert sys.modules["there"] is not there
    undo()
    assert sys.modules["there"] is there
    assert "not_there" not in sys.modules
    monkeypatch.delitem(sys.modules, "there")


def test_what_a_module_made_that_is_imported_there_reads_it_there(
    cell: Callable[[str], dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stuck.py").write_text(
        "LINES = (n for n in [1, 2])\ndef take(): return next(LINES)\n"
        "def made(n):\n    return lambda: (n, next(LINES))\n"
        "class Own:\n    def f(self): return next(LINES)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    names = cell(
        "import stuck\nmade = stuck.made(3)\n"
        "def main(): return made(), next(stuck.LINES), stuck.Own"
    )
    with pytest.raises(TypeError, match="generator"):
        packed([names["main"]])
    unpacked = Unpacked(packed([names["main"]], (), frozenset({"stuck"})))
    (main,) = unpacked.load()
    assert main() == ((3, 1), 2, names["stuck"].Own)
    monkeypatch.delitem(sys.modules, "stuck")


def test_what_only_a_text_names_may_stay_behind(cell: Callable[[str], dict[str, Any]]) -> None:
    names = cell(
        "lines = (n for n in [1])\nclass Frame:\n    def query(self, text): return text\n"
        "def main(): return Frame().query('a > @lines')"
    )
    (main,) = Unpacked(packed([names["main"]])).load()
    assert main() == "a > @lines"


@pytest.mark.parametrize("is_known", [False, True])
def test_what_the_user_told_the_library_stays(
    cell: Callable[[str], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_known: bool,
) -> None:
    (tmp_path / "told.py").write_text("class Own: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = cell("import told\ndef main(): return told.Own")
    if is_known:
        cloudpickle.register_pickle_by_value(names["told"])
    packed([names["main"]])
    assert ("told" in cloudpickle.list_registry_pickle_by_value()) is is_known
    if is_known:
        cloudpickle.unregister_pickle_by_value(names["told"])
    del sys.modules["told"]


def test_a_pickle_on_disk_names_only_what_is_never_renamed(
    cell: Callable[[str], dict[str, Any]],
) -> None:
    notebook = cell("class A: pass\nx = 1\nvalue = [A(), A, lambda: x, len]\n")
    _, content = dump(notebook["value"])
    file = io.BytesIO(content)
    operations = [*pickletools.genops(file), *pickletools.genops(file)]  # the head, the value
    texts = [argument for _, argument, _ in operations if isinstance(argument, str)]
    ours = {text for text in texts if text.startswith("stack_magic.")}
    assert ours == {"stack_magic.capture.pickled_names"}


@pytest.mark.parametrize("owner", ["__main__", "helping_both"])
def test_functions_that_name_one_module_keep_the_globals_that_they_have(
    monkeypatch: pytest.MonkeyPatch, owner: str
) -> None:
    module = ModuleType(owner)
    module.__file__ = f"{owner}.py"
    monkeypatch.setitem(sys.modules, owner, module)
    stale: dict[str, Any] = {"__name__": owner, "K": 1}  # what a module held before a reload
    other: dict[str, Any] = {"__name__": owner, "K": 2}
    vars(module)["K"] = 3
    for namespace in (stale, other, vars(module)):
        exec("def give(): return K", namespace)  # noqa: S102 - a cell
    sent = [namespace["give"] for namespace in (stale, other, vars(module))]
    arrived = Unpacked(packed(sent))
    things = arrived.load()
    assert [give() for give in things] == [1, 2, 3]
    assert len({id(give.__globals__) for give in things}) == 3
    if owner != "__main__":
        assert things[2].__globals__ is vars(arrived.modules[owner])


def test_what_only_a_value_has_is_found_by_its_name_there(
    monkeypatch: pytest.MonkeyPatch, cell: Callable[[str], dict[str, Any]]
) -> None:
    module = ModuleType("only")
    module.__file__ = "only.py"
    monkeypatch.setitem(sys.modules, "only", module)
    source = "import typing\nT = typing.TypeVar('T')\nclass Only(typing.Generic[T]): pass\n"
    exec(source, vars(module))  # noqa: S102 - a module
    notebook = cell("import only\nheld = only.Only()\ndel only\ndef main(): return held")
    arrived = Unpacked(packed([notebook["main"]]))
    (main,) = arrived.load()
    there = arrived.modules["only"]
    assert type(main()) is there.Only
    assert there.Only.__parameters__ == (there.T,)


def test_new_types_and_aliases_of_the_notebook_arrive(cell: Any) -> None:
    notebook = cell(
        "import typing, typing_extensions\n"
        "T = typing.TypeVar('T')\n"
        "Key = typing.NewType('Key', str)\n"
        "Deeper = typing.NewType('Deeper', Key)\n"
        "Keys = typing_extensions.TypeAliasType('Keys', dict[str, T], type_params=(T,))\n"
        "def main(): return Deeper, Keys[Key]\n"
    )
    (main,) = Unpacked(packed([notebook["main"]])).load()
    del sys.modules["__main__"]  # nothing is found there by name
    deeper, keys = main()
    assert (deeper.__name__, deeper.__supertype__.__supertype__) == ("Deeper", str)
    assert keys.__args__ == (deeper.__supertype__,)
    assert keys.__origin__.__value__.__parameters__ == keys.__origin__.__type_params__
