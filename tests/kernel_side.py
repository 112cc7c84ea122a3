"""What tests ask inside the kernel, beside the notebook's own names."""

from __future__ import annotations

import json
import os
import unicodedata
from hashlib import sha256
from pathlib import Path
from typing import Any

import stack_magic
from stack_magic.enums import StackComponentType

held: list[Any] = []
"""Components of before the cell under test."""


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()


def fresh(project: str) -> None:
    """Begin anew in *project*: no variables, no extension, a new session."""
    shell = _shell()
    shell.extension_manager.unload_extension("stack_magic")
    stack_magic.session.cache_clear()
    shell.reset(new_session=False)
    held.clear()
    os.environ.pop("PWNED", None)
    os.chdir(project)


def digest() -> dict[str, str]:
    """Return a digest for each flavor, component and stack, and of what is active."""
    now = stack_magic.session().registry.snapshot
    seen = {"active": str(now.active)}
    for (kind, name), flavor in now.flavors.items():
        seen[f"{kind} flavor {name}"] = _sha(id(flavor.cls), flavor.origin)
    for (kind, name), registered in now.components.items():
        component = registered.component
        facts = (component.uuid, component.FLAVOR, component.name, dict(registered.configuration))
        seen[f"{kind} {name}"] = _sha(*facts, id(component), registered.stale)
    for name, slots in now.stacks.items():
        seen[f"stack {name}"] = _sha(dict(slots))
    return seen


def _sha(*facts: Any) -> str:
    return sha256(repr(facts).encode()).hexdigest()[:12]


def hold() -> None:
    """Keep the present components, for `old_instances_work`."""
    held.extend(r.component for r in stack_magic.session().registry.snapshot.components.values())


def old_instances_work() -> list[str]:
    """Return what goes wrong when the components held before are used."""
    wrong = []
    for component in held:
        try:
            type(component).model_validate(component.model_dump())
            if component.TYPE == "artifact_store":
                component.write_bytes("held", b"held")
                assert component.read_bytes("held") == b"held"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            wrong.append(f"{component!r}: {error!r}")
    return wrong


def unlike_nfc() -> list[str]:
    """Return the names that are equal to another one in Unicode's form NFC."""
    seen: set[str] = set()
    twice = []
    for label in digest():
        normal = unicodedata.normalize("NFC", label)
        if normal in seen or normal != label:
            twice.append(label)
        seen.add(normal)
    return twice


def finish_run() -> str:
    """Let the run of the notebook's thread go on; return its recorded outcome."""
    names = _shell().user_ns
    names["go_on"].set()
    names["thread"].join(30)
    store = stack_magic.session().stack("prod").metadata_store
    return str(store.get_pipeline_runs()[-1].outcome)


def shell_state() -> dict[str, Any]:
    """Return what an extension can leave on a shell."""
    shell = _shell()
    return {
        "magics": {kind: sorted(names) for kind, names in shell.magics_manager.magics.items()},
        "matchers": len(shell.Completer.custom_matchers),
        "transformers": len(shell.input_transformers_cleanup),
        "ast transformers": len(shell.ast_transformers),
        "callbacks": {event: len(found) for event, found in shell.events.callbacks.items()},
        "watchers": len(stack_magic.session().watchers),
        "show": getattr(stack_magic.session().show, "__name__", ""),
        "exceptions": [repr(kind) for kind in shell.custom_exceptions],
    }


def typed_state(folder: str) -> str:
    """Return the state of a form after a secret was typed into each box for one, and its line.

    Args:
        folder: Has a file for each field of the flavor `every`, numbered from 1 by its place.
    """
    from stack_magic_widgets import ComponentForm
    from stack_magic_widgets._secret_control import SecretControl
    from tests.widgets.hands import control, state_of

    form = ComponentForm("alerter", flavor="every")
    flavor = stack_magic.session().registry.snapshot.flavor(StackComponentType.ALERTER, "every")
    own = [name for name in flavor.cls.model_fields if name not in {"name", "uuid"}]
    for number, name in enumerate(own, start=1):
        box: Any = control(form.part, name)
        if isinstance(box, SecretControl):
            text = Path(folder, str(number)).read_text(encoding="utf-8")
            document = {"list": [text], "dict": {"key": text}}
            for typed in (text, *map(json.dumps, document.values())):
                box.box._handle_custom_msg({"kind": "secret", "value": typed}, [])
    return state_of(form.widget)


def completed(magic: str, begin: str, names: list[str]) -> dict[str, str]:
    """Return what Tab offers after `BEGIN` and each of the names with a `=`."""
    from stack_magic.grammar import complete

    session = stack_magic.session()
    return {n: repr(complete(magic, f"{begin}{n}=", session)) for n in names}
