"""The legend: what is really shown and no more, what is not on the map, the filter, the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from matplotlib.patches import Circle, Rectangle

from geo import describe
from geo.model import Annotation
from geo.picture import annotate, symbols
from geo.picture.basemap import BaseMap, Shape
from geo.picture.clusters import Placement
from geo.picture.columns import Column, Entry, Mark, fit, fitting, set_in
from geo.picture.names import NAMED
from geo.picture.palette import Palette
from geo.picture.paper import Paper
from geo.picture.sheet_map import hatched, in_force
from geo.picture.symbols import Share, Symbol
from geo.places import MEANING, UNTRANSLATED, Site, is_untranslated, name_in
from geo.vocabulary import ESTABLISHED, EVENT_TYPES, STATUSES


def incidents(shown: Sequence[Symbol]) -> list[Entry]:
    """Explain the symbols that are drawn."""
    if not shown:
        return []
    rows = [Entry("Incidents", head=True)]
    drawn: dict[str, bool] = {}
    for symbol in shown:
        for kind, established, _ in symbol.shares:
            drawn[kind] = drawn.get(kind, False) or established
    rows += [
        Entry(kind, _symbol(((kind, drawn[kind], 1),)), tall=1.85)
        for kind in EVENT_TYPES
        if kind in drawn
    ]
    first = next(kind for kind in EVENT_TYPES if kind in drawn)
    unsure = describe.listed([status for status in STATUSES if status not in ESTABLISHED], "or")
    if any(not established for symbol in shown for _, established, _ in symbol.shares):
        rows.append(
            Entry(f"hollow: {unsure}, not established", _symbol(((first, False, 1),)), tall=1.85)
        )
    points = [symbol for symbol in shown if not symbol.tag]
    some = next((s for s in points if s.count > 1), None)
    if some:
        where = "at one place"
        if any(len(symbol.sites) > 1 for symbol in points):
            where += " or close together"
        several = f"several incidents {where}; each type has its share"
        rows.append(Entry(several, _symbol(_few(some)), tall=2.6))
    tag = next((s for s in shown if s.tag), None)
    if tag:
        where = "several incidents located only to this line or area, not to a point"
        rows.append(Entry(where, _symbol(_few(tag), tag=True), tall=2.4))
    toll = max((symbol.deaths for symbol in points), default=-1)
    if toll > 0:
        text = f"outer ring: the more deaths in one incident the wider, here up to {toll:,}"
        rows.append(Entry(text, _ring, tall=2.2))
    if any(symbol.moved for symbol in shown):
        rows.append(Entry("moved aside; the dot is the place", _leader, tall=1.7))
    return rows


def _few(symbol: Symbol) -> tuple[Share, ...]:
    """A small example of what a symbol shows: at most three of its types."""
    if len(symbol.shares) == 1:
        kind, established, number = symbol.shares[0]
        return ((kind, established, min(number, 2)),)
    return tuple((kind, established, 1) for kind, established, _ in symbol.shares[:3])


def lines(
    palette: Palette, maps: Sequence[tuple[BaseMap, Sequence[Symbol]]], day: date, language: str,
    *, when: str = "", outlined: bool = False,
) -> list[Entry]:  # fmt: skip
    """Explain the lines and tints that are on these maps.

    Parameters
    ----------
    maps : sequence of (BaseMap, sequence of Symbol)
        The map and its inset, or all that are of one sheet.
    when : str
        Of what time the borders are, where that is not one day: “at the time of each map”.
    outlined : bool
        Whether the extent of an inset is marked.
    """
    borders = {
        str(shape.properties["id"]): shape
        for basemap, _ in maps
        for shape in basemap.layers["borders"]
    }.values()
    strong = [shape for shape in borders if in_force(shape, day)]
    others = [shape for shape in borders if not in_force(shape, day)]
    sites = [site for _, shown in maps for one in shown for site in one.sites if one.tag]
    rows = []
    dashed = _stroke(palette.ink, 0.7, linestyle=(0, (3, 2)), solid_capstyle="butt")
    if when and others:
        rows.append(Entry(f"border as in force {when}", _stroke(palette.ink, 2.0)))
        rows.append(Entry("as in force at other times", dashed))
        strong, others = [], []
    if strong:
        names = describe.listed(
            list(dict.fromkeys(name_in(s.properties, language) for s in strong))
        )
        since = f", as in force on {describe.day(day)}" if others else ""
        rows.append(Entry(f"{names}{since}", _stroke(palette.ink, 2.0)))
    rows += [Entry(f"{name_in(s.properties, language)} {_span(s)}", dashed) for s in others]
    if any(site.layer in ("borders", "stretches") for site in sites):
        glow = _stroke(palette.ink, 8, alpha=0.15, solid_capstyle="butt")
        rows.append(Entry("an incident happened somewhere along this line", glow, tall=1.6))
    if any(hatched(basemap, sites) for basemap, _ in maps):
        rows.append(Entry("an incident happened somewhere in this area", _hatch, tall=1.6))
    if outlined:
        rows.append(Entry("shown larger in the inset", _outline, tall=1.6))
    if any(
        not basemap.edges["countries"].is_empty or basemap.layers["exclaves"] for basemap, _ in maps
    ):
        rows.append(Entry("other country borders, exclaves", _stroke(palette.country, 0.8)))
    if any(not basemap.edges["regions"].is_empty for basemap, _ in maps):
        rows.append(Entry("borders of regions", _stroke(palette.region, 0.7)))
    if any(basemap.layers["rivers"] or basemap.layers["lakes"] for basemap, _ in maps):
        rows.append(Entry("rivers and lakes", _stroke(palette.water, 0.9)))
    if any(_has_untranslated(basemap, shown, language) for basemap, shown in maps):
        rows.append(Entry(f"{UNTRANSLATED} {MEANING[language]}"))
    return [Entry("Lines", head=True), *rows] if rows else []


def _has_untranslated(basemap: BaseMap, shown: Sequence[Symbol], language: str) -> bool:
    """Whether one of the names that may stand on the map is in English for want of another."""
    sites = {(site.layer, site.feature_id) for one in shown for site in one.sites}
    return any(
        is_untranslated(shape.properties, language)
        for layer, shapes in basemap.layers.items()
        for shape in shapes
        if layer in NAMED or (layer, str(shape.properties["id"])) in sites
    )


def _span(shape: Shape) -> str:
    start, end = shape.properties["valid_from"], shape.properties["valid_to"]
    parts = []
    if start:
        parts.append(f"from {describe.day(date.fromisoformat(start))}")
    if end:
        parts.append(f"until {describe.day(date.fromisoformat(end))}")
    return " ".join(parts)


def counts(
    placement: Placement, asked: str, *, inset: Placement | None = None, maps: str = "this map"
) -> list[Entry]:
    """Tell the filter, how many incidents the map shows, and what it cannot show."""
    rows = [Entry("Shown", head=True), Entry(f"Filter: {asked or 'none, all incidents'}.")]
    outside = sum(number for _, number in placement.beyond)
    beside = [*placement.beside, *(inset.beside if inset else ())]
    within = inset.count if inset else 0
    if placement.count or within or outside or beside or placement.unplaced:
        told = describe.count(placement.count + within, "incident")
        told += f", {within} of them in the inset" if within else ""
        rows.append(Entry(f"On {maps}: {told}."))
    if placement.unplaced:
        rows.append(Entry(f"Without a place: {placement.unplaced}."))
    if outside:
        rows.append(Entry(f"Beyond the frame: {outside}: {_listed(placement.beyond)}.", most=5))
    if beside:
        number = sum(number for _, number in beside)
        rows.append(Entry(f"Located only to ({number})", head=True))
        rows.append(Entry(f"{_listed(beside)}. These have no symbol on the map.", most=9))
    return rows


def annotated(drawn: Sequence[Annotation]) -> list[Entry]:
    """Say of what a reader has drawn that no record says it."""
    if not drawn:
        return []
    return [Entry("added by whoever made this map; not from the data", _callout, tall=1.6)]


def _callout(paper: Paper, x: float, y: float, scale: float) -> None:
    annotate.disc(paper, 1, (x, y), scale * 0.8)


def _listed(found: list[tuple[Site, int]]) -> str:
    """Sites of one name are one: both vintages of a border."""
    named: Counter[str] = Counter()
    for site, number in found:
        named[site.name] += number
    ordered = sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))
    return describe.listed([f"{name} ({number})" for name, number in ordered])


SOME_SOURCES = (
    Entry("Sources", head=True),
    Entry("and 000 more sources, listed in this file", most=2),
)
"""What is kept free for the sources at least."""


def set_legend(
    paper: Paper, entries: Sequence[Entry], found: list[dict[str, Any]], columns: list[Column],
    size: float, rest: str = "in this file",
) -> None:  # fmt: skip
    """Set the legend, and the sources in what room it leaves; say how many there was none for."""
    kept = SOME_SOURCES if found else ()
    size = fitting([*entries, *kept], columns, size)
    every = [Entry(source["line"], color=paper.palette.soft, most=4) for source in found]
    best = [*entries, *kept][: len(entries)]
    for number in range(min(len(every), 30 * len(columns)) + 1 if found else 0):
        left = len(every) - number
        text = f"and {describe.count(left, 'more source')}, listed {rest}" if number else (
            f"{describe.count(left, 'source')}, listed {rest}"
        )  # fmt: skip
        more = [Entry(text, color=paper.palette.grey)] if left else []
        tried = [*entries, SOME_SOURCES[0], *every[:number], *more]
        if fit(tried, columns, size):
            best = tried
        elif left:
            break
    set_in(paper, best, columns, size)


def _symbol(shares: tuple[Share, ...], *, tag: bool = False) -> Mark:
    def draw(paper: Paper, x: float, y: float, scale: float) -> None:
        symbols.draw(paper, Symbol((), (x, y), (x, y), shares, scale=scale, tag=tag), zorder=50)

    return draw


def _ring(paper: Paper, x: float, y: float, scale: float) -> None:
    paper.add(Circle((x, y), 3 * scale, fc=paper.palette.grey, lw=0, zorder=51))
    paper.add(Circle((x, y), 7 * scale, fill=False, ec=paper.palette.ink, lw=0.9 * scale,
                     zorder=51))  # fmt: skip


def _leader(paper: Paper, x: float, y: float, scale: float) -> None:
    ink = paper.palette.ink
    paper.line((x - 7 * scale, x + 4 * scale), (y - 2 * scale, y + 1 * scale), color=ink,
               lw=0.7 * scale, zorder=50)  # fmt: skip
    paper.add(Circle((x - 7 * scale, y - 2 * scale), 1.5 * scale, color=ink, lw=0, zorder=50))
    paper.add(Circle((x + 4 * scale, y + scale), 3.6 * scale, fc=paper.palette.grey, lw=0,
                     zorder=51))  # fmt: skip


def _stroke(color: str, width: float, **options: Any) -> Mark:
    def draw(paper: Paper, x: float, y: float, scale: float) -> None:
        paper.line(
            (x - 8 * scale, x + 8 * scale), (y, y), color=color, lw=width * scale, zorder=50,
            **{"solid_capstyle": "round", **options},
        )  # fmt: skip

    return draw


def _outline(paper: Paper, x: float, y: float, scale: float) -> None:
    box = (x - 7 * scale, y - 4 * scale, x + 7 * scale, y + 4 * scale)
    paper.rectangle(box, fill=False, ec=paper.palette.ink, lw=1.0 * scale, zorder=50)


def _hatch(paper: Paper, x: float, y: float, scale: float) -> None:
    paper.add(
        Rectangle((x - 8 * scale, y - 4 * scale), 16 * scale, 8 * scale, fc="none",
                  ec=paper.palette.hatch, lw=0.8, hatch="//////",
                  hatch_linewidth=0.5, zorder=50)
    )  # fmt: skip
