'''Secrets managers keep passwords, keys and tokens under names.

A secret is a named set of key-value pairs. A component's field may refer to one as
`{{secret.key}}`; the stack's secrets manager resolves it when it is used. A flavor says
where secrets are kept:

    class TeamVault(BaseSecretsManager):
        """Keeps secrets in the team's vault."""

        FLAVOR = "team_vault"

        def register_secret(self, secret): ...
        def get_secret(self, name): ...
        def get_all_secret_keys(self): ...
        def update_secret(self, secret): ...
        def delete_secret(self, name): ...
        def delete_all_secrets(self): ...

Values are `SecretStr`: they are masked wherever they are shown, and a `Secret` cannot be
pickled.
'''

from ._base import BaseSecretsManager, Secret

__all__ = ["BaseSecretsManager", "Secret"]
