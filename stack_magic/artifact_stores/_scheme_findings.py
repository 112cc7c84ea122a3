"""What is wrong with where a store is: no schemes, nobody serves them, all of a file system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack_magic.enums import Severity
from stack_magic.stack import Diagnostic

from ._schemes import LOCAL, OBJECT_STORES, are_schemes, is_served, protocol_of, without_scheme

if TYPE_CHECKING:
    from collections.abc import Iterator


def findings_of_class(cls: type, *, brings_its_own: bool) -> Iterator[Diagnostic]:
    """Yield whether SUPPORTED_SCHEMES is there, well-formed, and served.

    Args:
        cls: The flavor's class.
        brings_its_own: Whether it has a file system or operations of its own.
    """
    schemes = getattr(cls, "SUPPORTED_SCHEMES", None)
    fix = 'SUPPORTED_SCHEMES: ClassVar[set[str]] = {"memory://"}'
    if not are_schemes(schemes):
        what = "is missing" if schemes is None else f"is {schemes!r:.80}"
        message = f"SUPPORTED_SCHEMES {what}: it must be a set of strings"
        code = "schemes-missing" if schemes is None else "schemes-wrong"
        yield Diagnostic(code, Severity.ERROR, cls.__name__, message, fix)
    elif not brings_its_own:
        for scheme in sorted(schemes or ()):
            yield from not_served(scheme, cls.__name__, cls)


def at_the_root(path: str, subject: str) -> Iterator[Diagnostic]:
    """Yield a finding on *subject* if *path* is the root of this machine, or names no bucket."""
    protocol = protocol_of(path)
    if without_scheme(path).strip("/."):
        return
    if protocol in LOCAL:
        what, fix = (
            "the root of this machine's file system",
            f"{protocol}:///FOLDER" if protocol else "/FOLDER",
        )
    elif protocol in OBJECT_STORES - {"memory"}:
        what, fix = "no bucket, but all of them", f"{protocol}://BUCKET/FOLDER"
    else:
        return
    message = f"path {path} is {what}: artifacts would stand among everything else there"
    line = f"%artifact_store update {subject} --path={fix}"
    yield Diagnostic("at-the-root", Severity.WARNING, subject, message, line)


def not_served(scheme: str, subject: str, cls: type) -> Iterator[Diagnostic]:
    """Yield a finding on *subject* if fsspec knows nobody who serves the scheme."""
    if is_served(scheme):
        return
    message = (
        f"nothing serves {scheme} yet: override filesystem (or the 13 operations) in {cls.__name__}"
    )
    fix = "def filesystem(self) -> fsspec.AbstractFileSystem: ..."
    yield Diagnostic("scheme-not-served", Severity.WARNING, subject, message, fix)
