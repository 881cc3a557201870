"""The citable bundle: one zip with the map, the records in every format, and what they are.

It is a Frictionless Data Package: `frictionless validate datapackage.json` checks it, byte by
byte. The same scene, data and day make the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from geo import describe
from geo.export import styles, tabular
from geo.export import text as export_text
from geo.export.bundle import bundle_tables, deposit, descriptor, papers, terms
from geo.export.bundle.descriptor import Part
from geo.model import tell
from geo.package.releases import Release
from geo.picture.exported import Export
from geo.webmap import basemap

STATE = "marz-state.txt"
WHAT = {
    "map.png": "The map as a picture.",
    "map.html": "The map with every record of the data, opened on this selection and extent: one "
    "page that filters, plays and shows by itself, without internet.",
    "incidents.csv": "The records of this selection, one row each.",
    "incidents.geojson": "The same with geometry, claims and sources, as GeoJSON (RFC 7946).",
    "incidents.parquet": "The same as GeoParquet 1.1.",
    "incidents.gpkg": "The same as a GeoPackage: points, lines and areas in layers of their own, "
    "what has no place in a table, claims and sources beside.",
    "incidents.qml": "A style by which QGIS opens any of these in the colours of the map.",
    "claims.csv": "Who says what about these records, one row an account.",
    "accounts.csv": "Who counts how many of whose dead and hurt, one row a figure.",
    "actors.csv": "Who acts, speaks or is acted upon in these records.",
    "incident_actors.csv": "Which actor has which role in which record.",
    "citations.csv": "Which source, and which paragraphs of it, each record rests on.",
    "sources.csv": "The sources named.",
    "datapackage.json": "Describes every file and field (Frictionless Data Package).",
    "README.md": "What was asked for, how to cite it, what to know.",
    "CITATION.cff": "How to cite it, for programs.",
    STATE: "The view, for opening it again in Marz.",
}
"""Files of a bundle in their order, and what each is; LICENSES stands beside."""
EARLIEST = date(1980, 1, 1)
"""A zip cannot tell an earlier day."""


def bundle(
    of: Export, *, picture: Callable[[], bytes], release: Release | None = None
) -> bytes:  # fmt: skip
    """Pack a selection so that it can be cited, checked and opened again.

    The state stands in ``marz-state.txt`` and within each format; the progress counts files.

    Parameters
    ----------
    picture : callable
        Makes the map as a PNG.
    release : Release, optional
        The one that these records are, all of them: the bundle is then that of a release, with
        what `deposit` adds.

    Returns
    -------
    bytes
        A zip with the files of `WHAT` and the folder ``LICENSES``, dated to the day of the export.

    Raises
    ------
    Cancelled
        If the progress says so.
    GeoError
        If a file of ``static/``, or a licence of a part of Marz, is missing.
    """
    package, scene, rows, query, day = of.package, of.scene, of.rows, of.scene.query, of.now.date()
    asked = "" if release else describe.filter_in_words(query) or "all incidents"
    summary = describe.summary(package, query, rows)
    parts: dict[str, Part] = {}

    def part(name: str, content: bytes | str | Part) -> None:
        if isinstance(content, str):
            content = content.encode(errors="replace")
        parts[name] = content if isinstance(content, Part) else Part(content)
        tell(of.progress, len(parts), len(WHAT))

    part("map.png", picture())
    # It opens on what the picture shows, wherever the map was looked at.
    opened = replace(scene, at=None, annotations=())
    part("map.html", export_text.html(replace(of, scene=opened)))
    tables = bundle_tables.tables(package, rows)
    part("incidents.csv", tables["incidents"])
    part("incidents.geojson", export_text.geojson(of))
    part("incidents.parquet", tabular.geoparquet(of))
    part("incidents.gpkg", tabular.geopackage(of))
    part("incidents.qml", styles.file_of())
    for name in (name for name in tables if name != "incidents"):
        part(f"{name}.csv", tables[name])
    # Another border's package need not have every table.
    names = [n for n in WHAT if not n.endswith(".csv") or n.removesuffix(".csv") in tables]
    further = deposit.parts(package, release, summary=summary) if release else {}
    listed = [
        *((name, WHAT[name]) for name in names),
        *(deposit.WHAT.items() if release else ()),
        ("LICENSES", "The licences of all that is inside."),
    ]
    readme = papers.readme(package, scene, rows, day=day, address=of.address, files=listed)
    part("README.md", readme)
    cited = papers.citation(package, asked, day=day, abstract=summary)
    part("CITATION.cff", cited)
    part(STATE, of.state)
    for name, one in further.items():
        part(name, one)
    licences = {f"LICENSES/{n}": Part(t) for n, t in terms.texts(package).items()}
    every = {**parts, **licences}
    described = descriptor.describe(
        package, rows, every, day=day, asked=asked, summary=summary, address=of.address
    )
    part("datapackage.json", basemap.dumps(described) + "\n")
    order = [*names, *further, *licences]
    contents = {name: {**every, **parts}[name].content for name in order}
    return _zip(contents | ({deposit.SUMS: deposit.sums(contents)} if release else {}), day)


def _zip(files: dict[str, bytes], day: date) -> bytes:
    out = io.BytesIO()
    stamp = max(day, EARLIEST)
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (stamp.year, stamp.month, stamp.day, 0, 0, 0))
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            # The state is looked for as it stands; a picture and columns are packed already.
            stored = name.endswith((".png", ".parquet", STATE))
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=6)
    return out.getvalue()
