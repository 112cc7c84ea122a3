"""Steps and pipelines of a module follow `%autoreload`, as its functions and classes do.

IPython brings old objects up to date in place, by rules for functions, classes and
properties. A step is none of these: without a rule of its own, a notebook that has imported
one would go on with the former code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from stack_magic.pipelines import Pipeline, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from stack_magic.session import Session

_AUTORELOAD = "IPython.extensions.autoreload"


def _are_alike(old: Any, new: Any) -> bool:
    return any(isinstance(old, kind) and isinstance(new, kind) for kind in (Step, Pipeline))


def _bring_up_to_date(old: Any, new: Any) -> None:
    vars(old).clear()
    vars(old).update(vars(new))


_RULE = (_are_alike, _bring_up_to_date)


def follow_reloads(*_: object) -> None:
    """Add the rule, if autoreload is loaded by now; called by IPython when a cell has ended."""
    rules = _rules()
    if rules is not None and _RULE not in rules:
        rules.append(_RULE)


class WholeReloads:
    """Has modules with flavors loaded whole: a model that is patched in place has no new field."""

    def __init__(self, shell: InteractiveShell, session: Session) -> None:
        self._shell = shell
        self._session = session

    def after_cell(self, *_: object) -> None:
        """Let IPython forget the sources of such modules: then it has nothing to patch."""
        magics = self._shell.magics_manager.registry.get("AutoreloadMagics")
        patching = getattr(getattr(magics, "_reloader", None), "deduper_reloader", None)
        sources = getattr(patching, "source_by_modname", None)
        if sources and self._session.registry.trait_has_value("snapshot"):
            for flavor in self._session.registry.snapshot.flavors.values():
                if flavor.is_imported:
                    sources.pop(flavor.cls.__module__, None)


def stop_following() -> None:
    """Take the rule away again."""
    rules = _rules()
    if rules is not None and _RULE in rules:
        rules.remove(_RULE)


def _rules() -> list[tuple[Callable[..., bool], Callable[..., None]]] | None:
    return getattr(sys.modules.get(_AUTORELOAD), "UPDATE_RULES", None)
