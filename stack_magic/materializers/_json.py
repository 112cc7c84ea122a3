"""Plain data as JSON, where JSON gives it back as it was."""

from __future__ import annotations

import json
from typing import Any

_ATOMS = frozenset({type(None), bool, int, float, str})
_CONTAINERS = (list, dict)


class JsonMaterializer:
    """Writes what is made of lists, dicts with texts as keys, numbers, texts and None."""

    name, suffix, requirement = "json", ".json", ""

    def accepts(self, value: Any) -> bool:
        """Whether JSON has all kinds in it, and each list and dict stands in one place."""
        kind = type(value)
        return kind in _ATOMS or (kind in _CONTAINERS and _is_json(value))

    def dump(self, value: Any) -> bytes:
        """Return JSON; raises where a text holds half a character."""
        # Not as escapes: two halves of a character would come back as one.
        return json.dumps(value, ensure_ascii=False).encode()

    def load(self, content: bytes) -> Any:
        """Return the value."""
        return json.loads(content)


def _is_json(value: Any) -> bool:
    """Look at containers only: the kinds of what is in one are asked for in one go."""
    seen = {id(value)}
    waiting = [value]
    for present in waiting:  # grows while it is walked
        if type(present) is dict and set(map(type, present)) - {str}:
            return False
        members = present.values() if type(present) is dict else present
        kinds = set(map(type, members)) - _ATOMS
        if not kinds <= {list, dict}:
            return False
        inner = [member for member in members if type(member) in _CONTAINERS] if kinds else []
        waiting.extend(inner)
        seen.update(map(id, inner))
        if len(seen) != len(waiting):  # one in two places would come back as two
            return False
    return True
