"""The three pipes of a process, carried by one thread that waits for none of them."""

from __future__ import annotations

import os
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import Popen

_CHUNK = 1 << 16
_LONGEST = 1 << 20  # bytes of a line that are kept


class Streams:
    """Gives a process its payload, and takes what it writes and what it says.

    Attributes:
        written: What it wrote to its standard output.
    """

    def __init__(self, popen: Popen[bytes], payload: bytes, say: Callable[[str], None]) -> None:
        self.written = bytearray()
        self._payload = memoryview(payload)
        self._say = say
        self._line = bytearray()
        self._open = DefaultSelector()
        self._register(popen.stdin, EVENT_WRITE, self._give)
        self._register(popen.stdout, EVENT_READ, self._take)
        self._register(popen.stderr, EVENT_READ, self._listen)

    @property
    def are_open(self) -> bool:
        """Whether there is anything left to carry."""
        return bool(self._open.get_map())

    def carry(self, seconds: float) -> bool:
        """Carry what is there now, or comes within *seconds*; return whether there was any."""
        ready = self._open.select(seconds)
        for key, _ in ready:
            if not key.data(key.fd):
                self._end(key.fileobj)
        return bool(ready)

    def close(self, patience: float) -> None:
        """Take the rest that the process has left in its pipes, and close them.

        Args:
            patience: Seconds after which it is enough: a process that has left the group
                may write for ever.
        """
        deadline = monotonic() + patience
        try:
            while self.are_open and self.carry(0) and monotonic() < deadline:
                pass
            if self._line:
                self._tell()
        finally:
            for key in list(self._open.get_map().values()):
                self._end(key.fileobj)
            self._open.close()

    def _register(self, stream: IO[bytes] | None, event: int, work: Callable[[int], bool]) -> None:
        assert stream is not None  # noqa: S101 - a pipe was asked for
        os.set_blocking(stream.fileno(), False)
        self._open.register(stream, event, work)

    def _end(self, stream: Any) -> None:
        self._open.unregister(stream)
        stream.close()

    def _give(self, descriptor: int) -> bool:
        """Give a part of the payload; return whether there is more."""
        try:
            self._payload = self._payload[os.write(descriptor, self._payload[:_CHUNK]) :]
        except BlockingIOError:
            return True
        except BrokenPipeError:  # it reads no more: how it ends says why
            return False
        return bool(self._payload)

    def _take(self, descriptor: int) -> bool:
        """Take a part of what was written; return whether there may be more."""
        chunk = os.read(descriptor, _CHUNK)
        self.written += chunk
        return bool(chunk)

    def _listen(self, descriptor: int) -> bool:
        """Tell the lines of what was said; return whether there may be more."""
        chunk = os.read(descriptor, _CHUNK)
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            self._add(part)
            self._tell()
        self._add(rest)
        return bool(chunk)

    def _add(self, part: bytes) -> None:
        self._line += part[: _LONGEST - len(self._line)]

    def _tell(self) -> None:
        line = self._line.decode(errors="replace")
        self._line.clear()
        self._say(line)
