"""Incidents as files to take away: CSV, GeoJSON, and one HTML page that needs no internet.

Each carries what was asked for, the day it was made, the version of the data, sources,
licences and credits, so that it can be cited and made again.
"""

from __future__ import annotations

import base64
import csv as csv_writer
import hashlib
import io
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo import base, places, sendpage, words
from geo.errors import GeoError
from geo.model import Filter
from geo.package import Package
from geo.records import licences, record, sources_of
from geo.tables import safe_cell

Rows = npt.NDArray[np.intp]
TEMPLATE = Path(__file__).with_name("page.html")
SCRIPTS = (*base.SCRIPTS, *sendpage.SCRIPTS)
STYLES = ("fonts.css", "leaflet/leaflet.css", "marz.css", "page/page.css")
DECIMALS = 5
"""Of coordinates in files: about a metre."""


def provenance(package: Package, query: Filter, rows: Rows, now: datetime) -> dict[str, Any]:
    """Say what every file says of itself.

    Returns
    -------
    dict
        ``title``, ``summary`` (the sentence), ``filter`` (in words), ``made`` (ISO time),
        ``data_version``, ``attribution`` (list of lines), ``licences`` and ``sources``.
    """
    return {
        "title": str(package.descriptor.get("title", "Marz")),
        "summary": words.summary(package, query, rows),
        "filter": words.filter_in_words(query) or "all incidents",
        "made": now.isoformat(timespec="seconds"),
        "data_version": package.version,
        "attribution": words.attribution(package),
        "licences": licences(package),
        "sources": sources_of(package, rows),
    }


