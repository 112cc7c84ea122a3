'''Feature stores give features of entities: as they were, and as they are.

Training asks for features as they were known at a time, so that nothing of the future
leaks into the past; serving asks for those of now, from the values that were materialized:

    store.ingest("driver", rows, entities=["driver_id"])
    store.get_historical_features(entity_rows, ["driver:trips"])
    store.materialize()
    store.get_online_features([{"driver_id": 7}], ["driver:trips"])

Rows are records (a list of dicts) or data frames, and come back as they went in, with a
column a feature. A flavor implements six methods:

    class TeamFeatures(BaseFeatureStore):
        """Keeps the team's features."""

        FLAVOR = "team_features"

        def ingest(self, view, rows, *, entities, event_time="event_timestamp"): ...
        def materialize(self, views=None, *, end=None): ...
        def delete_view(self, view): ...
        def get_views(self): ...
        def get_historical_features(
            self, entity_df, features, *, full_feature_names=False
        ): ...
        def get_online_features(
            self, entity_rows, features, *, full_feature_names=False
        ): ...

A store that another tool feeds, as Feast is fed, is asked only. Its flavor is a
`ReadOnlyFeatureStore` and implements the last three of them:

    class Feast(ReadOnlyFeatureStore):
        """Asks a Feast repository."""

        FLAVOR = "feast"

`find_features(features, self.get_views(), columns=...)` reads `VIEW:FEATURE`, and says
what is unknown. `table_of(rows)` is the way to rows of every kind: it has `columns`,
`values(NAME)`, `require(NAMES)`, and `extended({NAME: VALUES})` gives rows of that kind
again. `%feature_store check NAME` tries every promise of the type on a component.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseFeatureStore
from ._local import LocalFeatureStore
from ._read_only import ReadOnlyFeatureStore
from ._tables import table_of
from ._views import Feature, FeatureView, find_features

__all__ = [
    "BaseFeatureStore",
    "Feature",
    "FeatureView",
    "LocalFeatureStore",
    "ReadOnlyFeatureStore",
    "find_features",
    "table_of",
]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
