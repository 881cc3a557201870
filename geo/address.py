"""What a map shows as pairs of an address, and back: one table for addresses, files and pages."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from geo.collection import space
from geo.collection.facets import FACETS, Facet
from geo.collection.packaged import Packaged
from geo.model import (
    DECIMALS,
    LANGUAGES,
    MATCHES,
    MAX_ANNOTATIONS,
    MAX_CHOSEN,
    MAX_LATITUDE,
    MAX_TEXT,
    PERIODS,
    PRESETS,
    STYLES,
    ZOOMS,
    Annotation,
    Bbox,
    Filter,
    FilterError,
    Near,
    Scene,
    Sheet,
    annotation,
)
from geo.model import extent as checked_extent
from geo.package import releases
from geo.package.load import Package

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""Days that can be asked for, unless the data go further."""
IGNORED = "Not everything in the address could be used."
"""What a page says above what it could not read."""
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
VIEW = re.compile(r"-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?,\d{1,2}(\.\d+)?", re.ASCII)
RANGE = re.compile(r"\d{4}(-(?!00)\d\d(-(?!00)\d\d)?)?", re.ASCII)
NUMBER = re.compile(r"-?\d{1,4}(\.\d+)?", re.ASCII)
EXTENT = re.compile(r"-?\d{1,3}(\.\d+)?(,-?\d{1,3}(\.\d+)?){3}", re.ASCII)


def limits(package: Package) -> tuple[date, date]:
    """First and last day that can be asked for."""
    first, last = Packaged(package).days()
    return min(EARLIEST, first), max(LATEST, last)


def day(package: Package, name: str, texts: Sequence[str], notices: list[str]) -> date | None:
    """Read a day."""
    return _day(texts[0], *limits(package), name, notices)


def _day(text: str, first: date, last: date, name: str, notices: list[str]) -> date | None:
    try:
        if DAY.fullmatch(text) and first <= (found := date.fromisoformat(text)) <= last:
            return found
    except ValueError:
        pass
    notices.append(f"“{name}={text}” is not a day such as 2022-09-14.")
    return None


