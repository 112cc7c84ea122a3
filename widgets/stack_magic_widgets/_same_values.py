"""Whether two values of a configuration mean the same."""

from __future__ import annotations

import json
from typing import Any

from stack_magic.session import typed_text

from ._secret_control import held_in


def is_the_same(before: Any, value: Any) -> bool:
    """Whether two values of a configuration mean the same."""
    if held_in(before) or held_in(value):
        return held_in(before) == held_in(value)
    return bool(_plain(before) == _plain(value))


def _plain(value: Any) -> Any:
    text = str(typed_text(value))
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
