"""What a layout's index says: which reference is which image."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stack_magic.errors import CorruptArtifactError, InvalidNameError

from ._layout import REF_NAME
from ._manifests import COPY_AGAIN, Descriptor
from ._reference import Reference

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    Named = tuple[Reference, Descriptor]


class Index:
    """References and what they are of, in one layout; changing gives a new one.

    An image has an entry by its digest beside those by its tags: it stays when a tag
    moves, and container tools find the image by it. Entries of other tools stay.

    Args:
        document: `index.json` as it was read.
        where: Where it was read, for messages.
    """

    def __init__(self, document: Mapping[str, Any], where: str) -> None:
        entries = document.get("manifests")
        if not isinstance(entries, list):
            message = f"{where!r} cannot be used: manifests is no list"
            raise CorruptArtifactError(message, hint=COPY_AGAIN)
        self._document, self._where = document, where
        self._entries: list[Any] = entries
        self._images = {str(reference): image for reference, image in self._read()}

    def _read(self) -> Iterator[Named]:
        # Of two entries with one name, other tools take the first.
        for raw in reversed(self._entries):
            try:
                image = Descriptor.read(raw, self._where)
                reference = Reference.parse(image.annotations.get(REF_NAME, ""))
            except (CorruptArtifactError, InvalidNameError):
                continue  # another tool's entry, which is none of ours to name
            if reference.digest in (None, image.digest):  # else the name is a lie
                yield reference, image

    def images(self, repository: str | None = None) -> list[Named]:
        """Return every reference, of one repository or all, sorted as texts."""
        named = ((Reference.parse(text), image) for text, image in sorted(self._images.items()))
        return [(ref, image) for ref, image in named if repository in (None, ref.repository)]

    def shown(self, repository: str | None = None) -> list[Named]:
        """Return the references by tag, and those by digest of what has no tag."""
        images = self.images(repository)
        tagged = {(ref.repository, image.digest) for ref, image in images if ref.tag}
        return [
            (ref, image)
            for ref, image in images
            if ref.tag or (ref.repository, image.digest) not in tagged
        ]

    def find(self, reference: Reference) -> Descriptor | None:
        """Return what *reference* is, or None. A digest is found under any tag too."""
        found = self._images.get(str(reference))
        if found is None and reference.digest is not None:
            images = self.images(reference.repository)
            found = next((d for _, d in images if d.digest == reference.digest), None)
        return found

    def with_image(self, reference: Reference, image: Descriptor) -> dict[str, Any]:
        """Return the document in which *reference* is *image*."""
        former = self._images.get(str(reference), image)
        names = {_by_digest(reference, former): former, _by_digest(reference, image): image}
        names[str(reference)] = image
        added = [named(of, name) for name, of in names.items()]
        return self._without(names, added)

    def without_image(self, reference: Reference) -> dict[str, Any]:
        """Return the document without *reference*, which is there."""
        image = self.find(reference)
        same = [
            str(ref)
            for ref, other in self.images(reference.repository)
            if image is not None and other.digest == image.digest
        ]
        rest = [name for name in same if name != str(reference) and "@" not in name]
        gone = {str(reference)} if reference.tag and rest else {str(reference), *same}
        return self._without(gone, [])

    def _without(self, gone: Container[str], added: list[Descriptor]) -> dict[str, Any]:
        kept = [raw for raw in self._entries if _name_of(raw) not in gone]
        return {**self._document, "manifests": [*kept, *(new.as_json() for new in added)]}


def _by_digest(reference: Reference, image: Descriptor) -> str:
    return str(Reference(reference.repository, digest=image.digest))


def named(image: Descriptor, name: str) -> Descriptor:
    """Return the descriptor of *image* as an index has it under *name*."""
    return replace(image, annotations={REF_NAME: name})


def _name_of(raw: Any) -> str:
    annotations = raw.get("annotations") if isinstance(raw, dict) else None
    name = annotations.get(REF_NAME) if isinstance(annotations, dict) else None
    return name if isinstance(name, str) else ""
