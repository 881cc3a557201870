"""What a reader brings stays with the session: folders, the page without a browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_pages import _own_caches, run, texts  # noqa: F401

from pages.ui import own_data, sets


def test_old_folders_are_swept_and_nothing_else(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in ("marz-own-a", "marz-own-b", "else"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "file.csv").write_text("a")
    long_ago = old.stat().st_mtime - own_data.LONGEST - 60
    for folder in (old, other):
        os.utime(folder, (long_ago, long_ago))
    assert own_data.sweep(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["else", "marz-own-b"]


def test_a_room_is_left_empty(tmp_path: Path) -> None:
    folder = tmp_path / "marz-own-x"
    folder.mkdir()
    (folder / "set.parquet").write_bytes(b"")
    own_data.Room(folder).leave()
    assert not folder.exists()


def test_the_page_says_what_happens_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sets.VARIABLE, "")
    app = run("explore")
    assert not app.error
    assert any("ACLED does not let" in one.value for one in app.caption)


def test_a_set_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(sets.VARIABLE, str(tmp_path / "nowhere.parquet"))
    assert any("nowhere.parquet" in text for text in texts(run("explore")))
