"""Incidents as files: CSV, GeoJSON, and one HTML page that needs no internet.

Each carries what was asked for, the day it was made, the version of the data, sources,
licences and credits, so that it can be cited and made again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from geo import describe, files, places, records
from geo.collection.schema import SCHEMA
from geo.export import html as page_html
from geo.export.state import NAME
from geo.model import GeoError
from geo.package.differences import Change
from geo.package.load import Package
from geo.package.tables import written
from geo.picture.exported import Export
from geo.records import licences, record, sources_of
from geo.webmap import basemap, scripts

TEMPLATE = Path(__file__).with_name("page.html")
STYLES = (
    *("fonts.css", "leaflet/leaflet.css", "marz.css", "page.css"),
    *("list.css", "timeline.css", "facets.css"),
)


def provenance(of: Export) -> dict[str, Any]:
    """Say what every file says of itself.

    Returns
    -------
    dict
        ``title``, ``summary`` (the sentence), ``filter`` (in words), ``made`` (the day),
        ``data_version``, ``attribution`` (list of lines), ``licences`` and ``sources``.
    """
    return {
        "title": of.package.title,
        "summary": describe.summary(of.package, of.scene.query, of.rows),
        "filter": describe.filter_in_words(of.scene.query) or "all incidents",
        "made": of.now.date().isoformat(),
        "data_version": of.package.version,
        "attribution": describe.attribution(of.package),
        "licences": licences(of.package),
        "sources": sources_of(of.package, of.rows),
    }


def csv(of: Export, *, mark: bool = True) -> bytes:
    """Write incidents as one plain table.

    Parameters
    ----------
    mark : bool
        Whether to begin with a byte order mark: spreadsheets read a file right only with it,
        programs read a stream right only without.

    Returns
    -------
    bytes
        UTF-8; one row of headings, then one an incident: `LOCATED`, which every program finds by
        itself, and the columns of `geo.records.columns`. ``about`` stands in the first row only:
        filter, version of the data, day, licences and credits. A text that a spreadsheet would
        run as a formula has an apostrophe before it. The state is kept in the column
        ``marz_state`` of the last row, or as the last heading of a table without rows.
    """
    package, rows, state = of.package, of.rows, of.state
    about = provenance(of)
    licensed = "; ".join(f"{one['name']} ({one['covers']})" for one in about["licences"])
    told = (
        f"{about['title']}. Filter: {about['filter']}. Data version {about['data_version']}. "
        f"Made on {about['made']}. Licences: {licensed}. "
        f"Credits: {'; '.join(about['attribution'])}."
    )
    columns = [*LOCATED, *records.columns(package), "about"]
    if state:
        columns.append(NAME if len(rows) else state)
    # Behind all texts of records, so that none of them poses as the state: the last one counts.
    cells = (
        {
            **located(package, int(row)),
            **records.cells(package, int(row)),
            "about": told if number == 1 else "",
            NAME: state if number == len(rows) else "",
        }
        for number, row in enumerate(rows, 1)
    )
    return written(columns, cells, mark=mark)


LOCATED = ("latitude", "longitude", "location_of")
"""Columns of a CSV that say where a record is, and whether that is a point."""


def located(package: Package, row: int) -> dict[str, Any]:
    """Say where an incident is, for programs that know points only.

    Returns
    -------
    dict
        `LOCATED`: degrees (EPSG:4326), and ``point``, or “representative point of …” where no
        more is known than that line or area; all blank without a place.
    """
    site = places.site_of(package, row)
    if site is None:
        return dict.fromkeys(LOCATED, "")
    of = "point" if site.is_point else f"representative point of {site.name}"
    return {"latitude": site.lat, "longitude": site.lon, "location_of": of}


CHANGES = ("table", "id", "kind", "field", "before", "after", "reason")
"""Columns of a table of changes."""


def changes(found: Iterable[Change], *, mark: bool = True) -> bytes:
    """Write differences of two releases as CSV, each with what was, what is, and why."""
    rows = ({name: getattr(one, name) for name in CHANGES} for one in found)
    return written(CHANGES, rows, mark=mark)


def geojson(of: Export) -> bytes:
    """Write incidents as a FeatureCollection of RFC 7946.

    Returns
    -------
    bytes
        UTF-8 JSON. A feature's geometry is what its record hangs on – a border line or an area
        where no more is known – and null without a place; its properties are `record`'s.
        `provenance` stands at the top as foreign members, the state at the end as ``marz_state``.
    """
    shapes = places.geodata(of.package, of.rows)
    features = []
    for row, geometry in zip(of.rows, shapes.geometry, strict=True):
        known = record(of.package, int(row))
        shape = records.drawn(geometry)
        features.append(
            {
                "type": "Feature",
                "id": known["id"],
                "geometry": None if shape is None else shapely.geometry.mapping(shape),
                "properties": known,
            }
        )
    kept = {NAME: of.state} if of.state else {}
    document = {"type": "FeatureCollection", **provenance(of), "features": features, **kept}
    return (basemap.dumps(document) + "\n").encode(errors="replace")


def html(of: Export) -> bytes:
    """Write one HTML file that opens anywhere, without internet and without a server.

    It holds every record and opens on the scene; whoever gets it can widen or narrow the filter.
    Its map shows all of the extent, where the view `at` does not say otherwise; that of the
    borders without either. The state is kept in the last JSON block, ``marz-state``.

    Returns
    -------
    bytes
        Equal for equal exports: the map with Leaflet, our scripts, the base map and the records
        inside. Texts of the data stand in JSON blocks only and are shown through ``textContent``;
        a content security policy lets no script run but the ones written here, and nothing be
        fetched.

    Raises
    ------
    GeoError
        If a file of ``static/`` is missing.
    """
    linked = (_static(basemap.LEAFLET), _enclosed(scripts.link(files.STATIC / page_html.SCRIPT)))
    styles = [_inlined(_static(name)) for name in STYLES]
    blocks = {
        # The page lists its sources itself, once for all.
        "about": {key: value for key, value in provenance(of).items() if key != "sources"},
        **page_html.blocks(of.package, of.scene, now=of.now),
    }
    texts = {name: basemap.dumps(value) for name, value in blocks.items()}
    if of.state:
        texts["state"] = basemap.dumps(of.state)
    hashes = " ".join(_hash(script) for script in linked)
    policy = (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"base-uri 'none'; form-action 'none'; script-src {hashes}"
    )
    parts = {
        "policy": policy,
        "styles": "\n".join(f"<style>\n{style}</style>" for style in styles),
        "data": "\n".join(_block(name, text) for name, text in texts.items()),
        "scripts": "\n".join(f"<script>{script}</script>" for script in linked),
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
        text = (files.STATIC / name).read_text("utf-8")
    except OSError as error:
        raise GeoError(f"static/{name} is missing. Restore it from the repository.") from error
    return _enclosed(text)


def _enclosed(text: str) -> str:
    # What ends the element early would also let text out of it; no script of ours needs it.
    return re.sub(r"</(?=script|style)", r"<\\/", text, flags=re.IGNORECASE).replace("\r\n", "\n")


def _inlined(style: str) -> str:
    """Put fonts into a style sheet; drop pictures, which a single file has not beside it."""

    def replaced(found: re.Match[str]) -> str:
        path = files.STATIC / found[1]
        if path.suffix != ".woff2" or not path.is_file():
            return "none"
        content = base64.b64encode(path.read_bytes()).decode()
        return f"url(data:font/woff2;base64,{content})"

    return re.sub(r"url\(['\"]?(?!data:)([^)'\"]*)['\"]?\)", replaced, style)


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _block(name: str, text: str) -> str:
    """An element that holds JSON; characters that could end it stand only within strings there."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="marz-{name}">{text}</script>'


MOST_OF_A_SET = 50_000
"""Records of a set that a file holds; for more there is the command line."""
LEFT_OUT = ("number", "start", "end", "geometry", "other", "place_known")
"""Columns that say again what others say, or what no cell holds."""


def datasets_csv(tables: Sequence[tuple[str, pa.Table]]) -> bytes:
    """Write records of several sets.

    Parameters
    ----------
    tables : sequence of (str, pyarrow.Table)
        Name of a set, and rows in `geo.collection.schema.SCHEMA`.

    Returns
    -------
    bytes
        UTF-8 with a mark, so that spreadsheets read it right; no cell can run as a formula.
    """
    names = [name for name in SCHEMA.names if name not in LEFT_OUT]
    rows = (
        {"data_set": name, **row, "place_words": describe.where(row)}
        for name, table in tables
        for row in table.drop_columns(["geometry", "other"]).to_pylist()
    )
    return written(["data_set", *names, "place_words"], rows, mark=True)
