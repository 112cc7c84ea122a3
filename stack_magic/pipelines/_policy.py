"""By what the result of a step is known: the author's word where code does not tell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from stack_magic.errors import InvalidPipelineError

_FUNCTION, _DURATION = "cache_func", "expires_after"
_HINT = '@step(cache=CachePolicy(file_dependencies=["data.csv"], environment=["STAGE"]))'


@dataclass(frozen=True)
class CachePolicy:
    """What a step's result depends on beside its code, its parameters and its inputs.

    A step that reads the context, the environment or files which its code does not name is
    not cached, since nobody can tell whether they have changed. With a policy it is: what is
    listed here decides. The names are those of ZenML's `CachePolicy`, where it has them.

    Attributes:
        file_dependencies: Files and folders that count by their content.
        source_dependencies: Functions, classes and modules that count by their code.
        environment: Names of environment variables that count by their value.
        expires_after: How long a result counts; None for as long as it is kept.
        cache_func: Called without arguments before each run; what it returns counts.

    Raises:
        InvalidPipelineError: One of them is none of what is wanted.
    """

    file_dependencies: tuple[str, ...] = ()
    source_dependencies: tuple[Any, ...] = ()
    environment: tuple[str, ...] = ()
    expires_after: timedelta | None = None
    cache_func: Callable[[], Any] | None = None

    def __init__(
        self,
        *,
        file_dependencies: Iterable[str | os.PathLike[str]] = (),
        source_dependencies: Iterable[Any] = (),
        environment: Iterable[str] = (),
        expires_after: timedelta | int | None = None,
        cache_func: Callable[[], Any] | None = None,
    ) -> None:
        files = (os.fspath(f) for f in _several("file_dependencies", file_dependencies))
        self._set("file_dependencies", tuple(files))
        sources = _several("source_dependencies", source_dependencies)
        self._set("source_dependencies", tuple(sources))
        self._set("environment", tuple(_names("environment", environment)))
        self._set("expires_after", _duration(expires_after))
        if cache_func is not None and not callable(cache_func):
            raise _wrong(_FUNCTION, cache_func, "a function without parameters")
        self._set("cache_func", cache_func)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        given = ((f.name, getattr(self, f.name)) for f in fields(self))
        return f"CachePolicy({', '.join(f'{n}={v!r}' for n, v in given if v)})"


def _several(name: str, given: Any) -> list[Any]:
    if isinstance(given, str | bytes | os.PathLike) or not isinstance(given, Iterable):
        raise _wrong(name, given, "a list")
    values = list(given)
    texts = [v for v in values if not isinstance(v, str | os.PathLike)]
    if name == "file_dependencies" and texts:
        raise _wrong(name, texts[0], "a list of paths")
    return values


def _names(name: str, given: Any) -> list[str]:
    names = _several(name, given)
    for one in names:
        if not isinstance(one, str) or not one or "=" in one or "\0" in one:
            raise _wrong(name, one, "a list of names of variables")
    return names


def _duration(given: Any) -> timedelta | None:
    if isinstance(given, int) and not isinstance(given, bool):
        given = timedelta(seconds=given)
    if given is None or (isinstance(given, timedelta) and given > timedelta(0)):
        return given
    raise _wrong(_DURATION, given, "a timedelta above 0, or seconds")


def _wrong(name: str, given: Any, wanted: str) -> InvalidPipelineError:
    message = f"{name} of a cache policy is {given!r:.80}: {wanted} is wanted"
    return InvalidPipelineError(message, hint=_HINT)


def checked_cache(given: Any, step: str) -> bool | CachePolicy | None:
    """Return what `@step(cache=...)` was given, if it can be that.

    Raises:
        InvalidPipelineError: It is something else.
    """
    if given is None or isinstance(given, bool | CachePolicy):
        return given
    message = f"cache of step {step!r} is {given!r:.80}: True, False or a CachePolicy is wanted"
    raise InvalidPipelineError(message, hint=_HINT)
