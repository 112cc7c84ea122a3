"""Models that a server's process imports from here."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any


class Adder:
    """Adds a number."""

    def __init__(self, number: int = 1) -> None:
        self._number = number

    def predict(self, inputs: list[float]) -> list[float]:
        return [self._number + each for each in inputs]


class Mortal:
    """Says a last word and ends its process."""

    def predict(self, inputs: Any) -> Any:
        print(f"last word: {inputs}")  # noqa: T201 - for the log
        os._exit(3)


class Meeting:
    """Answers when two requests are there at once."""

    def predict(self, inputs: Any) -> Any:
        _MET.wait(timeout=30)
        return inputs


_MET = threading.Barrier(2)


class Whereabouts:
    """Tells about the process that it runs in."""

    def predict(self, inputs: Any) -> Any:
        return {"folder": str(Path.cwd()), "pid": os.getpid()}


class _Loaded:
    """Base of what does something when it is loaded."""

    def __init__(self, *arguments: Any) -> None:
        self._arguments = arguments

    def __reduce__(self) -> Any:
        return type(self).on_load, self._arguments

    @staticmethod
    def on_load(*arguments: Any) -> Any:
        raise NotImplementedError


class Unloadable(_Loaded):
    """Raises when it is loaded."""

    @staticmethod
    def on_load(*arguments: Any) -> Any:
        message = f"the weights are torn{''.join(arguments)}"
        raise RuntimeError(message)


class Sleeper(_Loaded):
    """Takes for ever to load, and writes its process number to a file."""

    @staticmethod
    def on_load(*arguments: Any) -> Any:
        _tell_pid(arguments[0])
        time.sleep(600)


class Interrupting(_Loaded):
    """Presses Ctrl-C in the kernel while it loads."""

    @staticmethod
    def on_load(*arguments: Any) -> Any:
        file, kernel = arguments
        _tell_pid(file)
        os.kill(kernel, signal.SIGINT)
        time.sleep(600)


def _tell_pid(file: str) -> None:
    Path(file).write_text(str(os.getpid()), encoding="ascii")


def arrays(inputs: Any) -> Any:
    """Return what JSON has no words for."""
    import numpy as np
    import pandas as pd

    values: dict[str, Any] = {
        "array": np.arange(6).reshape(2, 3),
        "number": np.float32(0.5),
        "nested": [{"a": np.array([True])}],
        "series": pd.Series([1, 2]),
        "table": pd.DataFrame({"x": [1, 2], "y": ["a", "b"]}),
        "nan": [1.0, float("nan")],
        "times": np.array(["2020-01-01", "NaT"], dtype="M8[ns]"),
        "infinite": {"score": [0.5, float("inf")]},
        "object": object(),
    }
    return values[inputs]


def picky(inputs: Any) -> Any:
    """Raise what *inputs* names."""
    message = f"no {inputs} here"
    raise {"ValueError": ValueError, "SystemExit": SystemExit}[inputs](message)


def talkative(inputs: str) -> str:
    """Print *inputs*."""
    print(inputs)  # noqa: T201 - for the log
    return inputs
