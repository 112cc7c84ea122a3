'''Model deployers serve models: they start, find, describe, stop and delete servers.

A flavor implements the life of a model server in terms of two frozen records: the
`ModelServerConfiguration` that was asked for, and the `ModelServer` that is there.

    class TeamDeployer(BaseModelDeployer):
        """Deploys to the team's serving cluster."""

        FLAVOR = "team_serving"

        def deploy_model(self, config, *, replace=False, timeout=300): ...
        def find_model_server(self, **criteria): ...
        def stop_model_server(self, uuid, *, timeout=300, force=False): ...
        def start_model_server(self, uuid, *, timeout=300): ...
        def delete_model_server(self, uuid, *, timeout=300, force=False): ...
        def get_model_server_logs(self, uuid, *, follow=False, tail=None): ...

A server's state is asked of the server, never remembered. A timeout of 0 does not wait.
'''

from ._base import BaseModelDeployer
from ._servers import ModelServer, ModelServerConfiguration, ServerState

__all__ = [
    "BaseModelDeployer",
    "ModelServer",
    "ModelServerConfiguration",
    "ServerState",
]
