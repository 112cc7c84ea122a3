"""Tab completion of our lines, through IPython's matchers (8 and 9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion, context_matcher

from stack_magic.enums import MAGICS

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.completer import CompletionContext

    from stack_magic.session import Session

_WORDS = "|".join(sorted(map(re.escape, MAGICS), key=len, reverse=True))
_LINE = re.compile(rf"\s*(?:[\w.]+\s*=\s*)?%{{1,2}}({_WORDS})\s(.*)", re.DOTALL)


def make_matcher(session: Session) -> Callable[[CompletionContext], Any]:
    """Return a matcher that completes the lines of our magics, and nothing else."""

    def stack_magic_matcher(context: CompletionContext) -> Any:
        line = context.full_text.split("\n")[context.cursor_line]
        match = _LINE.fullmatch(line[: context.cursor_position])
        if match is None:
            return {"completions": []}
        from stack_magic.grammar import complete

        found = complete(match[1], match[2], session)
        return {
            "completions": [SimpleCompletion(text, type=kind) for text, kind in found.items],
            "matched_fragment": found.fragment,
            "suppress": True,
            "ordered": True,
        }

    matcher: Callable[[CompletionContext], Any] = context_matcher()(stack_magic_matcher)
    return matcher
