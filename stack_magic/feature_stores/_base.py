"""What gives the features of entities, of then and of now."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from stack_magic.enums import StackComponentType
from stack_magic.stack import StackComponent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


class BaseFeatureStore(StackComponent):
    """Gives historical features for training, and online features for serving."""

    TYPE: ClassVar[StackComponentType] = StackComponentType.FEATURE_STORE

    @abstractmethod
    def get_historical_features(
        self,
        entity_df: pd.DataFrame | str,
        features: Sequence[str],
        *,
        full_feature_names: bool = False,
    ) -> pd.DataFrame:
        """Return *entity_df* with a column a feature, as known at each row's time.

        Args:
            entity_df: Entity keys and an `event_timestamp`, or a query for them.
            features: Names as `VIEW:FEATURE`.
            full_feature_names: Name the columns `VIEW__FEATURE`, which cannot clash.

        Raises:
            UnknownNameError: There is no such feature.
        """

    @abstractmethod
    def get_online_features(
        self,
        entity_rows: Sequence[Mapping[str, Any]],
        features: Sequence[str],
        *,
        full_feature_names: bool = False,
    ) -> dict[str, list[Any]]:
        """Return the newest values, a list a feature, in the order of *entity_rows*.

        A value that is not known is None. Raises UnknownNameError for an unknown feature.
        """
