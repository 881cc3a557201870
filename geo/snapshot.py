"""A map of incidents as a PNG that can be printed, cited and made again.

Drawn with matplotlib's Figure alone: pyplot keeps global state, which a server must not have.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from shapely.geometry import box

from geo import places, sheetlegend, symbols, words
from geo.ground import BOTTOM, LEFT, RIGHT, TOP, Ground, ground
from geo.model import Bbox, Filter, Scene
from geo.package import Package
from geo.paper import FAINT, GREY, HEIGHT, WIDTH, Paper
from geo.records import licences, sources_of
from geo.sheetmap import draw_ground, draw_names, draw_sites, scale_bar
from geo.symbols import Symbol
from geo.vocabulary import EVENT_TYPES

Rows = npt.NDArray[np.intp]
TITLE, BODY, SMALL = 17.0, 9.0, 6.8
"""The three sizes of type beside the map, in points."""
FRAME = (LEFT, BOTTOM, RIGHT, TOP)
EDGE = 26.0
"""Margin of the paper, in points."""
RC: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "marz", "pdf.fonttype": 42}
_DRAWING = Lock()
"""matplotlib's fonts are not made for several threads, and Streamlit has one a reader."""


def picture(
    package: Package,
    scene: Scene,
    rows: Rows,
    *,
    form: str,
    now: datetime,
    state: str = "",
    address: str = "",
) -> bytes:
    """Draw incidents on a printed map.

    Parameters
    ----------
    scene : Scene
        What was asked for, the extent, the language of the names and the sheet.
    rows : array of int
        Positions in ``package.incidents``.
    form : {"png", "svg", "pdf"}
        Kind of file.
    now : datetime
        When it is said to be made; only its day is.
    state : str
        Text that is kept in the file, so that the same view can be opened again.
    address : str
        Short address of the view, printed at the foot.

    Returns
    -------
    bytes
        Equal for equal arguments and data.
    """
    out = io.BytesIO()
    with _DRAWING, matplotlib.rc_context(RC):
        figure = compose(package, scene.query, rows, bbox=scene.bbox, now=now)
        if form == "png":
            chunks = {**_chunks(package, scene.query, rows, now), "Marz-State": state}
            figure.savefig(out, format="png", dpi=scene.sheet.dpi, metadata=chunks)
        elif form == "svg":
            kept: dict[str, Any] = {"Date": now.date().isoformat(), "Keywords": [state]}
            figure.savefig(out, format="svg", metadata=kept)
        else:
            midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
            kept = {"CreationDate": midnight, "Keywords": state}
            figure.savefig(out, format="pdf", metadata=kept)
    return out.getvalue()


def compose(
    package: Package, query: Filter, rows: Rows, *, bbox: Bbox | None, now: datetime
) -> Figure:
    """Lay out the sheet: head, map, side, foot.

    Returns
    -------
    matplotlib.figure.Figure
        12 by 8 inches. Names on the map carry the gid ``label``.
    """
    on = ground(package, bbox)
    day = places.vintage_day(package, rows, today=now.date())
    found, outside = _symbols(package, rows, on)
    paper = Paper()
    frame = draw_ground(paper, on, day)
    draw_sites(paper, on, [symbol.site for symbol in found if symbol.site], frame)
    bar = scale_bar(paper, on)
    for symbol in found:
        symbols.draw(paper, symbol)
    draw_names(paper, on, found, day, taken=[bar])
    _head(paper, package, query, rows)
    _side(paper, package, query, rows, on, found, outside, day)
    _foot(paper, package, on, now)
    return paper.figure


