'''Model deployers serve models: they start, find, describe, stop and delete servers.

    %model_deployer register local --flavor=local
    %stack update default -d local
    %model_deployer deploy digits --model=train-1/fit

    answer = %model_deployer describe digits
    answer.value.predict([[0, 1], [1, 0]])

The same in Python, and in a step (`get_step_context().stack.model_deployer`):

    config = ModelServerConfiguration(model_name="digits")
    server = deployer.deploy_model(config, ServedModel.of(model))
    server.predict([[0, 1], [1, 0]])

A model is what has `predict(inputs)`, or a function of its inputs. The flavor `local` gives
each a process of its own, on 127.0.0.1: `POST /predict` takes `{"inputs": ...}` and answers
`{"outputs": ...}` to those who show the server's token; other public methods of the model, such
as `predict_proba`, have paths of their names. A data frame comes to the model as a data frame:
it is sent as `{"dataframe_split": {"columns": [...], "data": [[...], ...]}}`. A gap (NaN, NaT) is
`null` both ways, a moment an ISO 8601 text. It ends with the kernel, unless it
was asked for with `keep`; it is listed until it is deleted, and a later kernel can start it.
One that somebody else deployed is started after `%model_deployer trust NAME`: it runs their code.
A server that a step deploys in another process ends with that process: ask for `keep`.

A deployer serves a model's name once: `replace` starts a new server, which takes the place
of the former when it answers. A server's state is asked of the server, never remembered.

A flavor of your own implements the life of a server in terms of three frozen values: the
`ModelServerConfiguration` that was asked for, the `ServedModel`, and the `ModelServer` that
is there, of which a flavor may have a subclass with a `predict` of its own. Or it changes
another flavor:

    from stack_magic.model_deployers import LocalModelDeployer

    class LastingDeployer(LocalModelDeployer):
        """Keeps every server when the kernel ends."""

        FLAVOR = "lasting"

        def deploy_model(self, config, model, *, replace=False, timeout=300):
            config = config.model_copy(update={"keep": True})
            return super().deploy_model(config, model, replace=replace, timeout=timeout)

    %model_deployer flavor register LastingDeployer
    %model_deployer register team --flavor=lasting
    %model_deployer check team
'''

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseModelDeployer
from ._local import LocalModelDeployer
from ._served_model import ServedModel
from ._servers import ModelServer, ModelServerConfiguration, ServerState

__all__ = [
    "BaseModelDeployer",
    "LocalModelDeployer",
    "ModelServer",
    "ModelServerConfiguration",
    "ServedModel",
    "ServerState",
]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
