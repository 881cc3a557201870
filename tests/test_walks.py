"""The walks that CONTRIBUTING tells are repeated in a copy of Marz: add this, and it is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from madeup import ROOT
from patience import seconds

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
CODE = TEXT[TEXT.index("# Change the code") :]
WALKS = {
    walk.splitlines()[0]: re.findall(r"```(?:python|json)\n(.*?)```", walk, re.DOTALL)
    for walk in CODE.split("\n## ")[1:]
}
PLACE = re.compile(r"(?:#|//) ([\w./]+)(?:, (before|after) \"(.*)\")?")
MOST_FILES = 3


def copy_to(folder: Path) -> None:
    """Copy what is needed to load, to draw a page and to write files."""
    for part in ("geo", "pages", "static", "data", "app.py", "main.py", ".streamlit"):
        source = ROOT / part
        if source.is_dir():
            left = shutil.ignore_patterns("__pycache__", "built")
            shutil.copytree(source, folder / part, ignore=left)
        else:
            shutil.copy(source, folder / part)


def follow(block: str, folder: Path) -> str:
    """Do what a block says; returns the file it changes, "" for one that is run."""
    first, _, content = block.partition("\n")
    found = PLACE.fullmatch(first)
    assert found, f"this block does not say where it goes: {first}"
    name, where, line = found[1], found[2], (found[3] or "").replace('\\"', '"')
    if name in ("run", "check"):
        done = subprocess.run(
            [sys.executable, "-c", content],
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": str(folder), "HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=seconds(120),
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return ""
    path = folder / name
    if not where:
        assert not path.exists(), f"{name} is there already"
        path.write_text(content, "utf-8")
        return name
    text = path.read_text("utf-8")
    assert text.count(f"\n{line}\n") == 1, f"{name} has not one line {line!r}"
    new = content + line + "\n" if where == "before" else line + "\n" + content
    path.write_text(text.replace(f"{line}\n", new, 1), "utf-8")
    return name


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_of_contributing_leads_where_it_says(walk: str, tmp_path: Path) -> None:
    copy_to(tmp_path)
    changed = {follow(block, tmp_path) for block in WALKS[walk]} - {""}
    assert 0 < len(changed) <= MOST_FILES
    assert WALKS[walk][-1].startswith("# check")
