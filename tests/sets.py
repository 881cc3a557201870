"""Data sets made up for the tests of the engine, and a plain re-implementation of its answers."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import Geod

from geo.collection.folding import fold
from geo.collection.schema import SCHEMA
from geo.collection.tolls import Toll
from geo.collection.words import Name, Names
from geo.days import EPOCH
from geo.model import Bbox, Filter
from geo.vocabulary import country_name

Row = dict[str, Any]
TYPES = ["Battles", "Riots", "Protests", "Something of its own", None]
STATUSES = ["occurred", "alleged", "announced", "planned", None]
COUNTRIES = [";TJ;", ";KG;", ";TJ;KG;", ";AF;TJ;RU;", None]
PRECISIONS = ["exact", "near", "district", "province", "border", "country", None]
TITLES = [
    "Détente at Воруҳ",
    "Ambush by 'night'",
    "100% _sure_",
    "marz bound 0",
    "2047000001",
    None,
]
NAMES = Names(
    Name(frozenset(spellings)) for spellings in (("voruh", "vorukh"), ("khujand", "leninabad"))
)


class Rows(list[Row]):
    """Incidents; too many to be printed when a test fails."""

    def __repr__(self) -> str:
        return f"{len(self)} rows"


def rows(size: int, seed: int = 1) -> Rows:
    """Incidents with every kind of date, place and toll, and every blank."""
    dice = random.Random(seed)
    made = [_row(dice, number + 1) for number in range(size)]
    made[3]["title"], made[4]["title"] = "Strike near Ворух", "Strike near Voruh"
    for number in range(7, size, 5):  # parts of parts, and of what is not there
        made[number]["part_of"] = f"row-{number - 2}" if number % 3 else "row-elsewhere"
        if number % 2:  # at the very place of the larger event
            place = ("lon", "lat", "geo_precision", "geometry")
            made[number] |= {name: made[number - 3][name] for name in place}
    return Rows(sorted(made, key=lambda row: (row["start"] is None, row["start"] or 0)))


def _row(dice: random.Random, number: int) -> Row:
    start, end = _interval(dice)
    low = dice.choice([None, 0, 1, 7, 300])
    high = dice.choice([None, low, (low or 0) + dice.randrange(9)])
    placed = dice.random() < 0.9
    # Few places, so that cells and areas hold several.
    lon, lat = dice.choice([(69.5, 40.2), (70.6, 39.9), (-3.25, 51.5), (179.5, -84.9)])
    jitter = dice.choice([0, 0, dice.uniform(-0.4, 0.4)])
    return {
        "number": number,
        "id": f"row-{number}",
        "date": None if start is None and end is None else "2000",
        "start": start,
        "end": end,
        "title": dice.choice(TITLES),
        "note": dice.choice([None, "nothing more", "Tajik–Kyrgyz line"]),
        "event_type": dice.choice(TYPES),
        "status": dice.choice(STATUSES),
        "countries": dice.choice(COUNTRIES),
        "actors": dice.choice([None, "Border guards;Villagers"]),
        "lon": lon + jitter if placed else None,
        "lat": lat + jitter / 4 if placed else None,
        "geo_precision": dice.choice(PRECISIONS) if placed else None,
        "geometry": b"\x01" if placed and dice.random() < 0.05 else None,
        "low": low,
        "best": dice.choice([None, low]),
        "high": high,
    }


def _interval(dice: random.Random) -> tuple[int | None, int | None]:
    kind = dice.choice(["day"] * 6 + ["week", "month", "year", "years", "from", "until", "none"])
    day = date(2000, 1, 1) + timedelta(days=dice.randrange(1200))
    start = (day - EPOCH).days
    if kind == "month":
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return (first - EPOCH).days, (last - EPOCH).days
    if kind == "year":
        first, last = day.replace(month=1, day=1), day.replace(month=12, day=31)
        return (first - EPOCH).days, (last - EPOCH).days
    ends = {"day": start, "week": start + 6, "years": start + dice.randrange(40, 1500)}
    begins = None if kind in ("until", "none") else start
    return begins, ends.get(kind, start if kind == "until" else None)


def write(path: Path, made: Iterable[Row]) -> Path:
    """Write incidents as a data set."""
    table = pa.Table.from_pylist([dict.fromkeys(SCHEMA.names) | row for row in made], SCHEMA)
    pq.write_table(table, path)
    return path


# ---------------------------------------------------------------- what a filter means, plainly
def matches(row: Row, query: Filter, names: Names | None = None) -> bool:
    """Whether a row matches, said with dates and sets."""
    if query.start or query.end:
        if row["start"] is None and row["end"] is None:
            return False
        start = -(10**9) if row["start"] is None else row["start"]
        end = 10**9 if row["end"] is None else row["end"]
        low = (query.start - EPOCH).days if query.start else -(10**8)
        high = (query.end - EPOCH).days if query.end else 10**8
        if query.match == "possibly" and (end < low or start > high):
            return False
        if query.match == "certainly" and (
            (query.start and start < low) or (query.end and end > high)
        ):
            return False
    if query.ids and row["id"] not in query.ids:
        return False
    codes = set((row["countries"] or "").strip(";").split(";"))
    if query.options("country") and not codes & set(query.options("country")):
        return False
    if query.options("type") and (row["event_type"] or "") not in query.options("type"):
        return False
    if query.options("status") and (row["status"] or "") not in query.options("status"):
        return False
    if (query.near or query.within) and not _is_where(row, query):
        return False
    told = fold(
        " ".join(
            [row[key] or "" for key in ("id", "title", "note", "actors") if key in row]
            + [row.get(key) or "" for key in ("place", "admin")]
            + [country_name(code) for code in codes if code]
        )
    )
    sought = (names or Names()).sought(query.text)
    return not query.text or any(
        all(any(f" {told} ".find(one) >= 0 for one in part) for part in parts) for parts in sought
    )


def _is_where(row: Row, query: Filter) -> bool:
    """Whether a row lies where a filter looks; no outline here can be read, so all are points."""
    if row["lon"] is None:
        return False
    vague = row["geo_precision"] in ("district", "province", "border", "country")
    if query.match == "certainly" and (vague or row["geometry"]):
        return False
    lon, lat = row["lon"], row["lat"]
    if query.within:
        west, south, east, north = query.within
        if not (west <= lon <= east and south <= lat <= north):
            return False
    if query.near:
        *_, metres = Geod(a=6371008.8, f=0).inv(lon, lat, query.near.lon, query.near.lat)
        return bool(metres <= query.near.km * 1000)
    return True


def toll(found: Iterable[Row]) -> dict[str, int]:
    """Sums of deaths, where an event and its parts are all counted."""
    sums: Counter[str] = Counter(low=0, best=0, high=0, open_ended=0, silent=0)
    for row in found:
        if row["status"] in ("announced", "planned"):
            continue
        low, best, high = row["low"], row["best"], row["high"]
        given = [v for v in (low, best, high) if v is not None]
        sums["silent"] += not given
        sums["open_ended"] += bool(given) and high is None
        sums["low"] += low or 0
        sums["best"] += next((v for v in (best, low) if v is not None), 0)
        sums["high"] += next((v for v in (high, best, low) if v is not None), 0)
    return dict(sums)


def totals(found: list[Row], made: Iterable[Row]) -> dict[str, Any]:
    """Sums as `geo.collection.protocol.Totals` has them, said plainly."""
    happened = [row for row in found if row["status"] not in ("announced", "planned")]
    given = [row for row in happened if any(row[name] is not None for name in FIGURES)]
    counted = without_parts(given, made)
    sums = toll(counted)
    ends = [row[end] for row in found for end in ("start", "end") if row[end] is not None]
    years = [(EPOCH + timedelta(days=day)).year for day in ends]
    return {
        "rows": len(found),
        "mapped": sum(row["lon"] is not None for row in found),
        "unlocated": sum(row["lon"] is None for row in found),
        "undated": sum(row["start"] is None and row["end"] is None for row in found),
        "first": min(years, default=None),
        "last": max(years, default=None),
        "statuses": dict(Counter(row["status"] or "" for row in found)),
        "toll": Toll(
            low=sums["low"],
            best=sums["best"],
            high=sums["high"],
            open_ended=sums["open_ended"] > 0,
            counted=len(counted),
            alleged=sum(row["status"] == "alleged" for row in counted),
            contained=len(given) - len(counted),
            silent=len(happened) - len(given),
        ),
    }


FIGURES = ("low", "best", "high")


def without_parts(found: list[Row], made: Iterable[Row]) -> list[Row]:
    """Rows of one sum without those that a larger event among them includes."""
    parents = {row["id"]: row.get("part_of") for row in made}
    summed = {
        row["id"]
        for row in found
        if row["status"] not in ("announced", "planned")
        and any(row[name] is not None for name in FIGURES)
    }

    def inside(row: Row) -> bool:
        seen, current = {row["id"]}, parents[row["id"]]
        while current and current not in seen:
            if current in summed:
                return True
            seen.add(current)
            current = parents.get(current)
        return False

    return [row for row in found if not inside(row)]


def drawn(row: Row) -> str:
    """How a row is drawn: point, shape, the area of its precision, or "" for nowhere."""
    if row["lon"] is None:
        return ""
    if row["geo_precision"] in ("district", "province", "border", "country"):
        return str(row["geo_precision"])
    return "shape" if row["geometry"] else "point"


def bins(found: Iterable[Row], by: str, last: int) -> tuple[Counter[tuple[date, str]], int, int]:
    """Bins, spans and undated, as `geo.collection.memory.timeline` counts them."""
    counted: Counter[tuple[date, str]] = Counter()
    spans = undated = 0
    for row in found:
        if row["start"] is None and row["end"] is None:
            undated += 1
            continue
        if row["start"] is None:
            spans += 1
            continue
        start = EPOCH + timedelta(days=row["start"])
        end = EPOCH + timedelta(days=max(last, row["start"]) if row["end"] is None else row["end"])
        floor = {"month": {"day": 1}, "year": {"month": 1, "day": 1}}[by]
        if start.replace(**floor) == end.replace(**floor):
            counted[start.replace(**floor), row["event_type"] or ""] += 1
        else:
            spans += 1
    return counted, spans, undated


def address(name: str, table: str) -> str:
    """Where an engine of ``make engines`` keeps a table."""
    variable = {"postgresql": "MARZ_TEST_POSTGRES", "spark": "MARZ_TEST_SPARK"}[name]
    given = os.environ[variable]
    return f"{given}{'&' if '?' in given else '?'}table={table}"


WORLD = Bbox(-180, -85, 180, 85)
