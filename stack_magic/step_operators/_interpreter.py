"""Which Python an interpreter is: a step that was packed by another crashes it."""

from __future__ import annotations

import subprocess
import sys

from stack_magic.errors import InvalidConfigurationError

_ASK = "import sys; print('%d.%d' % sys.version_info[:2])"
_PATIENCE = 10.0
_HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def check_interpreter(python: str) -> None:
    """Refuse what cannot be run, or is another version of Python than this.

    Raises:
        InvalidConfigurationError: Names it, and what it is.
    """
    hint = f"python={sys.executable!r} is this one"
    try:
        asked = subprocess.run(  # noqa: S603 - no shell
            [python, "-I", "-S", "-c", _ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        message = f"interpreter {python!r} cannot be run: {why}"
        raise InvalidConfigurationError(message, hint=hint) from error
    except subprocess.TimeoutExpired:
        asked = None
    version = asked.stdout.strip() if asked else ""
    if version != _HERE:
        what = f"is Python {version}" if version[:1].isdigit() else "is no Python"
        message = (
            f"interpreter {python!r} {what}, and this is Python {_HERE}: "
            "code of one version crashes another"
        )
        raise InvalidConfigurationError(message, hint=hint)
