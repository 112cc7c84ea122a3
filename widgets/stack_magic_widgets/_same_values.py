"""Whether two values of a configuration mean the same."""

from __future__ import annotations

import json
from typing import Any

from stack_magic.secrets import texts_in_secret
from stack_magic.session import typed_text


def is_the_same(before: Any, value: Any) -> bool:
    """Whether two values mean the same: they are typed alike, and hold the same secrets."""
    return [*texts_in_secret(before)] == [*texts_in_secret(value)] and _plain(before) == _plain(
        value
    )


def _plain(value: Any) -> str:
    """Return a value as it is typed; JSON in one spelling."""
    text = str(typed_text(value))
    if text[:1] not in {"{", "["}:
        return text  # 3.10 and 3.1 are two texts
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except (ValueError, RecursionError):
        return text
