"""Fuzzes whatever reads bytes or text that somebody else wrote: ``make fuzz``.

Each target runs for a while (``MARZ_FUZZ_SECONDS``, 60 without) in a process of its own, on seeds
that are changed at random: bits and bytes, cuts, repeats, pieces of other seeds, words that mean
something to a reader. It may refuse with an error of ours; any other error, a crash of the process
or more than `SLOWEST` seconds for one input is a finding. Its input is kept in ``.fuzz/`` and its
number starts the same run again: ``python tools/fuzz.py kml --seed 7``.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from types import FrameType
from typing import NamedTuple, NoReturn
from urllib.parse import parse_qs

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geo import address, edtf  # noqa: E402
from geo.collection.packaged import Packaged  # noqa: E402
from geo.export import state  # noqa: E402
from geo.files import DATA  # noqa: E402
from geo.ingest.importing import import_file  # noqa: E402
from geo.ingest.inspection import inspect  # noqa: E402
from geo.ingest.limits import MEBIBYTE, Limits  # noqa: E402
from geo.model import Filter, GeoError, Scene  # noqa: E402
from geo.package.load import Package, load_package  # noqa: E402

CASES = ROOT / "tests/files/cases"
KEPT = ROOT / ".fuzz"
SLOWEST = 20
"""Seconds that one input may take."""
MEMORY = 3 * 1024 * MEBIBYTE
LIMITS = Limits(rows=20_000, columns=200, size=64 * MEBIBYTE, cells=200_000, output=64 * MEBIBYTE)
WORDS = [
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b'"', b"'", b",", b";", b"\t", b"NaN", b"-0"),
    *(b"9" * 40, b"1e400", b"-1", b"0", b"9999-12-31", b"0000-00-00", b"../..", b"\xed\xa0\x80"),
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"<![CDATA[", b"]]>", b"{" * 80, b"[" * 80),
    *(b"POINT EMPTY", b"null", b'{"type":"Point","coordinates":[]}', "\u202e٣٤".encode()),
    *(
        b"marz1:",
        b"PK\x03\x04",
        b"event_date",
        b"latitude",
        b"longitude",
        b"#date",
        b"\xf0\x9f\x92",
    ),
]


class Target(NamedTuple):
    """Something that reads.

    Attributes
    ----------
    seeds : callable
        Makes what is changed.
    read : callable
        Is given what came of it.
    """

    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]


def _import(ending: str) -> Callable[[bytes], None]:
    def read(content: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="marz-fuzz-") as name:
            path = Path(name) / f"file{ending}"
            path.write_bytes(content)
            inspect(path, path.name, limits=LIMITS)
            import_file(path, path.name, path.with_name("set.parquet"), limits=LIMITS)

    return read


def _cases(*endings: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(CASES.iterdir()) if path.suffix in endings]


def _table() -> list[dict[str, object]]:
    return [
        {
            "id": f"row-{number}",
            "event_date": f"2022-01-{number + 1:02}",
            "title": f"Made up {number}",
            "country": "Tajikistan",
            "latitude": 39.0 + number / 10,
            "longitude": 70.0 + number / 10,
            "fatalities": number,
        }
        for number in range(12)
    ]


def _parquet() -> list[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(_table()), out)
    return [out.getvalue()]


def _stata() -> list[bytes]:
    import pandas as pd

    found = []
    for version in (114, 118):
        out = io.BytesIO()
        pd.DataFrame(_table()).to_stata(out, write_index=False, version=version)
        found.append(out.getvalue())
    return found


def _layers(ending: str, driver: str) -> list[bytes]:
    import geopandas as gpd
    import pandas as pd

    table = pd.DataFrame(_table())
    points = gpd.points_from_xy(table["longitude"], table["latitude"])
    with tempfile.TemporaryDirectory(prefix="marz-fuzz-") as name:
        place = Path(name) / f"layer{ending}"
        frame = gpd.GeoDataFrame(table, geometry=points, crs=4326)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Shapefile cuts the names of columns
            frame.to_file(place, driver=driver)
        if ending == ".gpkg":
            return [place.read_bytes()]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for path in sorted(Path(name).iterdir()):
                archive.write(path, path.name)
        return [out.getvalue()]


KML = b"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Made up</name><TimeStamp><when>2022-01-01</when></TimeStamp><ExtendedData>
<Data name="fatalities"><value>3</value></Data></ExtendedData>
<Point><coordinates>70,39,0</coordinates></Point></Placemark>
<Placemark><name>Area</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
70,39 71,39 71,40 70,39</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Document></kml>"""
GPX = b"""<?xml version="1.0"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="39" lon="70"><time>2022-01-01T10:00:00Z</time><name>Made up</name></wpt><trk><trkseg>
<trkpt lat="39" lon="70"/><trkpt lat="40" lon="71"/></trkseg></trk></gpx>"""


