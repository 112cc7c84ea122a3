'''Feature stores give features of entities: as they were, and as they are.

Training asks for features as they were known at a time (point in time correct, so that
nothing of the future leaks into the past); serving asks for those of now. Both name
features as `VIEW:FEATURE`. A flavor implements two methods:

    class TeamFeatures(BaseFeatureStore):
        """Reads the team's features."""

        FLAVOR = "team_features"

        def get_historical_features(
            self, entity_df, features, *, full_feature_names=False
        ): ...

        def get_online_features(
            self, entity_rows, features, *, full_feature_names=False
        ): ...
'''

from ._base import BaseFeatureStore

__all__ = ["BaseFeatureStore"]
