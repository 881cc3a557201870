"""Write the history of the data before `python -m geo release` was there, from git.

Reads the tables as they were at the commit of each release, gives each change its reason from
``tools/releases/NUMBER.toml``, and writes ``changes.csv``, ``releases.csv``, ``retired.csv`` and
``released.zip`` of ``data/`` anew. Later releases are then made anew by `python -m geo release`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geo import files
from geo.package import differences, making, releases
from geo.package.validate import is_table

COMMITS = {
    "1.0.0": ("fe91a92909acef6a3590d05935787c6bfd765aa2", date(2026, 11, 22)),
    "2.0.0": ("4dc76e80f9406aa66bd23e5844d916a1e2b0b9de", date(2026, 11, 24)),
}
"""Number of a release, the last commit of its day, and that day (CHANGELOG.md)."""


def at(commit: str, path: str) -> bytes:
    """A file of ``data/`` as it was at a commit."""
    command_line = ["git", "-C", str(ROOT), "show", f"{commit}:data/{path}"]
    return subprocess.run(command_line, check=True, capture_output=True).stdout


def main() -> None:
    """Write the tables about releases."""
    tables: dict[str, differences.TextTable] = {}
    layers: dict[str, str] = {}
    rows: dict[str, list[dict[str, str]]] = {name: [] for name in releases.OWN}
    for number, (commit, day) in COMMITS.items():
        resources = {
            one["name"]: one for one in json.loads(at(commit, "datapackage.json"))["resources"]
        }
        contents = {name: at(commit, one["path"]) for name, one in resources.items()}
        after = {
            name: differences.table_of(contents[name])
            for name, one in resources.items()
            if is_table(one)
        }
        layers_now = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in contents.items()
            if name not in after
        }
        made = making.compare(
            number,
            day,
            making.reasons_in(ROOT / f"tools/releases/{number}.toml"),
            before=tables,
            after=after,
            layers_before=layers,
            layers=layers_now,
        )
        rows["changes"] += making.rows_of(made)
        rows["releases"].append(made.release.row())
        rows["retired"] += made.retired
        tables, layers = after, layers_now
    for name, table in rows.items():
        making.write_table(ROOT / "data", name, table)
    files.write(ROOT / "data" / releases.ARCHIVE, releases.archive(tables))


if __name__ == "__main__":
    main()
