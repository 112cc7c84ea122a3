"""A reference names an image: NAME:TAG or NAME@sha256:..., by the OCI distribution spec."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack_magic.errors import InvalidNameError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PART = re.compile(r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_NO_REPOSITORY = re.compile(r"[^a-z0-9._/-]")
_NO_TAG = re.compile(r"[^A-Za-z0-9._-]")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST_REPOSITORY = 255
_LONGEST_TAG = 128
_HINT = "NAME:TAG or NAME@sha256:..., such as team/model:1.0"


@dataclass(frozen=True)
class Reference:
    """What one image is called in a registry, by a tag or by a digest.

    Attributes:
        repository: `team/model`, relative to the registry's address.
        tag: `1.0`, or None.
        digest: `sha256:...`, or None.
    """

    repository: str
    tag: str | None = None
    digest: str | None = None

    def __str__(self) -> str:
        if self.digest is not None:
            return f"{self.repository}@{self.digest}"
        return f"{self.repository}:{self.tag}"

    @classmethod
    def parse(cls, text: str, addresses: Iterable[str] = ()) -> Reference:
        """Return the reference that *text* is, after one of *addresses* or without.

        Raises:
            InvalidNameError: It breaks the grammar; the message names the rule.
        """
        inside = _inside(text, addresses)
        repository, at, digest = inside.partition("@")
        if at:
            if ":" in repository:
                raise _refusal(text, "it has a tag and a digest: one of both is wanted")
            _check(text, _against_repository(repository) or _against_digest(digest))
            return cls(repository, digest=digest)
        repository, colon, tag = inside.partition(":")
        _check(text, _against_repository(repository))
        if not colon:
            raise _refusal(text, "it has no tag", hint=f"{repository}:latest")
        _check(text, _against_tag(tag))
        return cls(repository, tag=tag)


def parse_repository(text: str, addresses: Iterable[str] = ()) -> str:
    """Return the repository that *text* names, after one of *addresses* or without.

    Raises:
        InvalidNameError: It breaks the grammar; the message names the rule.
    """
    repository = _inside(text, addresses)
    reason = _against_repository(repository)
    if reason:
        message = f"{text!r:.120} is no repository: {reason}"
        raise InvalidNameError(message, hint="a name without tag, such as team/model")
    return repository


def is_digest(text: object) -> bool:
    """Whether *text* is `sha256:` and 64 hexadecimal digits in lower case."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def _inside(text: object, addresses: Iterable[str]) -> str:
    if not isinstance(text, str):
        message = f"a reference is text, not {type(text).__name__}: {text!r:.80}"
        raise InvalidNameError(message, hint=_HINT)
    address = next((a for a in addresses if text.startswith(a)), "")
    return text.removeprefix(address)


def _check(text: str, reason: str | None) -> None:
    if reason:
        raise _refusal(text, reason)


def _refusal(text: str, reason: str, hint: str = _HINT) -> InvalidNameError:
    return InvalidNameError(f"{text!r:.120} is no reference: {reason}", hint=hint)


def _against_repository(repository: str) -> str | None:
    if not repository:
        return "the repository is empty"
    if len(repository) > _LONGEST_REPOSITORY:
        return f"a repository has at most {_LONGEST_REPOSITORY} characters"
    found = _NO_REPOSITORY.search(repository)
    if found and found[0].lower() != found[0]:
        return f"{found[0]!r} is upper case, and a repository is lower case"
    if found:
        return f"a repository has no {found[0]!r}, only a-z, 0-9, '.', '_', '-' and '/'"
    for part in repository.split("/"):
        if not _PART.fullmatch(part):
            rule = "letters and digits, joined by '.', '_', '__' or '-'"
            return f"each part between '/' is {rule}, and {part!r} is not"
    return None


def _against_tag(tag: str) -> str | None:
    if not tag:
        return "the tag is empty"
    if "/" in tag:
        return "it begins with the address of another registry, or its tag has a '/'"
    if len(tag) > _LONGEST_TAG:
        return f"a tag has at most {_LONGEST_TAG} characters"
    found = _NO_TAG.search(tag)
    if found:
        return f"a tag has no {found[0]!r}, only letters, digits, '.', '_' and '-'"
    return None if _TAG.fullmatch(tag) else f"a tag does not begin with {tag[0]!r}"


def _against_digest(digest: str) -> str | None:
    if is_digest(digest):
        return None
    algorithm = digest.partition(":")[0]
    if algorithm != "sha256":
        return f"a digest is sha256:..., not {algorithm!r}"
    return "the digest is not sha256: and 64 digits of 0-9 and a-f"
