"""Writes made-up incidents with realistic clustering, as `geo.collection.schema` has it.

``python benchmarks/scale_data.py 1000000 -o FILE.parquet`` always writes the same file for the
same number and seed. Nothing in it happened.

Conflicts are waves in time around centres; each has towns of very unequal size, so that a tenth
of the points holds most incidents, as in the real collections. Two thirds stand on their town's
point, the others near it. Most days are known; weeks, months and years are so often as
in UCDP's and ACLED's exports that every path of the engine is walked.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.collection.schema import METADATA, SCHEMA
from geo.vocabulary import EVENT_TYPES

CHUNK = 250_000
FIRST, LAST = np.datetime64("1989-01-01"), np.datetime64("2025-12-31")
# Country, western, southern, eastern and northern end of where its incidents are, share of all.
REGIONS = (
    ("TJ", 67.5, 36.8, 74.5, 40.8, 3), ("KG", 69.5, 39.3, 79.8, 43.0, 2),
    ("AF", 61.0, 30.0, 71.0, 37.0, 14), ("PK", 62.0, 25.0, 74.0, 36.0, 8),
    ("IN", 74.0, 12.0, 94.0, 33.0, 8), ("SY", 36.0, 33.0, 42.0, 37.0, 12),
    ("IQ", 40.0, 30.5, 47.5, 37.0, 8), ("YE", 43.0, 13.0, 50.0, 17.0, 6),
    ("UA", 24.0, 45.5, 39.5, 51.5, 10), ("NG", 4.0, 5.0, 14.0, 13.5, 6),
    ("SO", 41.5, -1.0, 50.0, 11.0, 5), ("CD", 22.0, -7.0, 31.0, 4.5, 5),
    ("MX", -108.0, 16.0, -94.0, 31.0, 5), ("CO", -77.5, 1.0, -70.5, 11.0, 3),
    ("MM", 93.5, 12.0, 100.0, 27.0, 5),
)  # fmt: skip
WORDS = (
    "Clash Shelling Ambush Protest Raid Detention Strike Looting Attack Explosion Patrol Convoy "
    "Checkpoint Market Bridge Village Canal Road Outpost Camp School Station Valley Pass Border"
).split()
ACTORS = ["Border guards", "Army", "Armed group", "Villagers", "Police", "Protesters", "Militia"]
PRECISIONS = ["exact", "near", "district", "province", "country"]
TOWNS = 400
"""Of each country."""


def batches(rows: int, seed: int = 1) -> Iterator[pa.Table]:
    """Made-up incidents in the order of their first possible day.

    Parameters
    ----------
    rows : int
        How many in all; about one in a hundred has no date, and these come last.
    seed : int
        Another one, other incidents.
    """
    random = np.random.default_rng(seed)
    shares = np.array([region[5] for region in REGIONS], dtype=float)
    towns = np.stack([_towns(random, *region[1:5]) for region in REGIONS])
    waves = random.uniform(0, 1, (len(REGIONS), 4))
    country = random.choice(len(REGIONS), rows, p=shares / shares.sum()).astype(np.int8)
    width = random.choice([0.02, 0.08, 0.3], rows)
    centre = waves[country, random.integers(0, 4, rows)]
    moment = np.mod(centre + random.normal(0, 1, rows) * width, 1)
    day = (moment * int((LAST - FIRST).astype(int))).astype(np.int32) + int(FIRST.astype(int))
    day[random.random(rows) < 0.01] = np.iinfo(np.int32).max
    order = np.argsort(day, kind="stable")
    day, country = day[order], country[order]
    for start in range(0, rows, CHUNK):
        stop = min(rows, start + CHUNK)
        yield _chunk(random, day[start:stop], country[start:stop], towns, start)


def _towns(
    random: np.random.Generator, west: float, south: float, east: float, north: float
) -> npt.NDArray[np.float64]:
    """Longitudes and latitudes of a country's towns, the largest first, in knots."""
    knots = np.column_stack([random.uniform(west, east, 12), random.uniform(south, north, 12)])
    around = random.normal(0, 0.06, (TOWNS, 2)) * [east - west, north - south]
    points = knots[random.integers(0, 12, TOWNS)] + around
    return np.asarray(np.clip(points, [west, south], [east, north]), dtype=np.float64).round(4)


