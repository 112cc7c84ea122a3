"""What gives the features of entities, of then and of now."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Protocol

    import pandas as pd
    import polars as pl

    from ._views import FeatureView

    class ArrowRows(Protocol):
        """A table of pyarrow, which has no types itself."""

        column_names: list[str]
        num_rows: int

    Rows = Sequence[Mapping[str, Any]] | pd.DataFrame | pl.DataFrame | ArrowRows


class BaseFeatureStore(StackComponent):
    """Gives historical features for training, and online features for serving.

    Rows go in as records (a list of mappings) or as a data frame of pandas, polars or pyarrow,
    and come out as the same kind: records as a new list of new dicts, in the order given.
    Aware times compare as instants; a time without a zone is one of UTC. A text is no number:
    where a view knows its entities by numbers, asking by a text is an error.
    """

    TYPE: ClassVar[StackComponentType] = StackComponentType.FEATURE_STORE

    # Keeping.

    @abstractmethod
    def ingest(
        self,
        view: str,
        rows: Rows | str | os.PathLike[str],
        *,
        entities: Sequence[str],
        event_time: str = "event_timestamp",
    ) -> FeatureView:
        """Add rows to a view, which the first of them make; all are kept, or none.

        A row is what is known of its entity from its time on, until the next row: a feature
        that it lacks is None. Of two rows of one entity and time the last ingested counts.
        Every column that is neither entity nor time is a feature; a new one extends the view.

        Args:
            view: Name of the view: letters, digits and `_ . -`.
            rows: Records, a data frame, or the path of a parquet file. Values are text,
                numbers, bools, times, None, or lists of these.
            entities: The columns that together say whose features a row has.
            event_time: The column that says from when on they are known: a datetime.

        Raises:
            UnknownNameError: The rows lack an entity's column or the time.
            NameTakenError: The view is there, and is of other entities.
            InvalidConfigurationError: A value cannot be kept.
        """

    @abstractmethod
    def materialize(
        self, views: Sequence[str] | None = None, *, end: datetime | None = None
    ) -> None:
        """Make the online values: the newest of each entity up to *end*.

        Args:
            views: Names of the views; None takes all.
            end: The last time that counts; None is now.

        Raises:
            UnknownNameError: There is no such view, and nothing was made.
        """

    @abstractmethod
    def delete_view(self, view: str) -> None:
        """Remove a view and all its values. Raises UnknownNameError for an unknown one."""

    # Asking.

    @abstractmethod
    def get_views(self) -> list[FeatureView]:
        """Return what there is, sorted by name."""

    @abstractmethod
    def get_historical_features(
        self, entity_df: Rows, features: Sequence[str], *, full_feature_names: bool = False
    ) -> Any:
        """Return *entity_df* with a column a feature, as known at each row's time.

        A value counts from its very time on, and never before. None where nothing is known.

        Args:
            entity_df: Rows with the entities and an `event_timestamp` each.
            features: Names as `VIEW:FEATURE`.
            full_feature_names: Name the columns `VIEW__FEATURE`, which do not clash.

        Raises:
            UnknownNameError: There is no such feature, or the rows lack a column.
            NameTakenError: Two columns would have one name.
            InvalidConfigurationError: An entity is a text where the view knows numbers only,
                or the other way round.
        """

    @abstractmethod
    def get_online_features(
        self, entity_rows: Rows, features: Sequence[str], *, full_feature_names: bool = False
    ) -> Any:
        """Return *entity_rows* with a column a feature, as `materialize` made it last.

        What was ingested since then is not seen. None where nothing was materialized.
        Arguments and errors are those of `get_historical_features`, without the time.
        """
