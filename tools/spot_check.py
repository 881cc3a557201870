"""List random records with their sources, for a third person to compare with the pages.

Run ``python tools/spot_check.py``; the seed is printed, and gives the same records again.
"""

from __future__ import annotations

import argparse
import csv
import random
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geo import describe, records
from geo.model import GeoError
from geo.package.load import Package, load_package
from geo.package.tables import safe_cell

COLUMNS = ("id", "what", "source", "address", "paragraphs", "agrees", "remark")


def chosen(data: Package, number: int, seed: int, collection: str = "") -> list[int]:
    """Rows drawn without repetition, in the order of time.

    Parameters
    ----------
    number : int
        How many; all, if there are no more.
    seed : int
        The same seed draws the same records of the same data.
    collection : str
        Only records of this collection; "" for all.
    """
    known = data.incidents["collection"]
    rows = [row for row in range(len(known)) if collection in ("", known.iat[row])]
    drawn = random.Random(seed).sample(rows, min(number, len(rows)))
    return sorted(drawn)


def as_text(data: Package, row: int) -> Iterator[str]:
    """Lines of one record: what it says, and where each part is from."""
    found = records.record(data, row)
    yield f"== {found['id']}"
    yield f"   {found['title']}"
    yield f"   {found['when']} · {found['where']} · {found['type']} · {found['status']}"
    yield f"   deaths: {found['deaths']} · injured: {found['injuries']}"
    yield f"   {found['summary']}"
    if found["note"]:
        yield f"   note: {found['note']}"
    for claim in found["claims"]:
        source = claim["source"]
        yield f"   claim: {claim['claimant']} ({claim['stance_words']}): {claim['statement']}"
        yield f"          {source['url'] or source['line']} {source['paragraphs']}".rstrip()
    for source in found["sources"]:
        yield f"   source: {source['line']} {source['paragraphs']}".rstrip()
        if source["url"]:
            yield f"           {source['url']}"
    yield "   [ ] agrees   [ ] differs:"
    yield ""


def as_rows(data: Package, row: int) -> Iterator[list[str]]:
    """One line a source, with blank columns for the checker."""
    found = records.record(data, row)
    what = f"{found['when']}. {found['title']}. {found['summary']} Deaths: {found['deaths']}."
    for source in found["sources"]:
        cells = [found["id"], what, source["line"], source["url"], source["paragraphs"], "", ""]
        yield [safe_cell(cell) for cell in cells]


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--number", type=int, default=20, help="how many records; 20 without")
    parser.add_argument("--seed", type=int, help="draw the same records again")
    parser.add_argument("--collection", default="", help="core or further; all without")
    parser.add_argument("--format", choices=("text", "csv"), default="text")
    parser.add_argument("--data", type=Path, help="folder of another data package")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    try:
        data = load_package(options.data)
    except GeoError as error:
        print(describe.clean(str(error)), file=sys.stderr)
        return 1
    rows = chosen(data, options.number, seed, options.collection)
    print(f"{len(rows)} records of {len(data.incidents)}, data {data.version}, seed {seed}",
          file=sys.stderr if options.format == "csv" else sys.stdout)  # fmt: skip
    if options.format == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerows(as_rows(data, row))
    else:
        for row in rows:
            for line in as_text(data, row):
                print(describe.clean(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