def _symbols(package: Package, rows: Rows, on: Ground) -> tuple[list[Symbol], list[Symbol]]:
    """Symbols within the frame, pushed apart, and those of sites beyond it."""
    colors = [color for color, _ in EVENT_TYPES.values()]
    known = places.sites(package)
    inside: list[Symbol] = []
    outside: list[Symbol] = []
    for feature in places.features(package, rows)["features"]:
        members = feature["properties"]["m"]
        counts: dict[tuple[int, bool], int] = {}
        for _, kind, established, *_ in members:
            key = (kind, bool(established))
            counts[key] = counts.get(key, 0) + 1
        site = known[feature["properties"]["n"]]
        x, y = _anchor(on, site)
        symbol = Symbol(
            site=site,
            anchor=(x, y),
            at=(x, y),
            shares=tuple(
                (colors[kind], established, number)
                for (kind, established), number in sorted(
                    counts.items(), key=lambda item: (item[0][0], not item[0][1])
                )
            ),
            deaths=max(member[3] for member in members),
        )
        within = LEFT <= x <= RIGHT and BOTTOM <= y <= TOP
        (inside if within else outside).append(symbol)
    return symbols.apart(inside, FRAME), outside


def _anchor(on: Ground, site: places.Site) -> tuple[float, float]:
    """Where a site's symbol stands: for a line or an area, on what of it the frame holds."""
    x, y = on.point(site.lon, site.lat)
    if site.is_point or (LEFT <= x <= RIGHT and BOTTOM <= y <= TOP):
        return x, y
    frame = box(*FRAME)
    for shape in on.layers[site.layer]:
        if str(shape.properties["id"]) == site.feature_id:
            part = shape.geometry.intersection(frame)
            if not part.is_empty:
                point = places.representative_point(part)
                return point.x, point.y
    return x, y


def _head(paper: Paper, package: Package, query: Filter, rows: Rows) -> None:
    measure = WIDTH - 2 * EDGE
    title = str(package.descriptor.get("title", "Marz"))
    y = HEIGHT - EDGE - 12
    y = paper.paragraph(EDGE, y, title, TITLE, measure, bold=True, most=1, leading=1.25)
    paper.paragraph(EDGE, y + 2, words.summary(package, query, rows), BODY + 1, measure, most=2)


def _side(
    paper: Paper,
    package: Package,
    query: Filter,
    rows: Rows,
    on: Ground,
    found: list[Symbol],
    outside: list[Symbol],
    day: date,
) -> None:
    x, measure = RIGHT + 20, WIDTH - EDGE - RIGHT - 20
    side = sheetlegend.Side(
        paper, x, TOP - 6, measure, floor=BOTTOM, heading=BODY, body=SMALL + 0.7
    )
    sheetlegend.legend(side, on, found, day)
    unplaced = [int(row) for row in rows if places.site_of(package, int(row)) is None]
    sheetlegend.beyond(side, outside, len(unplaced))
    side.block("Shown", [words.filter_in_words(query) or "all incidents of the data package"])
    sheetlegend.sources(side, sources_of(package, rows))


def _foot(paper: Paper, package: Package, on: Ground, now: datetime) -> None:
    measure = WIDTH - 2 * EDGE
    made = (
        f"Made on {words.day(now.date())} with Marz, data version {package.version}. "
        f"{on.sheet.name}."
    )
    paper.axes.plot([EDGE, WIDTH - EDGE], [44, 44], color=FAINT, lw=0.5)
    y = paper.paragraph(EDGE, 35, made, SMALL, measure, color=GREY, most=1)
    credit = ". ".join(line.rstrip(".") for line in words.attribution(package))
    paper.paragraph(EDGE, y, credit, SMALL - 0.6, measure, color=GREY, most=3, leading=1.25)


def _chunks(package: Package, query: Filter, rows: Rows, made: datetime) -> dict[str, str]:
    asked: dict[str, Any] = asdict(query)
    for end in ("start", "end"):
        asked[end] = asked[end].isoformat() if asked[end] else None
    terms = [f"{one['title']} ({one['covers']})" for one in licences(package)]
    return {
        "Title": str(package.descriptor.get("title", "Marz")),
        "Description": words.summary(package, query, rows)
        + " Shown: "
        + (words.filter_in_words(query) or "all incidents")
        + ".",
        "Source": "; ".join(source["line"] for source in sources_of(package, rows)),
        "Copyright": "; ".join([*words.attribution(package), *terms]),
        "Creation Time": made.date().isoformat(),
        "Software": f"Marz, matplotlib {matplotlib.__version__}",
        "Marz-Filter": json.dumps(asked, ensure_ascii=False, sort_keys=True),
        "Marz-Data-Version": package.version,
    }