def csv(
    package: Package,
    query: Filter,
    rows: Rows,
    *,
    now: datetime | None = None,
    mark: bool = True,
) -> bytes:
    """Write incidents as one plain table.

    Parameters
    ----------
    now : datetime, optional
        When it is said to be made; the present without.
    mark : bool
        Whether to begin with a byte order mark: spreadsheets read a file right only with it,
        programs read a stream right only without.

    Returns
    -------
    bytes
        UTF-8; the columns of
        ``incidents.csv``, then ``when`` and ``where`` in words, ``source_ids``, ``sources``,
        ``claims``, and in each row alike ``filter``, ``data_version``, ``made``, ``licences``
        and ``attribution``: a row that is cut out and passed on still says where it is from.
        A text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    about = provenance(package, query, rows, now or _now())
    same = {
        "filter": about["filter"],
        "data_version": about["data_version"],
        "made": about["made"],
        "licences": "; ".join(f"{one['name']} ({one['covers']})" for one in about["licences"]),
        "attribution": "; ".join(about["attribution"]),
    }
    own = _own_columns(package)
    columns = [*own, "when", "where", "source_ids", "sources", "claims", *same]
    out = io.StringIO(newline="")
    writer = csv_writer.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        incident = package.incidents.iloc[int(row)]
        known = record(package, int(row))
        cells = {
            **{name: incident[name] for name in own},
            "when": known["when"],
            "where": known["where"],
            "source_ids": ";".join(source["id"] for source in known["sources"]),
            "sources": "; ".join(_citation(source) for source in known["sources"]),
            "claims": " | ".join(_account(claim) for claim in known["claims"]),
            **same,
        }
        writer.writerow({name: safe_cell(value) for name, value in cells.items()})
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8")


def _own_columns(package: Package) -> list[str]:
    fields = package.resources["incidents"]["schema"]["fields"]
    return [str(field["name"]) for field in fields]


def _citation(source: dict[str, Any]) -> str:
    parts = (source["line"], source["paragraphs"], source["url"])
    return ", ".join(part for part in parts if part)


def _account(claim: dict[str, Any]) -> str:
    toll = f"; {words.count(claim['deaths'], 'death')}" if claim["deaths"] is not None else ""
    return f"{claim['claimant']} ({claim['stance_words']}{toll}): {claim['statement']}"


def geojson(package: Package, query: Filter, rows: Rows, *, now: datetime | None = None) -> bytes:
    """Write incidents as a FeatureCollection of RFC 7946.

    Parameters
    ----------
    now : datetime, optional
        When it is said to be made; the present without.

    Returns
    -------
    bytes
        UTF-8 JSON. A feature's geometry is what its record hangs on – a border line or an area
        where no more is known – and null without a place; its properties are `record`'s.
        `provenance` stands at the top as foreign members.
    """
    shapes = places.geodata(package, rows)
    features = []
    for row, geometry in zip(rows, shapes.geometry, strict=True):
        known = record(package, int(row))
        features.append(
            {
                "type": "Feature",
                "id": known["id"],
                "geometry": _mapping(geometry),
                "properties": known,
            }
        )
    about = provenance(package, query, rows, now or _now())
    document = {"type": "FeatureCollection", **about, "features": features}
    return (base.dumps(document) + "\n").encode(errors="replace")


def _mapping(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    if geometry is None or geometry.is_empty:
        return None
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))
    # Rounding may fold a sliver over; the geometry as it came is better than a broken one.
    chosen = rounded if rounded.is_valid else geometry
    return dict(shapely.geometry.mapping(chosen))


def html(
    package: Package,
    query: Filter,
    rows: Rows,
    *,
    now: datetime,
    selected: str = "",
    at: tuple[float, float, float] | None = None,
) -> bytes:
    """Write one HTML file that opens anywhere, without internet and without a server.

    It holds every record and opens on the filter; whoever gets it can widen or narrow that.

    Parameters
    ----------
    now : datetime
        When it is said to be made. All else being equal, equal bytes come out.
    selected : str
        Id of the record that is open at first, "" for none.
    at : tuple of float, optional
        Latitude, longitude and zoom that its map opens on; that of both borders without.

    Returns
    -------
    bytes
        The map with Leaflet, our scripts, the base map and the records inside. Texts of the
        data stand in JSON blocks only and are shown through ``textContent``; a content
        security policy lets no script run but the ones written here, and nothing be fetched.

    Raises
    ------
    GeoError
        If a file of ``static/`` is missing.
    """
    scripts = [_static(name) for name in SCRIPTS]
    styles = [_inlined(_static(name)) for name in STYLES]
    about = provenance(package, query, rows, now)
    blocks = {
        # The page lists its sources itself, once for all.
        "about": {key: value for key, value in about.items() if key != "sources"},
        **sendpage.blocks(package, query, now=now, selected=selected, at=at),
    }
    hashes = " ".join(_hash(script) for script in scripts)
    policy = (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"base-uri 'none'; form-action 'none'; script-src {hashes}"
    )
    parts = {
        "policy": policy,
        "styles": "\n".join(f"<style>\n{style}</style>" for style in styles),
        "data": "\n".join(_block(name, value) for name, value in blocks.items()),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    # In one pass, so that a marker within what is filled in stays text.
    page = re.sub(
        r"<!--marz:(\w+)-->|%marz:(\w+)%",
        lambda found: parts[found[1] or found[2]],
        TEMPLATE.read_text("utf-8"),
    )
    return page.encode(errors="replace")


def _static(name: str) -> str:
    try:
        text = (base.STATIC / name).read_text("utf-8")
    except OSError as error:
        raise GeoError(f"static/{name} is missing. Restore it from the repository.") from error
    # What ends the element early would also let text out of it; no script of ours needs it.
    return re.sub(r"</(?=script|style)", r"<\\/", text, flags=re.IGNORECASE).replace("\r\n", "\n")


def _inlined(style: str) -> str:
    """Put fonts into a style sheet; drop pictures, which a single file has not beside it."""

    def replaced(found: re.Match[str]) -> str:
        path = base.STATIC / found[1]
        if path.suffix != ".woff2" or not path.is_file():
            return "none"
        content = base64.b64encode(path.read_bytes()).decode()
        return f"url(data:font/woff2;base64,{content})"

    return re.sub(r"url\(['\"]?(?!data:)([^)'\"]*)['\"]?\)", replaced, style)


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _block(name: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="marz-{name}">{text}</script>'


def _now() -> datetime:
    return datetime.now().astimezone()
