"""A feature store that is fed elsewhere, and asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from stack_magic.errors import ReadOnlyError

from ._base import BaseFeatureStore

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from datetime import datetime

    from ._base import Rows


class ReadOnlyFeatureStore(BaseFeatureStore):
    """Gives features that another tool keeps, as Feast does: a flavor only asks.

    A flavor of it has `get_views`, `get_historical_features` and `get_online_features`. It
    may have `materialize` too, where the other tool offers that.
    """

    def ingest(
        self,
        view: str,
        rows: Rows | str | os.PathLike[str],
        *,
        entities: Sequence[str],
        event_time: str = "event_timestamp",
    ) -> NoReturn:
        """Raise ReadOnlyError."""
        self._refuse("takes no rows")

    def materialize(
        self, views: Sequence[str] | None = None, *, end: datetime | None = None
    ) -> None:
        """Raise ReadOnlyError, unless a flavor does it."""
        self._refuse("makes no online values")

    def delete_view(self, view: str) -> NoReturn:
        """Raise ReadOnlyError."""
        self._refuse("removes no view")

    def _refuse(self, what: str) -> NoReturn:
        message = f"feature store {self.name!r} {what}: it is fed elsewhere"
        raise ReadOnlyError(message, hint="%feature_store register NAME --flavor=local")
