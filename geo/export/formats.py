"""Every kind of file that a scene can become, a row each, for pages and the command line.

What is slow to import, or only needed for one kind of file, is imported when that is made. To add
a kind, write a function `Export` -> bytes and a row of `FORMS` with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from geo import address
from geo.collection.packaged import Packaged
from geo.export import state as file_state
from geo.export.state import token
from geo.model import FilterError, Progress, Scene
from geo.package.load import Package
from geo.picture.exported import Export

Write = Callable[[Export], bytes]


@dataclass(frozen=True)
class Form:
    """A kind of file.

    Attributes
    ----------
    ending : str
        Of its name, with the dot.
    label : str
        What a reader calls it.
    mime : str
        Its media type.
    kind : {"picture", "film", "page", "records", "bundle"}
        What there is to choose about it.
    what : str
        One sentence on what it is good for.
    write : callable
        Makes the file.
    """

    ending: str
    label: str
    mime: str
    kind: str
    what: str
    write: Write = field(repr=False)

    @property
    def preview(self) -> Write | None:
        """Draws how it will look, a PNG; None where there is nothing to see."""
        return PREVIEWS.get(self.kind)


def _picture(of: Export) -> bytes:
    if of.scene.sheet.each or of.scene.sheet.compare:
        from geo.picture import multiples

        return multiples.sheet(of)
    from geo.picture import snapshot

    return snapshot.picture(of)


def _as_png(of: Export) -> bytes:
    return _picture(replace(of, form="png"))


def _film(of: Export) -> bytes:
    from geo.picture import film

    return film.film(of)


def _still(of: Export) -> bytes:
    from geo.picture import film

    return film.still(of)


PREVIEWS = {"picture": _as_png, "film": _still, "bundle": _as_png}


def _text(of: Export) -> bytes:
    from geo.export import text

    writers: dict[str, Write] = {"html": text.html, "csv": text.csv, "geojson": text.geojson}
    return writers[of.form](of)


def _tabular(of: Export) -> bytes:
    from geo.export import tabular

    return tabular.geoparquet(of) if of.form == "parquet" else tabular.geopackage(of)


def _qml(of: Export) -> bytes:
    from geo.export import styles

    return styles.file_of(of.state).encode()


def _bundle(of: Export) -> bytes:
    from geo.export import bundle

    def drawn() -> bytes:
        # Small maps may be stopped one by one; what counts here are files.
        progress = of.progress
        going = progress and (lambda _done, _of: progress(0, len(bundle.WHAT)))
        return _as_png(replace(of, progress=going))

    return bundle.bundle(of, picture=drawn)


FORMS: dict[str, Form] = {
    form.ending: form
    for form in (
        Form(".png", "PNG", "image/png", "picture", "A picture for screens, slides and print.",
             _picture),
        Form(".svg", "SVG", "image/svg+xml", "picture", "Lines and text, to be edited or printed.",
             _picture),
        Form(".pdf", "PDF", "application/pdf", "picture", "Lines and text, ready to print.",
             _picture),
        Form(".gif", "GIF", "image/gif", "film", "A film that plays anywhere.", _film),
        Form(".mp4", "MP4", "video/mp4", "film", "A film, smaller and sharper than GIF.", _film),
        Form(".html", "HTML", "text/html", "page",
             "One page with map, timeline and every record, which opens without internet.", _text),
        Form(".csv", "CSV", "text/csv", "records", "A table for spreadsheets.", _text),
        Form(".geojson", "GeoJSON", "application/geo+json", "records", "For maps on the web.",
             _text),
        Form(".parquet", "GeoParquet", "application/vnd.apache.parquet", "records",
             "For programs that read columns. In QGIS, with the QGIS style beside it.", _tabular),
        Form(".qml", "QGIS style", "application/xml", "records",
             "The colours of the map for GeoParquet, GeoJSON or CSV. In the same folder and with "
             "the same name QGIS takes it by itself.", _qml),
        Form(".gpkg", "GeoPackage", "application/geopackage+sqlite3", "records",
             "For QGIS and ArcGIS, claims and sources included.", _tabular),
        Form(".zip", "Bundle", "application/zip", "bundle",
             "Map, records in every form, claims, sources, licences and how to cite it.", _bundle),
    )
}  # fmt: skip

PARTS = {"film": "frame", "bundle": "file", "picture": "map"}
"""Kind -> what its progress counts; a picture has progress if it is of small maps."""


def make(
    package: Package,
    shown: Scene,
    ending: str,
    *,
    day: date,
    progress: Progress | None = None,
    preview: bool = False,
) -> bytes:
    """Make a file of a scene.

    Parameters
    ----------
    shown : Scene
        What is shown; the file embeds all of it.
    ending : str
        One of `FORMS`.
    day : date
        On which it says that it was made.
    progress : callable, optional
        Called after each frame of a film, small map or file of a bundle; see `PARTS`.
    preview : bool
        Whether a picture of how it will look is wanted, and not the file.

    Returns
    -------
    bytes
        Equal for equal arguments, data and version of Marz.

    Raises
    ------
    Cancelled
        If `progress` said so.
    GeoError
        If it cannot be made.
    """
    rows = Packaged(package).select(shown.query)
    now = file_state.moment(day)
    longest = file_state.LONGEST_CELL if ending == ".csv" else token.LONGEST
    state = file_state.write(package, shown, rows, now=now, longest=longest)
    link = address.of(shown, short=True)
    write = FORMS[ending].preview if preview else FORMS[ending].write
    if write is None:
        raise FilterError(f"There is no preview of {FORMS[ending].label}.")
    form = ending.removeprefix(".")
    return write(Export(package, shown, rows, form, now, state, link, progress))


LONGEST_NAME = 80
"""Characters of a file's name before its ending."""


def file_name(scene: Scene, ending: str) -> str:
    """Name a file by what is in it, such as ``marz-2022-09-TJ-KG-battles.png``.

    Returns
    -------
    str
        The dates, what is chosen and the words that were looked for; letters, digits and hyphens.
    """
    query = scene.query
    chosen = [option for options in query.choices.values() for option in options]
    by_hand = f"{len(query.ids)} chosen" if query.ids else ""
    parts = [_span(query.start, query.end), by_hand, *chosen, query.text]
    if scene.sheet.compare and FORMS[ending].kind == "picture":
        parts.append(" vs ".join(_span(*one) for one in scene.sheet.compare))
    elif scene.sheet.each and FORMS[ending].kind == "picture":
        parts.append(f"by {scene.sheet.each}")
    written = "-".join(filter(None, map(_slug, parts))) or "all-incidents"
    return f"marz-{written[:LONGEST_NAME].rstrip('-')}{ending}"


def _span(start: date | None, end: date | None) -> str:
    """Dates as short as they can be said: a whole year or month by its number."""
    if start and end:
        after = end + timedelta(days=1)
        if start.day == after.day == 1 and start.month == after.month == 1:
            return "-".join(dict.fromkeys((str(start.year), str(end.year))))
        if start.day == after.day == 1 and (start.year, start.month) == (end.year, end.month):
            return f"{start:%Y-%m}"
        return f"{start}" if start == end else f"{start}-to-{end}"
    if start:
        return f"from-{start}"
    return f"to-{end}" if end else ""


def _slug(text: str) -> str:
    """Letters and digits of a text; codes such as TJ-KG keep their capitals."""
    plain = text if re.fullmatch("[A-Z0-9-]+", text) else text.lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")
