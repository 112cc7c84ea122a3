"""What is read from outside when a statement is run: files, the environment, the clock.

A definition runs its decorators, defaults and class body, and of the functions that those
call the bodies; not its own body.
"""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ._definition import evaluated
from ._outside import CLOCK, ENVIRONMENT, RANDOM, UNKNOWN, Outside, kind_of_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

IO, OUTPUT, SECRET = "io", "output", "secret"
_IO_MODULES = re.compile(
    r"(?:_?io|os|shutil|subprocess|socket|ssl|tempfile|glob|urllib\.request|http|requests|httpx"
    r"|aiohttp|ftplib|smtplib|sqlite3|ctypes|multiprocessing|webbrowser|pickle|marshal|shelve"
    r"|dotenv|platform|signal|atexit|importlib|runpy|code|fileinput|sys\.(?:stdin|argv))(?:\.|$)"
)
_PURE = re.compile(
    r"os\.(?:fspath|PathLike|cpu_count|sep|linesep|name|path\.(?:join|basename|dirname|split"
    r"|splitext|normpath|sep|isabs))$|http\.HTTPStatus"
)
_BUILTINS = {"open": IO, "__import__": IO} | dict.fromkeys(
    ("print", "breakpoint", "exit", "quit", "help"), OUTPUT
)
_OF_ENVIRONMENT = ("os.environ", "sys.argv", "sys.stdin")
_ASKING = {"builtins.input", "getpass.getpass"}
_IO_METHODS = re.compile(
    r"open|open_\w+|read|readlines?|read_\w+|scan_\w+|loadtxt|genfromtxt|fromfile|memmap|imread"
    r"|iterdir|r?glob|exists|is_file|is_dir|stat|expanduser|urlopen|getoutput|system|load"
)
_OUTPUT_METHODS = re.compile(r"write|write_(?:text|bytes)|unlink|mkdir|rmdir|touch")
_SECRETS = re.compile(r"get_secret_value|get_secret|get_password|getpass|reveal")
_SECRET_LINE = re.compile(r"\b(?:secret|env)\b|--reveal")
_APPLYING = {"map", "filter", "sorted", "min", "max", "iter", "next"}
_MADE_BY = ("__new__", "__init__", "__post_init__", "__set_name__", "__init_subclass__")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Names(Protocol):
    """What names stand for where a statement is run."""

    def path(self, name: str) -> str | None:
        """Return where what a name stands for is from: `os`, `builtins.len`."""

    def definition(self, name: str) -> tuple[ast.AST, Names] | None:
        """Return the definition that goes along under a name, and what its names are."""


def effects_of(statement: ast.AST, names: Names) -> Iterator[Outside]:
    """Yield what running *statement* reads from outside, also in what it calls."""
    yield from _Reading().of([statement], names)


class _Local(NamedTuple):
    """Names in a function: its own hide those around it."""

    around: Names
    hidden: frozenset[str]
    imported: dict[str, str]

    def path(self, name: str) -> str | None:
        found = self.imported.get(name)
        return found if found or name in self.hidden else self.around.path(name)

    def definition(self, name: str) -> tuple[ast.AST, Names] | None:
        return None if name in self.hidden else self.around.definition(name)


