'''Secrets managers keep passwords, keys and tokens under names.

A secret is a named set of key-value pairs: `%secret register db --password=@prompt`. A
component's text field may then refer to it as `{{db.password}}`; the stack's secrets
manager resolves it when the stack is used. A step asks for it itself:

    manager = get_step_context().stack.secrets_manager
    password = manager.get_secret("db").value("password").get_secret_value()

Flavor `local` keeps secrets in an encrypted file, `env` takes them from environment
variables. A flavor of your own says where they are:

    class SessionSecrets(BaseSecretsManager):
        """Keeps secrets until the kernel ends."""

        FLAVOR = "session"

        _kept: dict[str, Secret] = PrivateAttr(default_factory=dict)

        def register_secret(self, secret):
            if secret.name in self._kept:
                raise self.secret_taken(secret.name)
            self._kept[secret.name] = secret

        def get_secret(self, name):
            if name not in self._kept:
                raise self.unknown_secret(name)
            return self._kept[name]

        def get_all_secret_keys(self):
            return sorted(self._kept)

        def update_secret(self, secret):
            self.get_secret(secret.name)
            self._kept[secret.name] = secret

        def delete_secret(self, name):
            self.get_secret(name)
            del self._kept[name]

        def delete_all_secrets(self):
            self._kept.clear()

Values are `SecretStr`: they are masked wherever they are shown, and a `Secret` cannot be
pickled. `%secrets_manager check NAME` tries every promise of the type on a component.
'''

from typing import TYPE_CHECKING

from stack_magic.stack import refusing_parts

from ._base import BaseSecretsManager
from ._env import EnvSecretsManager
from ._local import LocalSecretsManager
from ._secret import MAX_VALUE, Secret, check_key

__all__ = [
    "MAX_VALUE",
    "BaseSecretsManager",
    "EnvSecretsManager",
    "LocalSecretsManager",
    "Secret",
    "check_key",
]

if not TYPE_CHECKING:  # where it would make every name one of any type
    __getattr__ = refusing_parts(__name__)