def _chunk(
    random: np.random.Generator,
    day: npt.NDArray[np.int32],
    country: npt.NDArray[np.int8],
    towns: npt.NDArray[np.float64],
    first: int,
) -> pa.Table:
    size = len(day)
    dated = day != np.iinfo(np.int32).max
    day = np.where(dated, day, 0).astype(np.int32)
    start, end, date = _dates(random, day, dated)
    town = (random.zipf(1.25, size) - 1) % TOWNS
    lonlat = towns[country, town] + np.where(
        random.random(size)[:, None] < 0.34, random.normal(0, 0.05, (size, 2)), 0
    )
    lonlat = np.round(lonlat, 4)
    precision = random.choice(5, size, p=[0.72, 0.15, 0.08, 0.04, 0.01])
    centroid = precision >= 2
    lonlat[centroid] = towns[country, np.where(precision == 4, 0, town // 40 * 40)][centroid]
    located = random.random(size) > 0.02
    kind = random.choice(len(EVENT_TYPES), size, p=[0.33, 0.25, 0.15, 0.05, 0.15, 0.07])
    low = np.minimum(random.zipf(1.9, size) - 1, 900).astype(np.int32)
    high = low + np.where(random.random(size) < 0.2, random.integers(0, 20, size), 0)
    toll = random.random(size) < 0.9
    codes = [region[0] for region in REGIONS]
    other = random.integers(0, len(REGIONS), size)
    pair = np.where((random.random(size) < 0.06) & (other != country), other, -1)
    number = np.arange(first + 1, first + size + 1)
    text = [_pick(random, WORDS, size) for _ in range(3)]
    actors = [_pick(random, ACTORS, size) for _ in range(2)]
    place = pc.binary_join_element_wise(
        pa.array(codes).take(pa.array(country)), pa.array(town).cast(pa.string()), "-"
    )
    columns = {
        "number": pa.array(number),
        "id": pc.binary_join_element_wise("M", pa.array(number).cast(pa.string()), ""),
        "date": date,
        "start": start,
        "end": end,
        "title": pc.binary_join_element_wise(*text, "near the", place, " "),
        "note": pc.binary_join_element_wise("Made up:", *text[::-1], " "),
        "event_type": pa.array(list(EVENT_TYPES)).take(pa.array(kind)),
        "status": _pick(random, ["occurred"] * 9 + ["alleged"], size),
        "countries": pa.array(
            [f";{a};" for a in codes] + [f";{a};{b};" for a in codes for b in codes]
        ).take(pa.array(np.where(pair < 0, country, 15 + country.astype(int) * 15 + pair))),
        "actors": pc.binary_join_element_wise(*actors, ";"),
        "place": place,
        "admin": pa.array(codes).take(pa.array(country)),
        "lon": pa.array(lonlat[:, 0], mask=~located),
        "lat": pa.array(lonlat[:, 1], mask=~located),
        "geo_precision": pa.array(PRECISIONS).take(pa.array(precision, mask=~located)),
        "low": pa.array(low, mask=~toll),
        "best": pa.array(((low + high) // 2).astype(np.int32), mask=~toll),
        "high": pa.array(high.astype(np.int32), mask=~toll),
    }
    blank = pa.nulls(size)
    return pa.table(
        [columns.get(name, blank.cast(SCHEMA.field(name).type)) for name in SCHEMA.names],
        schema=SCHEMA,
    )


def _pick(random: np.random.Generator, words: list[str], size: int) -> pa.Array:
    return pa.array(words).take(pa.array(random.integers(0, len(words), size)))


def _dates(
    random: np.random.Generator, day: npt.NDArray[np.int32], dated: npt.NDArray[np.bool_]
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """First and last possible days and their EDTF; the first stay in order."""
    size = len(day)
    days = day.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]")
    # A month is known only where the day drawn is its first, so that the order stays.
    coarse = random.random(size)
    month = (days == months.astype("datetime64[D]")) & (coarse < 0.75)
    year = (days == years.astype("datetime64[D]")) & (coarse < 0.5)
    week = ~month & ~year & (coarse > 0.9)
    end = days.copy()
    end[week] += 6
    end[month] = (months[month] + 1).astype("datetime64[D]") - 1
    end[year] = (years[year] + 1).astype("datetime64[D]") - 1
    texts = pa.array(np.datetime_as_string(days))
    until = pc.binary_join_element_wise(texts, pa.array(np.datetime_as_string(end)), "/")
    edtf = pc.if_else(pa.array(week), until, texts)
    edtf = pc.if_else(pa.array(month), pa.array(np.datetime_as_string(months)), edtf)
    edtf = pc.if_else(pa.array(year), pa.array(np.datetime_as_string(years)), edtf)
    absent = ~dated
    return (
        pa.array(day, mask=absent),
        pa.array(end.astype(np.int64).astype(np.int32), mask=absent),
        pc.if_else(pa.array(absent), pa.scalar(None, pa.string()), edtf),
    )


def write(path: Path, rows: int, seed: int = 1) -> Path:
    """Write a data set of so many rows; its folder must exist."""
    told = {"name": f"made up, {rows:,}", "form": "made-up", "rows": rows, "refused": 0,
            "share": True}  # fmt: skip
    schema = SCHEMA.with_metadata({METADATA: json.dumps(told).encode()})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in batches(rows, seed):
            writer.write_table(table.cast(schema), row_group_size=CHUNK)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Write made-up incidents.")
    parser.add_argument("rows", type=int)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.parquet")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(write(asked.output, asked.rows, asked.seed))


if __name__ == "__main__":
    main()
