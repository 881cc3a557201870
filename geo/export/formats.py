"""Every file that a scene can be exported as: one table for pages and the command line.

What is slow to import, or only needed for one kind of file, is imported when that is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from geo import address
from geo.collection import memory
from geo.export import state as file_state
from geo.export.state import token
from geo.model import Progress, Scene
from geo.package.load import Package


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
    """

    ending: str
    label: str
    mime: str
    kind: str
    what: str


FORMS: dict[str, Form] = {
    form.ending: form
    for form in (
        Form(".png", "PNG", "image/png", "picture", "A picture for screens, slides and print."),
        Form(".svg", "SVG", "image/svg+xml", "picture", "Lines and text, to be edited or printed."),
        Form(".pdf", "PDF", "application/pdf", "picture", "Lines and text, ready to print."),
        Form(".gif", "GIF", "image/gif", "film", "A film that plays anywhere."),
        Form(".mp4", "MP4", "video/mp4", "film", "A film, smaller and sharper than GIF."),
        Form(
            ".html",
            "HTML",
            "text/html",
            "page",
            "One page with map, timeline and every record, which opens without internet.",
        ),
        Form(".csv", "CSV", "text/csv", "records", "A table for spreadsheets."),
        Form(".geojson", "GeoJSON", "application/geo+json", "records", "For maps on the web."),
        Form(
            ".parquet",
            "GeoParquet",
            "application/vnd.apache.parquet",
            "records",
            "For programs that read columns.",
        ),
        Form(
            ".gpkg",
            "GeoPackage",
            "application/geopackage+sqlite3",
            "records",
            "For QGIS and ArcGIS, claims and sources included.",
        ),
        Form(
            ".zip",
            "Bundle",
            "application/zip",
            "bundle",
            "Map, records in every form, claims, sources, licences and how to cite it.",
        ),
    )
}


PARTS = {"film": "frame", "bundle": "file", "picture": "map"}
"""Kind -> what its progress counts; a picture has progress if it is of small maps."""


def make(
    package: Package,
    shown: Scene,
    ending: str,
    *,
    day: date,
    progress: Progress | None = None,
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
    rows = memory.select(package, shown.query)
    now = file_state.moment(day)
    longest = file_state.LONGEST_CELL if ending == ".csv" else token.LONGEST
    state = file_state.write(package, shown, rows, now=now, longest=longest)
    link = address.of(shown, short=True)
    kind, form = FORMS[ending].kind, ending.removeprefix(".")
    if kind == "picture":
        return _picture(package, shown, rows, form, now, state, link, progress)
    if kind == "film":
        from geo.picture import film

        return film.film(
            package,
            shown,
            rows,
            form=form,
            now=now,
            progress=progress,
            state=state,
            address=link,
        )
    if kind == "bundle":
        from geo.export import bundle

        def drawn() -> bytes:
            # Small maps may be stopped one by one; what counts here are files.
            going = progress and (lambda done, of: progress(0, len(bundle.WHAT)))
            return _picture(package, shown, rows, "png", now, state, link, going)

        return bundle.bundle(
            package,
            shown,
            rows,
            now=now,
            state=state,
            address=link,
            picture=drawn,
            progress=progress,
        )
    asked = shown.query
    if ending == ".html":
        from geo.export import text as export_text

        return export_text.html(
            package,
            asked,
            rows,
            now=now,
            selected=shown.selected,
            at=shown.at,
            bbox=shown.bbox,
            state=state,
        )
    if ending in (".csv", ".geojson"):
        from geo.export import text as export_text

        write = export_text.csv if ending == ".csv" else export_text.geojson
        return write(package, asked, rows, now=now, state=state)
    from geo.export import tabular

    store = tabular.geoparquet if ending == ".parquet" else tabular.geopackage
    return store(package, asked, rows, now=now, state=state)


def _picture(
    package: Package,
    shown: Scene,
    rows: file_state.Rows,
    form: str,
    now: datetime,
    state: str,
    address: str,
    progress: Progress | None,
) -> bytes:
    if shown.sheet.each:
        from geo.picture import multiples

        return multiples.sheet(
            package,
            shown,
            rows,
            by=shown.sheet.each,
            form=form,
            now=now,
            progress=progress,
            state=state,
            address=address,
        )
    from geo.picture import snapshot

    return snapshot.picture(package, shown, rows, form=form, now=now, state=state, address=address)