class _Reading:
    """One look at a statement; each function that it calls is looked at once."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()

    def of(self, roots: Iterable[ast.AST], names: Names) -> Iterator[Outside]:
        for node in evaluated(*roots):
            if isinstance(node, ast.Name | ast.Attribute):
                path = _path(node, names) or ""
                if path.startswith(_OF_ENVIRONMENT):
                    yield Outside(ENVIRONMENT, path)
            elif isinstance(node, ast.Call):
                yield from self._of_call(node, names)
            for decorator in getattr(node, "decorator_list", ()):
                yield from self._of_called(decorator, names, levels=1)
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    yield from self._of_called(base, names, levels=1)

    def _of_call(self, call: ast.Call, names: Names) -> Iterator[Outside]:
        yield from self._of_called(call.func, names, levels=1)
        path = _path(call.func, names) or ""
        if path == "" and isinstance(call.func, ast.Attribute):
            yield from _of_method(call, call.func.attr)
        if path.startswith("builtins.") and path.rpartition(".")[2] in _APPLYING:
            for argument in call.args:
                yield from self._of_called(argument, names, levels=1)

    def _of_called(self, called: ast.AST, names: Names, *, levels: int) -> Iterator[Outside]:
        """Yield what a call of *called* reads; what it returns may be called in turn."""
        if isinstance(called, ast.Call):
            yield from self._of_called(called.func, names, levels=levels + 1)
            return
        found = names.definition(called.id) if isinstance(called, ast.Name) else None
        if found is not None:
            yield from self._of_definition(*found, levels=levels)
        path = _path(called, names)
        if path is not None and _kind_of(path):
            yield Outside(_kind_of(path), path.removeprefix("builtins."))

    def _of_definition(self, node: ast.AST, names: Names, *, levels: int) -> Iterator[Outside]:
        if levels == 0 or (id(node), levels) in self._seen:
            return
        self._seen.add((id(node), levels))
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                yield from self._of_called(base, names, levels=levels)
            yield from self._of_functions(node.body, names, levels, only=_MADE_BY)
        elif isinstance(node, _FUNCTIONS):
            inside = _inside(node, names)
            yield from self.of(node.body, inside)
            yield from self._of_functions(node.body, inside, levels - 1)
        elif isinstance(node, ast.Lambda):
            yield from self.of([node.body], names)

    def _of_functions(
        self, body: Iterable[ast.stmt], names: Names, levels: int, only: Iterable[str] = ()
    ) -> Iterator[Outside]:
        for node in body:
            if isinstance(node, _FUNCTIONS) and (not only or node.name in only):
                yield from self._of_definition(node, names, levels=levels)


def _inside(node: _Function, names: Names) -> _Local:
    parts = list(ast.walk(node))
    hidden = {part.arg for part in parts if isinstance(part, ast.arg)}
    stored = (p for p in parts if isinstance(p, ast.Name) and not isinstance(p.ctx, ast.Load))
    imported: dict[str, str] = {}
    for part in parts:
        if isinstance(part, ast.Import | ast.ImportFrom):
            imported |= paths_of_import(part)
    return _Local(names, frozenset(hidden | {name.id for name in stored}), imported)


def paths_of_import(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Return what the names that an import binds stand for."""
    if isinstance(node, ast.ImportFrom):
        return {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return {
        a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
        for a in node.names
    }


def path_of_builtin(name: str) -> str | None:
    """Return `builtins.open` for the name of what Python has by itself; None for others."""
    return f"builtins.{name}" if hasattr(builtins, name) else None


def _path(node: ast.AST, names: Names) -> str | None:
    """Return the dotted path that an expression of names and attributes is."""
    if isinstance(node, ast.Name):
        if names.definition(node.id) is not None:
            return None
        return names.path(node.id)
    if isinstance(node, ast.Attribute):
        owner = _path(node.value, names)
        return None if owner is None else f"{owner}.{node.attr}"
    return None


def _kind_of(path: str) -> str:
    """Return what a call of what is imported from *path* reads; empty for nothing."""
    owner, _, name = path.rpartition(".")
    if path.startswith(_OF_ENVIRONMENT):
        return ENVIRONMENT
    if path in _ASKING or _SECRETS.fullmatch(name):
        return SECRET
    if owner == "builtins":
        return _BUILTINS.get(name, "") or kind_of_call(owner, name)
    kind = kind_of_call(owner.removeprefix("datetime."), name)
    is_io = _IO_MODULES.match(path) and not _PURE.match(path)
    return kind or (IO if is_io or _IO_METHODS.fullmatch(name) else "")


def _of_method(call: ast.Call, name: str) -> Iterator[Outside]:
    """Yield what a method reads, as its name says it."""
    texts = [a.value for a in call.args if isinstance(a, ast.Constant)]
    is_line = name.startswith("run_") and any(_SECRET_LINE.search(str(t)) for t in texts)
    if is_line or _SECRETS.fullmatch(name):
        yield Outside(SECRET, f"{name}()")
    elif _IO_METHODS.fullmatch(name) or _OUTPUT_METHODS.fullmatch(name):
        yield Outside(IO if _IO_METHODS.fullmatch(name) else OUTPUT, f"{name}()")


WORDS = {
    ENVIRONMENT: "reads the environment",
    CLOCK: "reads the clock",
    RANDOM: "draws random numbers",
    SECRET: "asks for a secret",
    UNKNOWN: "runs what cannot be known",
    IO: "reads outside of the notebook",
    OUTPUT: "writes outside of the notebook",
}
"""What a kind says of the statement."""