def match(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> str | None:
    """Read how dates and places match."""
    if texts[0] in MATCHES:
        return texts[0]
    notices.append(f"“{name}={texts[0]}” is neither possibly nor certainly.")
    return None


def options(
    facet: Facet,
) -> Callable[[Package, str, Sequence[str], list[str]], tuple[str, ...]]:
    """Make what reads the options of a facet."""

    def read(
        package: Package, name: str, texts: Sequence[str], notices: list[str]
    ) -> tuple[str, ...]:
        known, words = Packaged(package).options(facet), set(facet.vocabulary())
        notices.extend(
            f"“{name}={text}” is not in these data; there are {', '.join(known) or 'none'}."
            for text in texts
            # A word of the vocabulary that no record bears is a fair question.
            if text not in known and text not in words
        )
        return tuple(text for text in texts if text in known or text in words)

    return read


def text(_: Package, __: str, texts: Sequence[str], ___: list[str]) -> str:
    """Read words, cut to `MAX_TEXT`."""
    return texts[0][:MAX_TEXT]


def incident(package: Package, _: str, texts: Sequence[str], notices: list[str]) -> str | None:
    """Read the id of a record."""
    if package.row_of(texts[0]) >= 0:
        return texts[0]
    notices.append(
        f"There is no incident “{texts[0]}” in these data (version {package.version}). "
        "Look for it in the list, or clear the filters."
    )
    return None


def release(package: Package, name: str, texts: Sequence[str], notices: list[str]) -> str | None:
    """Read the number of a release of the data."""
    known = releases.numbers(package)
    if texts[0] in known:
        return texts[0]
    notices.append(
        f"“{name}={texts[0]}” is no release of these data; there are {', '.join(known) or 'none'}."
    )
    return None


def incidents(
    package: Package, name: str, texts: Sequence[str], notices: list[str]
) -> tuple[str, ...] | None:
    """Read the ids of a set picked by hand, `MAX_CHOSEN` at most."""
    known = [text for text in dict.fromkeys(texts) if package.row_of(text) >= 0]
    notices.extend(
        f"There is no incident “{text}” in these data (version {package.version})."
        for text in dict.fromkeys(texts)
        if text not in known
    )
    if len(known) > MAX_CHOSEN:
        notices.append(
            f"{len(known)} incidents are chosen by “{name}”; the first {MAX_CHOSEN} are shown."
        )
    return tuple(known[:MAX_CHOSEN]) or None


def one_of(
    known: Iterable[str],
) -> Callable[[Package, str, Sequence[str], list[str]], str | None]:
    """Make what reads one of some words."""
    choices = tuple(filter(None, known))

    def read(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> str | None:
        if texts[0] in choices:
            return texts[0]
        notices.append(f"“{name}={texts[0]}” is not known; there are {', '.join(choices)}.")
        return None

    return read


def view(
    _: Package, name: str, texts: Sequence[str], notices: list[str]
) -> tuple[float, float, float] | None:
    """Read latitude, longitude and zoom; what lies beyond a map is brought onto it."""
    if not VIEW.fullmatch(texts[0]):
        notices.append(
            f"“{name}={texts[0]}” is no latitude, longitude and zoom, such as 39.9,70.6,8."
        )
        return None
    lat, lon, zoom = (float(part) for part in texts[0].split(","))
    return (
        max(-MAX_LATITUDE, min(MAX_LATITUDE, lat)),
        max(-180.0, min(180.0, lon)),
        max(ZOOMS[0], min(ZOOMS[1], zoom)),
    )


def bbox_of(text: str) -> Bbox:
    """Read an extent as the command line and the address give it.

    Parameters
    ----------
    text : str
        West, south, east and north in degrees, such as ``67,36.5,75,41``.

    Raises
    ------
    FilterError
        If it is none.
    """
    plain = re.sub(r"\s", "", text)
    if not EXTENT.fullmatch(plain):
        raise FilterError(
            f"“{text}” is no extent. Write west,south,east,north in degrees: 67,36.5,75,41."
        )
    return checked_extent(*(float(part) for part in plain.split(",")))


def extent(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> Bbox | None:
    """Read an extent, as `bbox_of` does."""
    try:
        return bbox_of(texts[0])
    except FilterError:
        notices.append(
            f"“{name}={texts[0]}” is no extent; write west,south,east,north in "
            "degrees: 67,36.5,75,41."
        )
        return None


def near(package: Package, name: str, texts: Sequence[str], notices: list[str]) -> Near | None:
    """Read a place and kilometres around it."""
    try:
        return space.near(package, texts[0])
    except FilterError as error:
        notices.append(f"“{name}={texts[0]}”: {error}")
        return None


def around(value: Near) -> list[str]:
    """Write a place and kilometres around it."""
    lon, lat, km, place, _ = value
    return [f"{place},{_plain(km)}"] if place else numbers((lat, lon, km))


def dpi(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> int | None:
    """Read dots an inch."""
    if re.fullmatch(r"\d{2,3}", texts[0], re.ASCII) and 50 <= int(texts[0]) <= 600:
        return int(texts[0])
    notices.append(f"“{name}={texts[0]}” is not between 50 and 600.")
    return None


def days_of(text: str) -> tuple[date, date]:
    """Read ``2021``, ``2021-09``, ``2021-09-14`` or two of these with a slash between them.

    Returns
    -------
    tuple of datetime.date
        First and last day.

    Raises
    ------
    FilterError
        If it is none, or the last day lies before the first.
    """
    first, _, last = text.strip().partition("/")
    try:
        start, end = edge_of(first), edge_of(last or first, last=True)
    except ValueError:
        start, end = LATEST, EARLIEST
    if not EARLIEST <= start <= end <= LATEST:
        raise FilterError(
            f"“{text}” is no range of dates. Write such as 2021, 2021-09 or 2021-04-28/2021-05-03."
        )
    return start, end


def edge_of(text: str, *, last: bool = False) -> date:
    """Read a day, or the first or the last one of a month or a year.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not RANGE.fullmatch(text.strip()):
        raise ValueError(text)
    year, month, day = (*(int(part) for part in text.strip().split("-")), 0, 0)[:3]
    month_at = month or (12 if last else 1)
    return date(year, month_at, day or (monthrange(year, month_at)[1] if last else 1))


def days_text(start: date, end: date) -> str:
    """Write what `days_of` reads, as short as it can be said."""
    after = end + timedelta(days=1)
    if start.day == after.day == 1:
        if start.month == after.month == 1 and after.year == start.year + 1:
            return f"{start.year}"
        if (start.year, start.month) == (end.year, end.month):
            return f"{start:%Y-%m}"
    return f"{start}" if start == end else f"{start}/{end}"


def compared(
    _: Package, name: str, texts: Sequence[str], notices: list[str]
) -> tuple[tuple[date, date], ...]:
    """Read two ranges of dates to be compared."""
    try:
        return two_ranges(texts[0])
    except FilterError as error:
        notices.append(f"“{name}={texts[0][:MAX_TEXT]}”: {error}")
        return ()


def two_ranges(text: str) -> tuple[tuple[date, date], ...]:
    """Read ``2021,2022``: two ranges as `days_of` reads them.

    Raises
    ------
    FilterError
        If there are not two.
    """
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) != 2:
        raise FilterError("Write two ranges of dates with a comma between them: 2021,2022.")
    return days_of(parts[0]), days_of(parts[1])


def ranges_text(value: Sequence[tuple[date, date]]) -> list[str]:
    """Write what `compared` reads."""
    return [",".join(days_text(*one) for one in value)]


def switch(_: Package, name: str, texts: Sequence[str], notices: list[str]) -> bool | None:
    """Read on or off."""
    if texts[0] in ("on", "off"):
        return texts[0] == "on"
    notices.append(f"“{name}={texts[0]}” is neither on nor off.")
    return None


def inset(
    package: Package, name: str, texts: Sequence[str], notices: list[str]
) -> Bbox | bool | None:
    """Read the extent of an inset, or off."""
    if texts[0] == "off":
        return False
    return extent(package, name, texts, notices)


def annotated(
    _: Package, name: str, texts: Sequence[str], notices: list[str]
) -> tuple[Annotation, ...]:
    """Read what a reader has drawn on the map."""
    found: list[Annotation] = []
    for text in texts[:MAX_ANNOTATIONS]:
        try:
            found.append(annotation_of(text))
        except FilterError as error:
            notices.append(f"“{name}={text[:MAX_TEXT]}”: {error}")
    if len(texts) > MAX_ANNOTATIONS:
        notices.append(f"There are {len(texts)} of “{name}”; {MAX_ANNOTATIONS} are drawn.")
    return tuple(found)


def annotation_of(text: str) -> Annotation:
    """Read an annotation as the address gives it.

    Parameters
    ----------
    text : str
        ``callout,39.9,70.6,Words``, ``text,39.9,70.6,Words``, ``arrow,39.9,70.6,40,71,Words`` or
        ``circle,39.9,70.6,25,Words``: latitude before longitude, kilometres.

    Raises
    ------
    FilterError
        If it is none.
    """
    kind, *rest = text.split(",")
    count = {"arrow": 4, "circle": 3}.get(kind, 2)
    if len(rest) < count or not all(NUMBER.fullmatch(part) for part in rest[:count]):
        rest = ["nan"] * count  # which is refused, and said in the words of all
    lat, lon, *more = (float(part) for part in rest[:count])
    return annotation(
        kind,
        lon,
        lat,
        ",".join(rest[count:]),
        to=(more[1], more[0]) if len(more) == 2 else None,
        km=more[0] if len(more) == 1 else 0.0,
    )


def annotation_text(one: Annotation) -> str:
    """Write what `annotation_of` reads."""
    figures = [one.lat, one.lon]
    if one.to:
        figures += [one.to[1], one.to[0]]
    if one.kind == "circle":
        figures.append(one.km)
    return ",".join([one.kind, *numbers(figures), one.text])


def drawn(value: Sequence[Annotation]) -> list[str]:
    """Write annotations, one a text."""
    return [annotation_text(one) for one in value]


def plain(value: Any) -> list[str]:
    """Write what reads as it is."""
    return [str(value)]


def inset_text(value: Bbox | bool) -> list[str]:
    """Write what `inset` reads."""
    return ["off"] if isinstance(value, bool) else numbers(value)


def numbers(values: Sequence[float]) -> list[str]:
    """Write numbers with fixed decimals: an exponent would not be read again."""
    return [",".join(_plain(value) for value in values)]


def _plain(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


Pairs = tuple[tuple[str, str], ...]
Given = Mapping[str, Sequence[str]]
MOST = 300
"""Values of one parameter, and names, that anybody could mean."""


@dataclass(frozen=True)
class Parameter:
    """One thing that a scene holds: how it is called, written and read.

    Attributes
    ----------
    name : str
        In the address.
    part : str
        Where the scene keeps it: ``query``, ``chosen`` (options of its filter), ``sheet``, or ""
        for itself.
    field : str
        Attribute of that part, or facet.
    write : callable
        Value -> texts; it is not asked for the default.
    read : callable
        Package, name, texts, and a list for what could not be read -> value, or None for the
        default.
    printed : bool
        Whether it stands in the short address; what a printed sheet looks like, the sheet shows.
    """

    name: str
    part: str
    field: str
    write: Callable[[Any], Sequence[str]]
    read: Callable[[Package, str, Sequence[str], list[str]], Any]
    printed: bool = True

    def of(self, scene: Scene) -> Any:
        """The value in a scene."""
        if self.part == "chosen":
            return scene.query.options(self.field)
        return getattr(getattr(scene, self.part) if self.part else scene, self.field)


@dataclass(frozen=True)
class Reading:
    """A scene that was read, and what could not be.

    Attributes
    ----------
    scene : Scene
        Without whatever could not be read.
    notices : tuple of str
        What that was, with a remedy, for a reader.
    reversed_range : bool
        Whether the window ends before it starts; the filter is then without it.
    """

    scene: Scene
    notices: tuple[str, ...] = ()
    reversed_range: bool = False


CHOSEN, OPEN = "only", "id"
"""Parameters of the incidents picked by hand and of the one that is open."""
_WINDOW = (
    Parameter("from", "query", "start", plain, day),
    Parameter("to", "query", "end", plain, day),
    Parameter("match", "query", "match", plain, match),
    Parameter("near", "query", "near", around, near),
    Parameter("within", "query", "within", numbers, extent),
)
AS_OF = "as-of"
_REST = (
    Parameter(AS_OF, "", "as_of", plain, release),
    Parameter(CHOSEN, "query", "ids", list, incidents),
    Parameter("q", "query", "text", plain, text),
    Parameter(OPEN, "", "selected", plain, incident),
    Parameter("lang", "", "language", plain, one_of(LANGUAGES)),
    Parameter("at", "", "at", numbers, view),
    Parameter("bbox", "", "bbox", numbers, extent),
    Parameter("note", "", "annotations", drawn, annotated, printed=False),
    Parameter("preset", "sheet", "preset", plain, one_of(PRESETS), printed=False),
    Parameter("style", "sheet", "style", plain, one_of(STYLES), printed=False),
    Parameter("title", "sheet", "title", plain, text, printed=False),
    Parameter("subtitle", "sheet", "subtitle", plain, text, printed=False),
    Parameter("timeline", "sheet", "timeline", lambda _: ["on"], switch, printed=False),
    Parameter("dpi", "sheet", "dpi", plain, dpi, printed=False),
    Parameter("each", "sheet", "each", plain, one_of(PERIODS), printed=False),
    Parameter("compare", "sheet", "compare", ranges_text, compared),
    Parameter("inset", "sheet", "inset", inset_text, inset, printed=False),
)
LAID_OUT = frozenset(one.name for one in _REST if one.part == "sheet")
"""Names of what only a picture heeds."""
TITLES = {
    "": "Atlas",
    "patterns": "Patterns",
    "border": "Borders",
    "actor": "Actors",
    "records": "Records",
    "explore": "Your data",
    "changes": "What’s new",
    "sources": "Sources",
    "reopen": "Reopen",
    "incident": "Incident",
}
"""Last part of the address of a page of the app -> its title, in the order of the menu."""
PLAIN = Scene()


def parameters() -> tuple[Parameter, ...]:
    """Everything that a scene holds, in the order in which an address says it."""
    facets = (Parameter(f.name, "chosen", f.name, list, options(f)) for f in FACETS)
    return (*_WINDOW, *facets, *_REST)


def pairs(scene: Scene, *, short: bool = False) -> Pairs:
    """Say a scene as the pairs of an address; what is as usual is not said.

    Parameters
    ----------
    short : bool
        Whether to leave out how the sheet is laid out.

    Returns
    -------
    tuple of (str, str)
        `read` makes the same scene of them.
    """
    return tuple(
        (one.name, text)
        for one in parameters()
        if (one.printed or not short) and one.of(scene) != one.of(PLAIN)
        for text in one.write(one.of(scene))
    )


def of(scene: Scene, *, short: bool = False) -> str:
    """Say a scene as a relative address, such as ``?from=2022-01-01&border=TJ-KG``.

    Letters of every script stand as they are, so that it can be read on paper and typed;
    ``?`` alone is everything.
    """
    return "?" + "&".join(f"{name}={_quoted(text)}" for name, text in pairs(scene, short=short))


def _quoted(text: str) -> str:
    return "".join(
        character
        if character.isalnum() or character in "-._~,:/"
        else quote_plus(character, errors="replace")
        for character in text
    )


def grouped(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Gather pairs by name."""
    given: dict[str, list[str]] = {}
    for name, value in found:
        given.setdefault(name, []).append(value)
    return given


def given_in(text: str) -> dict[str, list[str]]:
    """Parameters of an address, whole or relative."""
    query = urlsplit(text).query if "?" in text else text
    return parse_qs(query, errors="replace")


def package_of(package: Package, given: Given) -> Package:
    """The package that parameters ask for: as it is, or with the records of a release."""
    asked = next(iter(given.get(AS_OF, ())), "")
    return releases.as_of(package, asked) if asked in releases.numbers(package) else package


def plainly(given: Given) -> dict[str, list[str]]:
    """Parameters with several ``id`` read as ``only``: no more than one record can be open."""
    found = {name: list(values) for name, values in given.items()}
    if len(found.get(OPEN, ())) > 1:
        found[CHOSEN] = [*found.get(CHOSEN, ()), *found.pop(OPEN)]
    return found


def read(package: Package, given: Given, *, others: bool = False) -> Reading:
    """Read parameters; what makes no sense is left out and said.

    Parameters
    ----------
    package : Package
        Tells which options and ids exist.
    given : mapping of str to sequence of str
        From an address, from a file or from anybody else: nothing in it is trusted. Names that
        are not of `parameters` are passed over.
    others : bool
        Whether other collections are asked as well: days, options and ids that the package does
        not have are then as good as any.
    """
    notices: list[str] = []
    given = plainly(given)
    parts: dict[str, dict[str, Any]] = {"query": {}, "chosen": {}, "sheet": {}, "": {}}
    for one in parameters():
        texts = [_fair(text) for text in list(given.get(one.name, ()))[:MOST] if text]
        if others and (one.part == "chosen" or one.name == CHOSEN):
            value: Any = tuple(text[:MAX_TEXT] for text in texts[:MAX_CHOSEN]) or None
        elif others and one.read is day:
            value = _day(texts[0], date.min, date.max, one.name, notices) if texts else None
        else:
            value = one.read(package, one.name, texts, notices) if texts else None
        if value is not None:
            parts[one.part][one.field] = value
    asked = {**parts["query"], "chosen": parts["chosen"]}
    try:
        query, reversed_range = Filter(**asked), False
    except FilterError as error:
        notices.append(str(error))
        query = Filter(**{**asked, "start": None, "end": None})
        reversed_range = True
    scene = Scene(query=query, sheet=Sheet(**parts["sheet"]), **parts[""])
    return Reading(scene, tuple(notices), reversed_range)


def _fair(text: str) -> str:
    """Without lone surrogates, which JSON can hold and nothing can show."""
    return text.encode("utf-8", "replace").decode("utf-8")
