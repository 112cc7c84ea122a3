"""What looks like a secret, by its name or by its content."""

from __future__ import annotations

import re

from ._values import REFERENCE

_LAST_WORD = re.compile(
    r"pass(?:word|wd|phrase)?s?|pwd|secrets?|token|(?:api|access|secret|private)keys?"
    r"|credentials?|authorization|bearer"
)
_KEY = re.compile(r"api|access|private|secret|auth|account|encryption|signing|master|client")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CONTENT = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\b(?:gh[pousr]|hf|glpat|github_pat|xox[abprs]|(?:sk|rk|pk)_(?:live|test))[_-]\w[\w-]{15,}"
    r"|\bsk-[\w-]{16,}|\bAIza[\w-]{30,}"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."
    r"|\b[Bb]earer [\w.~+/-]{16,}"
)
_PASSWORD_IN_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s:@]*:[^/?#\s@]+@")
_STANDS_FOR_ONE = re.compile(r"[<\[{$].*|@\w+:.*|@prompt|\*+|\.{3}", re.DOTALL)
_LONG_ENOUGH = 4


def has_secret_name(name: str) -> bool:
    """Whether a name says that its value is secret: `API_KEY`, `dbPassword`, `token`."""
    words = [part.lower() for part in _PART.findall(name)]
    if not words:
        return False
    is_key = words[-1] in {"key", "keys"} and any(map(_KEY.fullmatch, words[:-1]))
    return is_key or _LAST_WORD.fullmatch(words[-1]) is not None


def has_password(url: str) -> bool:
    """Whether a text is a URL with a password in its user-info."""
    return _PASSWORD_IN_URL.match(url) is not None


def looks_secret(text: str, name: str = "") -> bool:
    """Whether a text looks like a secret by itself, or by the name that it has.

    What stands for a secret is none: a reference, `<password>`, `***`.
    """
    if REFERENCE.fullmatch(text):
        return False
    if _CONTENT.search(text) or _PASSWORD_IN_URL.search(text):
        return True
    is_value = len(text) >= _LONG_ENOUGH and not _STANDS_FOR_ONE.fullmatch(text)
    return is_value and has_secret_name(name)
