"""The connections of a model server: those without its token may not use up its descriptors."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

SLOW = 30
"""Seconds that a client may take for the head of a request, or for a body."""

_MOST = 64
"""Connections that may be open without having shown the token."""

_FEWEST = 8


def most_strangers() -> int:
    """Return how many connections may be open without having shown the token.

    A quarter of the descriptors that this process may have, and 64 at most.
    """
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if descriptors == resource.RLIM_INFINITY:
        return _MOST
    return max(_FEWEST, min(_MOST, descriptors // 4))


class Connection(H11Protocol):
    """HTTP over one connection, which waits for each request for a while only.

    Without the token it is a stranger's. Of those the oldest is cut when there are too many:
    who has the token shows it at once.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.is_trusted = False  # until the application has seen the token in a request
        self.app_state = {**self.app_state, "connection": self}
        self._end_of_patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, in the place of a stranger's if there are too many."""
        self.opened = self.loop.time()
        super().connection_made(transport)
        self._await_request()
        known: set[Any] = self.connections
        strangers = [connection for connection in known if not connection.is_trusted]
        if len(strangers) > most_strangers():
            oldest = min(strangers, key=lambda connection: connection.opened)
            known.discard(oldest)
            # Not `close`, which waits until the client has read what was answered.
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        if self._end_of_patience is not None:
            self._end_of_patience.cancel()

    def on_response_complete(self) -> None:
        """Wait for the next request as long as for the first."""
        self._await_request()
        super().on_response_complete()

    def _await_request(self) -> None:
        if self._end_of_patience is not None:
            self._end_of_patience.cancel()
        self._end_of_patience = self.loop.call_later(SLOW, self._give_up)

    def _give_up(self) -> None:
        cycle: Any = self.cycle  # None until there is a request, whatever its type says
        if cycle is None or cycle.response_complete:
            self.transport.abort()
