"""The places that a user trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stack_magic.errors import StorageError
from stack_magic.secrets import learn
from stack_magic.trust import Place, distrust, is_trusted, trust

if TYPE_CHECKING:
    from pathlib import Path

TEAM = Place("s3", "s3://team/artifacts")


@pytest.fixture(autouse=True)
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the list of a user who trusts nothing yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "stack-magic" / "trusted.json"


def test_a_place_is_its_flavor_and_its_whole_path() -> None:
    assert not is_trusted(TEAM)
    assert trust(TEAM)
    assert not trust(TEAM)
    assert is_trusted(TEAM)
    assert not is_trusted(Place("minio", TEAM.root))
    assert not is_trusted(Place("s3", f"{TEAM.root}/other"))
    assert distrust(TEAM)
    assert not distrust(TEAM)
    assert not is_trusted(TEAM)


def test_a_line_that_somebody_has_copied_into_the_list_counts_for_nothing(listed: Path) -> None:
    trust(TEAM)
    listed.write_text(listed.read_text().replace("s3://team", "s3://evil"))
    assert not is_trusted(Place("s3", "s3://evil/artifacts"))


def test_the_list_shows_no_secret(listed: Path) -> None:
    learn("hunter22")
    place = Place("sftp", "sftp://me:hunter22@host/a")
    trust(place)
    assert "hunter22" not in listed.read_text()
    assert is_trusted(place)


def test_a_damaged_list_trusts_nothing_and_says_so(listed: Path) -> None:
    trust(TEAM)
    listed.write_text('[["s3"]]')
    with pytest.raises(StorageError, match=r"is damaged: nothing is trusted\nhint: rm "):
        is_trusted(TEAM)


def test_a_list_that_others_can_write_is_not_used(listed: Path) -> None:
    trust(TEAM)
    listed.chmod(0o620)
    with pytest.raises(StorageError, match=r"can be written by other users.*\nhint: chmod go-w "):
        is_trusted(TEAM)
