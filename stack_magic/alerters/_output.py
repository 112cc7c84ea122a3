"""Where a person sees what is shown: the cell's output, or the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from stack_magic.display import render_html, render_text

if TYPE_CHECKING:
    from stack_magic.display import Document


def running_shell() -> Any:
    """Return IPython's shell, or None in plain Python."""
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


def notebook_shell() -> Any:
    """Return IPython's shell if a notebook shows its outputs, else None."""
    shell = running_shell()
    return shell if getattr(shell, "kernel", None) is not None else None


def show(document: Document) -> bool:
    """Show *document* and return whether that worked."""
    shell = notebook_shell()
    if shell is None:
        return _printed(render_text(document))
    bundle = {"text/plain": render_text(document), "text/html": render_html(document)}
    shell.display_pub.publish(bundle, {})
    return True


def _printed(text: str) -> bool:
    stream = sys.stdout
    try:
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
    except (AttributeError, OSError, ValueError):  # there is none, or it is closed
        return False
    return True
