"""A file is written whole or not at all, and what a kill leaves goes with the next write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sets

from geo import files
from geo.collection.engine import duck
from geo.files import ROOT

KILLED = """
import os, signal, sys
from pathlib import Path
from geo import files
from geo.collection.engine import duck
def stop(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "write":
    with files.whole(Path(sys.argv[2])) as temporary:
        temporary.write_bytes(b"half")
        stop()
else:
    duck.open_set(Path(sys.argv[2]), "a set", progress=stop)
"""


def killed(what: str, path: Path) -> list[str]:
    """What somebody else's end in the midst of a write leaves in the folder."""
    before = set(path.parent.iterdir())
    command = [sys.executable, "-c", KILLED, what, str(path)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode < 0
    return [found.name for found in path.parent.iterdir() if found not in before]


def test_what_a_killed_write_left_goes_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    assert len(killed("write", path)) == 1
    with files.whole(path) as temporary:
        # The next one's own, and that of whoever else writes here, stay.
        with files.whole(tmp_path / "other") as second:
            assert {temporary, second} == set(tmp_path.iterdir())
            second.write_bytes(b"")
        temporary.write_bytes(b"whole")
    assert path.read_bytes() == b"whole"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["map.png", "other"]


def test_what_a_killed_preparation_left_goes_with_the_next_start(tmp_path: Path) -> None:
    path = sets.write(tmp_path / "acled.parquet", sets.rows(300))
    assert killed("open", path)
    duck.open_set(path, "acled").close()
    left = [found.name for found in tmp_path.iterdir()]
    assert len(left) == 2 and not [name for name in left if "~" in name], left


def test_what_is_another_machines_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = files.unfinished(tmp_path / "a")
    theirs = Path(str(mine).replace(f"~{files._HOST}-", "~00000000-"))
    plain = tmp_path / ".notes~draft"
    for path in (mine, theirs, plain):
        path.write_bytes(b"")
    files.sweep(tmp_path)
    assert {*tmp_path.iterdir()} == {mine, theirs, plain}
    monkeypatch.setattr(files, "_PROCESS", "0" * 8)  # as if this process had begun anew
    monkeypatch.setattr(files, "LONGEST", -60)
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [plain]