def _kmz() -> list[bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", KML)
    return [out.getvalue()]


def _jsonl() -> list[bytes]:
    import json

    return ["\n".join(json.dumps(row) for row in _table()).encode()]


def _tokens() -> list[bytes]:
    package = _package()
    rows = Packaged(package).select(Filter())
    known = state.write(package, Scene(), rows, now=state.moment(date(2026, 1, 1))).encode()
    return [b"<svg>" + known + b"</svg>", b"\x89PNG\r\n\x1a\n" + b"marz1:" * 9 + known]


def _edtf(content: bytes) -> None:
    edtf.parse(content.decode("utf-8", "replace"))


def _address(content: bytes) -> None:
    given = parse_qs(content.decode("utf-8", "replace"), keep_blank_values=True)
    address.read(_package(), given)


@cache
def _package() -> Package:
    return load_package(DATA)


TARGETS: dict[str, Target] = {
    "csv": Target(lambda: _cases(".csv"), _import(".csv")),
    "gz": Target(lambda: [gzip.compress(one) for one in _cases(".csv")], _import(".csv.gz")),
    "json": Target(lambda: _cases(".json", ".geojson"), _import(".json")),
    "jsonl": Target(_jsonl, _import(".jsonl")),
    "workbook": Target(lambda: _cases(".xlsx"), _import(".xlsx")),
    "parquet": Target(_parquet, _import(".parquet")),
    "kml": Target(lambda: [KML], _import(".kml")),
    "kmz": Target(_kmz, _import(".kmz")),
    "gpx": Target(lambda: [GPX], _import(".gpx")),
    "geopackage": Target(lambda: _layers(".gpkg", "GPKG"), _import(".gpkg")),
    "shapefile": Target(lambda: _layers(".shp", "ESRI Shapefile"), _import(".zip")),
    "stata": Target(_stata, _import(".dta")),
    "state": Target(_tokens, state.read),
    "edtf": Target(lambda: [b"2022-09-14/2022-09-17", b"1992-05~", b"[2010,2011]"], _edtf),
    "address": Target(lambda: [b"country=KG&from=2022-01-01&to=2022-12-31&q=Isfara"], _address),
}


def changed(seeds: list[bytes], dice: random.Random) -> bytes:
    """A seed with some changes; of an archive, one of the files in it as a rule."""
    seed = dice.choice(seeds)
    if seed.startswith(b"PK\x03\x04") and dice.random() < 0.8:
        try:
            return _rezipped(seed, dice)
        except (zipfile.BadZipFile, ValueError, OSError):
            pass
    return _mutated(seed, seeds, dice)


def _rezipped(seed: bytes, dice: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        chosen = dice.choice(names)
        for name in names:
            content = old.read(name)
            new.writestr(name, _mutated(content, [content], dice) if name == chosen else content)
    return out.getvalue()


def _mutated(seed: bytes, seeds: list[bytes], dice: random.Random) -> bytes:
    found = bytearray(seed)
    for _ in range(1 + int(dice.expovariate(0.5))):
        at = dice.randrange(len(found) + 1)
        to = min(len(found), at + 1 + int(dice.expovariate(0.05)))
        match dice.randrange(8):
            case 0 if at < len(found):
                found[at] ^= 1 << dice.randrange(8)
            case 1 if at < len(found):
                found[at] = dice.randrange(256)
            case 2:
                del found[at:to]
            case 3:
                found[at:at] = found[at:to] * dice.choice((1, 2, 50))
            case 4:
                found[at:at] = dice.choice(WORDS)
            case 5:
                found[at:to] = dice.choice(WORDS)
            case 6:
                other = dice.choice(seeds)
                start = dice.randrange(len(other) + 1)
                found[at:at] = other[start : start + 200]
            case 7 if dice.random() < 0.2:
                del found[at:]
    return bytes(found)


def run(name: str, seconds: float, seed: int) -> int:
    """Fuzz a target in this process; how many inputs it took, or an error of somebody else's."""
    _bound()
    faulthandler.enable()
    warnings.simplefilter("ignore")
    target, dice = TARGETS[name], random.Random(f"{name} {seed}")
    seeds = target.seeds()
    for one in seeds:
        _read(target, one)
    KEPT.mkdir(exist_ok=True)
    current = KEPT / f"{name}.current"
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        content = changed(seeds, dice)
        current.write_bytes(content)
        _read(target, content)
        count += 1
    current.unlink(missing_ok=True)
    return count


def _read(target: Target, content: bytes) -> None:
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _late)
        signal.alarm(SLOWEST)
    try:
        target.read(content)
    except (GeoError, MemoryError):
        pass
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)


def _late(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TimeoutError(f"it takes longer than {SLOWEST} s")


def _bound() -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(arguments: list[str] | None = None) -> int:
    """0 without findings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    seconds = float(os.environ.get("MARZ_FUZZ_SECONDS") or 60)
    if given.alone:
        try:
            print(run(given.targets[0], seconds, given.seed))
        except BaseException:  # noqa: BLE001 - Rust's panics are no Exception
            traceback.print_exc()
            return 1
        return 0
    failed = 0
    for name in given.targets or TARGETS:
        command = [sys.executable, __file__, name, "--seed", str(given.seed), "--alone"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            print(f"{name:<12}{int(done.stdout):>9,} inputs", flush=True)
            continue
        failed += 1
        kept = KEPT / f"{name}-{given.seed}"
        current = KEPT / f"{name}.current"
        if current.exists():
            current.replace(kept)
        print(f"{name:<12}FOUND {kept} (--seed {given.seed})", flush=True)
        print(done.stderr[-2000:], flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
