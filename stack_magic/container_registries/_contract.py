"""What every container registry promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from stack_magic.errors import (
    CorruptArtifactError,
    InvalidNameError,
    StorageError,
    UnknownNameError,
)
from stack_magic.stack import Contract, Promise, expect, expect_raises

from ._artifact import read_artifact
from ._layout import Layout
from ._place import Place, in_own_repository
from ._samples import family, sample, spoil
from ._source import described


@in_own_repository
def _comes_back(at: Place) -> None:
    files = at.push(":1")
    target = at.folder / "target"
    at.registry.pull(f"{at.repository}:1", target)
    expect(read_artifact(target).files == files, "other files came back")
    pulled = [image.digest for image in described(Layout(target))]
    expect(pulled == [at.digest(":1")], f"the index of what came back has {pulled}")


@in_own_repository
def _tells_the_same(at: Place) -> None:
    sample(at.folder / "source")
    name = f"{at.repository}:1"
    pushed = at.push_layout(at.folder / "source", ":1")
    (top,) = described(Layout(at.folder / "source"))
    size = sum(blob.size for blob in Layout(at.folder / "source").closure(top))
    true = (name, top.digest, size, top.media_type)
    told = {
        "push": pushed,
        "resolve": at.registry.resolve(name),
        "pull": at.registry.pull(name, at.folder / "target"),
    }
    for deed, image in told.items():
        seen = (image.reference, image.digest, image.size, image.media_type)
        expect(seen == true, f"{deed} told {seen}, and {true} is so")


@in_own_repository
def _takes_addresses(at: Place) -> None:
    at.push(":1")
    full = at.registry.full_name(f"{at.repository}:1")
    expect(at.registry.resolve(full).digest == at.digest(":1"), f"{full!r} is another image")
    expect(at.registry.resolve(full).reference == f"{at.repository}:1", f"{full!r} is kept so")


@in_own_repository
def _lists_a_repository(at: Place) -> None:
    for name in ("/b:1", "/a:2", "/a:10"):
        at.push(name)
    images = at.registry.list_images(f"{at.repository}/a")
    tagged = [image.reference for image in images if "@" not in image.reference]
    names = [f"{at.repository}/a:10", f"{at.repository}/a:2"]
    expect(tagged == names, f"listed {tagged}")
    known = {image.digest for image in images}
    expect(known == {at.digest("/a:2"), at.digest("/a:10")}, "listed other digests")
    unknown = at.registry.list_images(f"{at.repository}/none")
    expect(unknown == [], f"an unknown repository has {unknown}")


@in_own_repository
def _lists_all(at: Place) -> None:
    for name in ("/b:1", "/a:1"):
        at.push(name)
    images = [image.reference for image in at.registry.list_images()]
    ours = [name for name in images if name.startswith(f"{at.repository}/")]
    expect(ours == [f"{at.repository}/a:1", f"{at.repository}/b:1"], f"listed {ours}")


@in_own_repository
def _lists_tags(at: Place) -> None:
    for tag in ("2", "10", "latest"):
        at.push(f":{tag}", text="the same")
    tags = at.registry.tags(at.repository)
    expect(tags == ["10", "2", "latest"], f"listed {tags}")
    unknown = at.registry.tags(f"{at.repository}/none")
    expect(unknown == [], f"an unknown repository has {unknown}")


@in_own_repository
def _moves_a_tag(at: Place) -> None:
    at.push(":1")
    second = at.push(":1")
    expect(at.pulled(f"{at.repository}:1") == second, "the tag is what it was")
    expect(at.registry.tags(at.repository) == ["1"], "the tag is there twice")


@in_own_repository
def _keeps_digests(at: Place) -> None:
    first = at.push(":1")
    digest = at.digest(":1")
    at.push(":1")
    former = f"{at.repository}@{digest}"
    expect(at.pulled(former) == first, "a digest gives other files after its tag moved")
    resolved = at.registry.resolve(former)
    expect(resolved.digest == digest, f"a digest resolves to {resolved.digest}")


@in_own_repository
def _pushes_by_digest(at: Place) -> None:
    files = sample(at.folder / "source")
    (top,) = described(Layout(at.folder / "source"))
    at.push_layout(at.folder / "source", f"@{top.digest}")
    expect(at.pulled(f"{at.repository}@{top.digest}") == files, "other files came back")
    other = f"{at.repository}@sha256:{'0' * 64}"
    with expect_raises(UnknownNameError, deed="pushing under a digest that is not there"):
        at.registry.push(at.folder / "source", other)


@in_own_repository
def _deletes(at: Place) -> None:
    at.push(":1")
    at.push(":2")
    at.registry.delete(f"{at.repository}:1")
    expect(at.registry.tags(at.repository) == ["2"], "a deleted tag is still listed")
    with expect_raises(UnknownNameError, deed="resolving a deleted tag"):
        at.registry.resolve(f"{at.repository}:1")
    digest = at.digest(":2")
    at.registry.delete(f"{at.repository}@{digest}")
    expect(at.registry.tags(at.repository) == [], "a tag of a deleted digest is listed")


@in_own_repository
def _keeps_other_tags(at: Place) -> None:
    files = at.push(":1", text="the same")
    at.push(":2", text="the same")
    at.push("/b:1", text="the same")
    at.registry.delete(f"{at.repository}:1")
    for name in (":2", "/b:1"):
        kept = at.pulled(f"{at.repository}{name}")
        expect(kept == files, f"deleting one tag changed {name}")


@in_own_repository
def _missing(at: Place) -> None:
    at.push(":1")
    target = at.folder / "target"
    for name in (":none", f"@sha256:{'0' * 64}", "/none:1"):
        reference = f"{at.repository}{name}"
        with expect_raises(UnknownNameError, deed=f"resolving the unknown {name}"):
            at.registry.resolve(reference)
        with expect_raises(UnknownNameError, deed=f"pulling the unknown {name}"):
            at.registry.pull(reference, target)
        with expect_raises(UnknownNameError, deed=f"deleting the unknown {name}"):
            at.registry.delete(reference)
    expect(not target.exists(), "pulling what is unknown made its target")


@in_own_repository
def _refuses_no_references(at: Place) -> None:
    sample(at.folder / "source")
    target = at.folder / "target"
    for bad in ("A:1", "a", "../a:1", "a/../b:1", "a%2e:1", "a:1\0", "/a:1", "a:.1", "a@sha256:1"):
        with expect_raises(InvalidNameError, deed=f"pushing as {bad!r}"):
            at.registry.push(at.folder / "source", bad)
        with expect_raises(InvalidNameError, deed=f"pulling {bad!r}"):
            at.registry.pull(bad, target)
        with expect_raises(InvalidNameError, deed=f"resolving {bad!r}"):
            at.registry.resolve(bad)
        with expect_raises(InvalidNameError, deed=f"deleting {bad!r}"):
            at.registry.delete(bad)


@in_own_repository
def _refuses_bad_bytes(at: Place) -> None:
    first = at.push(":1")
    sample(at.folder / "spoilt")
    spoil(at.folder / "spoilt")
    for tag in ("1", "new"):
        with expect_raises(CorruptArtifactError, deed="pushing bytes of another digest"):
            at.registry.push(at.folder / "spoilt", f"{at.repository}:{tag}")
    expect(at.registry.tags(at.repository) == ["1"], "a failed push left a tag")
    expect(at.pulled(f"{at.repository}:1") == first, "a failed push changed the tag")


@in_own_repository
def _leaves_targets_alone(at: Place) -> None:
    files = at.push(":1")
    taken, empty = at.folder / "taken", at.folder / "empty"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine")
    empty.mkdir()
    with expect_raises(StorageError, deed="pulling into a folder that holds something"):
        at.registry.pull(f"{at.repository}:1", taken)
    left = [file.name for file in taken.iterdir()]
    expect(left == ["mine.txt"], f"a refused pull left {left}")
    at.registry.pull(f"{at.repository}:1", empty)
    expect(read_artifact(empty).files == files, "an empty folder was not filled")


@in_own_repository
def _keeps_families(at: Place) -> None:
    digests = family(at.folder / "source")
    at.push_layout(at.folder / "source", ":1")
    target = at.folder / "target"
    at.registry.pull(f"{at.repository}:1", target)
    (top,) = described(Layout(target))
    came = {blob.digest for blob in Layout(target).closure(top)}
    expect(set(digests) <= came, "a manifest below the image index did not come back")
    part = at.registry.resolve(f"{at.repository}@{digests[0]}")
    expect(part.digest == digests[0], "a manifest below the image index has no name")


@in_own_repository
def _takes_turns(at: Place) -> None:
    names = [f":{number}" for number in range(8)]
    with ThreadPoolExecutor(len(names)) as threads:
        files = dict(zip(names, threads.map(at.push, names), strict=True))
    for name, pushed in files.items():
        expect(at.pulled(f"{at.repository}{name}") == pushed, f"{name} is another's")


CONTRACT = Contract(
    (
        Promise("gives back the files that were pushed", _comes_back),
        Promise(
            "tells the same of an image when it is pushed, resolved and pulled", _tells_the_same
        ),
        Promise("takes a reference with the registry's address in front", _takes_addresses),
        Promise("lists the images of a repository, sorted", _lists_a_repository),
        Promise("lists the images of every repository, sorted", _lists_all),
        Promise("lists the tags of a repository, sorted", _lists_tags),
        Promise("moves a tag to what was pushed last", _moves_a_tag),
        Promise("keeps what a digest is when its tag moves", _keeps_digests),
        Promise("pushes and pulls by digest", _pushes_by_digest),
        Promise("deletes a tag, or a digest with its tags", _deletes),
        Promise("keeps what other tags refer to when one is deleted", _keeps_other_tags),
        Promise("raises UnknownNameError for an unknown reference", _missing),
        Promise("refuses what is no reference", _refuses_no_references),
        Promise("refuses bytes that are not those of their digest", _refuses_bad_bytes),
        Promise("pulls into an empty folder only", _leaves_targets_alone),
        Promise("keeps every manifest below an image index", _keeps_families),
        Promise("takes pushes of several threads at once", _takes_turns),
    )
)
