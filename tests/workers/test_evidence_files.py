"""Where a pack is written: names that are safe, files that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.evidence.files import Drafts, safe


def test_a_plain_id_stays_as_it_is() -> None:
    assert safe("C-1_a") == "C-1_a"


@pytest.mark.parametrize(
    "odd", ["../../etc/passwd", "a/b", ".hidden", "a b", "Łódź", "", "x" * 200, "a\x00b"]
)
def test_an_odd_id_makes_a_safe_name(odd: str) -> None:
    name = safe(odd) or "empty"

    assert name.replace("-", "").replace("_", "").isalnum()
    assert name.isascii()
    assert len(name) < 80


def test_two_odd_ids_are_never_one_name() -> None:
    assert safe("a/b") != safe("a:b")
    assert safe("x" * 200) != safe("x" * 201)


def test_nothing_is_there_before_all_is_whole(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "new", {"a.pdf": b"1", "a.json": b"2"})
    assert not any(path.exists() for path in drafts.paths)

    drafts.publish()
    drafts.discard()
    assert {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()} == {
        "a.pdf": b"1",
        "a.json": b"2",
    }


def test_what_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    Drafts(tmp_path, {"a.pdf": b"1"}).discard()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Drafts(tmp_path / "file", {"a.pdf": b"1"})
