"""Take a batch of incidents into the data package: ``python tools/take_in.py FOLDER``.

The folder holds the files that ``chronology/batch.py`` names. What a person decided about
single rows stands beside the code, in ``tools/chronology/*.csv``, each with its reason.
Taking the same batch in again changes nothing.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from chronology import batch as batches  # noqa: E402
from chronology import translate  # noqa: E402

from geo import files  # noqa: E402
from geo.package.validate import TABLES  # noqa: E402

Row = dict[str, str]
LEFT_OUT = ("date", "border", "title", "url", "reason", "kind")


def take_in(batch: batches.Batch, data: Path) -> dict[str, int]:
    """Write a batch into the tables of a package.

    Parameters
    ----------
    batch : Batch
        As read by `chronology.batch.read`.
    data : Path
        Folder of the package.

    Returns
    -------
    dict of str to int
        Rows of each table after the batch.
    """
    old = {name: _rows(data / f"{name}.csv") for name in TABLES}
    fresh = translate.incidents(batch)
    replaced = {row["id"] for row in fresh}
    kept = [row for row in old["incidents"] if row["id"] not in replaced]
    sources = old["sources"] + translate.sources(batch, old["sources"])
    ids = {row["url"]: row["id"] for row in sources if row["url"]}
    tables = {
        "incidents": sorted(
            translate.merged(batch, kept) + fresh, key=lambda row: (row["date"], row["id"])
        ),
        "claims": _together(old["claims"], translate.claims(batch, ids), replaced),
        "citations": _together(old["citations"], translate.citations(batch, ids), replaced),
        "sources": sorted(sources, key=lambda row: row["id"]),
    }
    for name, rows in tables.items():
        _write(data / f"{name}.csv", TABLES[name], rows)
    tables["left_out"] = translate.left_out(batch)
    _write(data / "left_out.csv", LEFT_OUT, tables["left_out"])
    return {name: len(rows) for name, rows in tables.items()}


def _together(old: list[Row], new: list[Row], replaced: set[str]) -> list[Row]:
    """Old rows of other incidents and new ones, each once, by incident."""
    kept = [row for row in old if row["incident_id"] not in replaced]
    # A citation or claim is the same if all but the paragraphs are: those may be known already.
    known = {_identity(row) for row in kept}
    added = [row for row in new if _identity(row) not in known]
    return sorted(kept + added, key=lambda row: row["incident_id"])


def _identity(row: Row) -> tuple[str, ...]:
    names = ("incident_id", "source_id", "claimant", "stance", "statement")
    return tuple(row.get(name, "") for name in names)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    files.write(path, text.getvalue().encode())


def main() -> int:
    """Command line; exit status 1 if the batch has problems, and then nothing is written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--into", type=Path, default=ROOT / "data", metavar="DIR")
    parser.add_argument("--decisions", type=Path, default=ROOT / "tools/chronology", metavar="DIR")
    options = parser.parse_args()
    try:
        counts = take_in(batches.read(options.folder, options.decisions), options.into)
    except batches.BatchError as error:
        print("\n".join(error.problems), file=sys.stderr)
        print(f"{len(error.problems)} problems; nothing was written.", file=sys.stderr)
        return 1
    print(", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items()))
    print("Now run: python tools/describe.py && python -m geo validate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
