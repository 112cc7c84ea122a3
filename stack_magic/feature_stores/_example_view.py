"""A view that a check of the contract makes for itself, of the trips of drivers."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from stack_magic.stack import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._base import BaseFeatureStore

DRIVER = 7


class ExampleView:
    """A view in a store, and a beginning that its times are told from.

    It begins a moment ago: a store may give values up to some age only.
    """

    def __init__(self, store: BaseFeatureStore) -> None:
        self.store = store
        self.name = f"contract_{uuid4().hex[:12]}"
        self.other = f"{self.name}_b"
        self.trips = f"{self.name}:trips"
        self._beginning = datetime.now(UTC) - timedelta(milliseconds=100)

    def at(self, milliseconds: float) -> datetime:
        """Return the time so many milliseconds after the beginning, in UTC."""
        return self._beginning + timedelta(milliseconds=milliseconds)

    def row(self, milliseconds: float, **values: Any) -> dict[str, Any]:
        """Return a row of one driver, or of what `driver=` says."""
        return {"driver": DRIVER, "event_timestamp": self.at(milliseconds), **values}

    def ingest(self, *rows: dict[str, Any], name: str | None = None) -> None:
        """Ingest rows of drivers."""
        self.store.ingest(name or self.name, list(rows), entities=["driver"])

    def historical(self, *rows: dict[str, Any]) -> list[Any]:
        """Return the trips as known at the time of each row."""
        own = [dict(row) for row in rows]
        found = self.store.get_historical_features(own, [self.trips])
        return [row["trips"] for row in found]

    def online(self, *drivers: Any) -> list[Any]:
        """Return the trips as they were materialized."""
        found = self.store.get_online_features([{"driver": d} for d in drivers], [self.trips])
        return [row["trips"] for row in found]

    def materialize(self, milliseconds: float | None = None) -> None:
        """Make the online values, of this view only."""
        end = None if milliseconds is None else self.at(milliseconds)
        self.store.materialize([self.name], end=end)

    def remove(self) -> None:
        """Remove what a check made, however far it came."""
        for name in (self.name, self.other):
            with suppress(Exception):
                self.store.delete_view(name)


def on_own_view(check: Callable[[ExampleView], None]) -> Callable[[BaseFeatureStore], None]:
    """Give a check a view of its own, which is removed whatever happens."""

    def checked(store: BaseFeatureStore) -> None:
        view = ExampleView(store)
        try:
            check(view)
        finally:
            view.remove()

    return checked


def same(found: Any, wanted: Any) -> None:
    """Raise AssertionError unless both are equal, and of the same types."""
    kept = found == wanted and list(map(type, found)) == list(map(type, wanted))
    expect(kept, f"gave {found}, not {wanted}")
