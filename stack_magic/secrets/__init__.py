"""What is secret: which fields, which values, and texts without them.

Every text that user code wrote passes `masked` before anybody sees it: errors and findings
of ours do so when they are made, prints and logs of steps where they are heard.
"""

from ._alternatives import INSTANCE, UNIONS, alternatives, reads_text, takes, unaliased
from ._annotations import (
    field_holds_literal,
    holds_literal,
    is_open,
    is_secret_annotation,
    is_secret_by_name,
    secret_fields,
    secret_words,
    why_field_is_secret,
    why_secret,
)
from ._finder import MASK
from ._hidden_texts import hidden
from ._known import (
    bytes_tell_secret,
    is_short,
    learn,
    masked,
    secrets_are_made_up,
    tells_secret,
)
from ._looks import has_password, looks_secret
from ._masking import masking, tells
from ._models import (
    fields_with_short_secrets,
    hide_fields,
    learn_fields,
    learn_given,
    refuse_pickled_secrets,
)
from ._sources import secrets_in, texts_in
from ._values import (
    REFERENCE,
    SECRETS,
    SecretReference,
    can_be_shown,
    everything_in,
    holds_known_secret,
    holds_secret,
    learn_all,
    learn_secrets,
    masked_json,
    members,
    secret_reference,
    texts_in_secret,
)

__all__ = [
    "INSTANCE",
    "MASK",
    "REFERENCE",
    "SECRETS",
    "UNIONS",
    "SecretReference",
    "alternatives",
    "bytes_tell_secret",
    "can_be_shown",
    "everything_in",
    "field_holds_literal",
    "fields_with_short_secrets",
    "has_password",
    "hidden",
    "hide_fields",
    "holds_known_secret",
    "holds_literal",
    "holds_secret",
    "is_open",
    "is_secret_annotation",
    "is_secret_by_name",
    "is_short",
    "learn",
    "learn_all",
    "learn_fields",
    "learn_given",
    "learn_secrets",
    "looks_secret",
    "masked",
    "masked_json",
    "masking",
    "members",
    "reads_text",
    "refuse_pickled_secrets",
    "secret_fields",
    "secret_reference",
    "secret_words",
    "secrets_are_made_up",
    "secrets_in",
    "takes",
    "tells",
    "tells_secret",
    "texts_in",
    "texts_in_secret",
    "unaliased",
    "why_field_is_secret",
    "why_secret",
]
