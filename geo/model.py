"""Frozen values that travel between the modules: Interval, Bbox, Filter, Sheet, Scene, Problem."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, TypeAlias

Progress = Callable[[int, int], bool]
"""Called with how many parts are done and of how many; False stops what is being made."""


def tell(progress: Progress | None, done: int, of: int) -> None:
    """Tell how far a file is.

    Raises
    ------
    Cancelled
        If the answer is to stop.
    """
    if progress is not None and not progress(done, of):
        raise Cancelled("It was stopped before it was done; nothing was written.")


class GeoError(Exception):
    """Base of all errors of Marz; its text is fit to be shown to a reader."""


class EdtfError(GeoError):
    """A date is not EDTF in one of the forms that Marz reads."""


class FilterError(GeoError):
    """A filter cannot be made from what was asked; names the option and the remedy."""


class PackageError(GeoError):
    """A data package cannot be used at all.

    Parameters
    ----------
    message : str
        What is wrong, for a reader.
    problems : sequence of Problem
        Every problem found, not only the first.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class WriteError(GeoError):
    """A file could not be written; what stood there before is untouched."""


class ChartError(GeoError):
    """A chart could not be drawn as a file."""


class StateError(GeoError):
    """A file embeds no view that Marz can open again."""


class Cancelled(GeoError):
    """Somebody stopped what was being made, or a newer question took its place."""


class EngineError(GeoError):
    """A data set cannot be opened or asked; says what to do."""


class ReadError(GeoError):
    """A file of somebody else's data cannot be imported; says why and what to do."""


class LimitError(ReadError):
    """A file asks for more time, memory, rows or columns than it is given."""


class DayError(ValueError):
    """A date of somebody else's data is not read; its text is a code of `geo.ingest.report`."""


class MixedError(ValueError):
    """A geometry of somebody else's data holds shapes of several kinds."""


class RequestError(GeoError):
    """A request over HTTP that cannot be answered.

    Parameters
    ----------
    status : int
        Of HTTP.
    details : sequence of str
        What is wrong, each with a remedy.
    """

    def __init__(self, status: int, *details: str) -> None:
        super().__init__(" ".join(details))
        self.status, self.details = status, details


class QuestionError(ReadError):
    """A file can be read in more than one way, and only its reader can tell which.

    Parameters
    ----------
    message : str
        The questions in words, for a reader.
    questions : sequence of str
        Their codes: ``day-first`` or ``calendar``.
    """

    def __init__(self, message: str, questions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.questions = tuple(questions)


MATCHES = ("possibly", "certainly")
"""How a filter treats an uncertain date or place: it may lie within, or it must."""

PRESETS = ("a4", "a4-portrait", "a3", "a3-portrait", "slide", "square", "column")
"""Papers of a picture; A4 and A3 lie on their long side unless told otherwise."""
STYLES = ("light", "dark", "grey")
RESOLUTIONS = (150, 300, 600)
"""Pixels an inch of a PNG that are offered; others between 50 and 600 are drawn too."""
PERIODS = ("year", "month", "type")
"""What a sheet of small multiples may have a map for each of."""
LANGUAGES = {"": "English", "tg": "Тоҷикӣ", "ky": "Кыргызча", "ru": "Русский", "fa": "دری"}
"""Code of the language of the names on the map -> its own name; "" is the default."""
LANGUAGE_NAMES = {"tg": "Tajik", "ky": "Kyrgyz", "ru": "Russian", "fa": "Dari"}
"""Code of such a language -> its English name."""
MAX_TEXT = 200
"""Characters of a search, a title or a subtitle."""
MAX_CHOSEN = 100
"""Incidents of a set picked by hand: so many ids fit into an address that servers take."""
MAX_LATITUDE = 85.0
ZOOMS = 1.0, 14.0
"""Of a map; at zoom 0 the world is 256 pixels wide, and twice as wide at each step."""
MAX_KM = 2000
"""Kilometres around a place that can be asked for."""
ANNOTATIONS = ("callout", "text", "arrow", "circle")
"""Kinds of what a reader may draw on a map; callouts are numbered in their order."""
MAX_ANNOTATIONS, MAX_ANNOTATION = 20, 80
"""Annotations of a map, and characters of one."""
SMALLEST = 0.001
"""Degrees that an extent has at least each way: about a hundred metres."""
DECIMALS = 6
"""Of coordinates of a scene: about a decimetre, and an address gives them back unchanged."""


class Bbox(NamedTuple):
    """An extent in degrees, EPSG:4326."""

    west: float
    south: float
    east: float
    north: float


class Problem(NamedTuple):
    """One thing wrong with a data package, printed as ``file:id: message``."""

    file: str
    id: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.id}: {self.message}"


@dataclass(frozen=True, slots=True)
class Interval:
    """The days within which something happened; both ends belong to it.

    Attributes
    ----------
    start, end : datetime.date or None
        First and last possible day. None is an end that the source leaves open.
    uncertain, approximate : bool
        The qualifiers ``?`` and ``~`` of EDTF (``%`` sets both).
    text : str
        The EDTF text that it was read from.
    """

    start: date | None
    end: date | None
    uncertain: bool = False
    approximate: bool = False
    text: str = ""


class Near(NamedTuple):
    """A place and how far around it.

    Attributes
    ----------
    lon, lat : float
        Its point, EPSG:4326.
    km : float
        Distance on the ground, `MAX_KM` at most.
    place, name : str
        Its place id and what it is called; "" for a point that has none.
    """

    lon: float
    lat: float
    km: float
    place: str = ""
    name: str = ""


Chosen: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asked for. Empty means: all. Hashable, so it keys caches.

    Attributes
    ----------
    start, end : datetime.date or None
        The window; both days belong to it.
    match : {"possibly", "certainly"}
        Whether an uncertain date or place may lie within what is asked for, or must.
    chosen : mapping of str to sequence of str
        Name of a facet of `geo.collection.facets.FACETS` -> options; an incident matches when it
        has any of them. Kept as pairs, sorted; see `options`.
    text : str
        Words that must occur in what is written about the incident; see `geo.collection.words`.
    near : Near or None
        Around which place.
    within : Bbox or None
        In which extent, EPSG:4326.
    ids : sequence of str
        Ids of a set picked by hand, `MAX_CHOSEN` at most; only these. Kept sorted, each once.

    Raises
    ------
    FilterError
        If the window is reversed, `match` is neither of the two words, `near` or `within` is
        not on a map, or there are too many `ids`.
    """

    start: date | None = None
    end: date | None = None
    match: str = "possibly"
    chosen: Mapping[str, Sequence[str]] | Chosen = ()
    text: str = ""
    near: Near | None = None
    within: Bbox | None = None
    ids: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise FilterError(
                f"The date range is reversed: it ends ({self.end}) before it starts "
                f"({self.start}). Exchange the two dates."
            )
        if self.match not in MATCHES:
            raise FilterError(
                f"A filter matches “possibly” or “certainly”, not “{self.match}”. Choose one of "
                "the two."
            )
        if self.near is not None:
            object.__setattr__(self, "near", _checked(self.near))
        if self.within is not None:
            object.__setattr__(self, "within", extent(*self.within))
        object.__setattr__(self, "ids", tuple(sorted(set(self.ids))))
        if len(self.ids) > MAX_CHOSEN:
            raise FilterError(
                f"{len(self.ids):,} incidents are chosen; {MAX_CHOSEN} is the most. Choose fewer, "
                "or filter by what they have in common."
            )
        given = self.choices
        kept = sorted((name, tuple(sorted(set(given[name])))) for name in given if given[name])
        object.__setattr__(self, "chosen", tuple(kept))
        object.__setattr__(self, "text", _shown(self.text))

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """Facet -> options, of those facets in which any is chosen."""
        pairs = self.chosen.items() if isinstance(self.chosen, Mapping) else self.chosen
        return {name: tuple(options) for name, options in pairs}

    def options(self, facet: str) -> tuple[str, ...]:
        """What is chosen in a facet; nothing means all."""
        return self.choices.get(facet, ())

    def choosing(self, facet: str, *options: str) -> Filter:
        """The same filter with other options, or none, in one facet."""
        return replace(self, chosen={**self.choices, facet: options})


def _checked(near: Near) -> Near:
    lon, lat, km = (_rounded(value) for value in near[:3])
    # Written so that NaN is refused too.
    if not (abs(lon) <= 180 and abs(lat) <= MAX_LATITUDE and 0 < km <= MAX_KM):
        raise FilterError(
            f"{km:g} km around {lat:g}, {lon:g} is not on a map. Write a latitude, a longitude and "
            f"at most {MAX_KM:,} km."
        )
    return near._replace(lon=lon, lat=lat, km=km)


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a picture is laid out. Hashable, so it keys caches.

    Attributes
    ----------
    preset : str
        One of `PRESETS`.
    style : str
        One of `STYLES`.
    title, subtitle : str
        The reader's own words; "" for those that Marz writes.
    timeline : bool
        Whether the strip of incidents by time stands below the map.
    dpi : int
        Pixels an inch, 50 to 600; only a PNG heeds it.
    each : str
        One of `PERIODS` for a sheet of small multiples, "" for one map.
    compare : tuple of (date, date)
        Two ranges of dates that are shown side by side instead of the filter's, both days of each
        included; () for none.
    inset : Bbox or bool
        Extent of a second, larger map of a part; True where a crowded part asks for one.

    Raises
    ------
    FilterError
        If a value is none of these.
    """

    preset: str = PRESETS[0]
    style: str = STYLES[0]
    title: str = ""
    subtitle: str = ""
    timeline: bool = False
    dpi: int = 300
    each: str = ""
    inset: Bbox | bool = True
    compare: tuple[tuple[date, date], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.inset, bool):
            object.__setattr__(self, "inset", extent(*self.inset))
        for name, known in (("preset", PRESETS), ("style", STYLES), ("each", ("", *PERIODS))):
            if getattr(self, name) not in known:
                raise FilterError(
                    f"There is no {name} “{getattr(self, name)}”. "
                    f"Choose one of {', '.join(filter(None, known))}."
                )
        if len(self.compare) not in (0, 2) or any(end < start for start, end in self.compare):
            raise FilterError("Compare two ranges of dates, each with its first day first.")
        if not 50 <= self.dpi <= 600:
            raise FilterError(f"{self.dpi} dpi is not between 50 and 600. Write such as 300.")
        for name in ("title", "subtitle"):
            object.__setattr__(self, name, _line(getattr(self, name)))


def _line(text: str) -> str:
    """One line of characters that can be drawn, no longer than `MAX_TEXT`."""
    return _shown(text)[:MAX_TEXT].rstrip()


def _shown(text: str) -> str:
    """The characters that can be drawn, with one blank where there is room between them."""
    shown = (
        character
        for character in text
        if character.isspace() or unicodedata.category(character) not in UNSHOWN
    )
    return " ".join("".join(shown).split())


UNSHOWN = ("Cc", "Cs")
"""Unicode's categories of controls and of lone surrogates: no paper shows them."""


class Annotation(NamedTuple):
    """What a reader has drawn on a map, with words that are theirs and not the data's.

    Attributes
    ----------
    kind : str
        One of `ANNOTATIONS`.
    lon, lat : float
        Where it stands, an arrow begins or a circle has its centre; EPSG:4326.
    text : str
        One line, at most `MAX_ANNOTATION` characters; an arrow or a circle may go without.
    to : tuple of float or None
        Longitude and latitude of the head of an arrow.
    km : float
        Radius of a circle on the ground, `MAX_KM` at most.
    """

    kind: str
    lon: float
    lat: float
    text: str = ""
    to: tuple[float, float] | None = None
    km: float = 0.0


def annotation(
    kind: str,
    lon: float,
    lat: float,
    text: str = "",
    to: Sequence[float] | None = None,
    km: float = 0.0,
) -> Annotation:
    """Check an annotation.

    Raises
    ------
    FilterError
        If it is of no kind, not on a map, or lacks what its kind needs.
    """
    ends = [(lon, lat), *([(to[0], to[1])] if to is not None else [])]
    # Written so that NaN is refused too.
    on_map = all(abs(x) <= 180 and abs(y) <= MAX_LATITUDE for x, y in ends)
    text = _line(text)[:MAX_ANNOTATION].rstrip()
    whole = {
        "callout": bool(text),
        "text": bool(text),
        "arrow": to is not None,
        "circle": 0 < km <= MAX_KM,
    }
    if not (on_map and whole.get(kind, False)):
        raise FilterError(
            f"“{kind}” at {lat:g}, {lon:g} is no annotation. Write a kind "
            f"({', '.join(ANNOTATIONS)}), latitude and longitude; of an arrow those of its head "
            "too, of a circle the kilometres; then the text."
        )
    head = (_rounded(ends[1][0]), _rounded(ends[1][1])) if kind == "arrow" else None
    radius = _rounded(km) if kind == "circle" else 0.0
    return Annotation(kind, _rounded(lon), _rounded(lat), text, head, radius)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything but the data that decides what a map shows: it is kept in each file.

    Attributes
    ----------
    query : Filter
        Which incidents.
    bbox : Bbox or None
        Extent of a picture; None for that of the borders.
    at : tuple of float or None
        Latitude, longitude and zoom of the dashboard's map.
    selected : str
        Id of the incident that is open, "" for none.
    language : str
        Language of the names on the map, "" for English.
    sheet : Sheet
        How a picture is laid out.
    as_of : str
        Number of the release of the data whose records are shown; "" for those of today.
    annotations : sequence of Annotation
        What the reader has drawn on the map, `MAX_ANNOTATIONS` at most.

    Raises
    ------
    FilterError
        If the extent, the view or the language is none, or there are too many annotations.
    """

    query: Filter = field(default_factory=Filter)
    bbox: Bbox | None = None
    at: tuple[float, float, float] | None = None
    selected: str = ""
    language: str = ""
    sheet: Sheet = field(default_factory=Sheet)
    as_of: str = ""
    annotations: tuple[Annotation, ...] = ()

    def __post_init__(self) -> None:
        if self.bbox is not None:
            object.__setattr__(self, "bbox", extent(*self.bbox))
        if self.at is not None:
            lat, lon, zoom = self.at
            if not (abs(lat) <= MAX_LATITUDE and abs(lon) <= 180 and 0 <= zoom <= 24):
                raise FilterError(
                    f"{self.at} is no latitude, longitude and zoom. Write such as 39.9,70.6,8."
                )
            object.__setattr__(self, "at", tuple(_rounded(value) for value in self.at))
        kept = tuple(annotation(*one) for one in self.annotations)
        object.__setattr__(self, "annotations", kept)
        if len(kept) > MAX_ANNOTATIONS:
            raise FilterError(f"A map has {MAX_ANNOTATIONS} annotations at most. Leave some out.")
        if self.language not in LANGUAGES:
            raise FilterError(
                f"There are no names in the language “{self.language}”. "
                f"Choose one of {', '.join(filter(None, LANGUAGES))}."
            )


def extent(west: float, south: float, east: float, north: float) -> Bbox:
    """Check an extent in degrees.

    Raises
    ------
    FilterError
        If it is reversed, smaller than `SMALLEST` or not on a map.
    """
    bbox = Bbox(*(_rounded(value) for value in (west, south, east, north)))
    # Written so that NaN is refused too.
    if not (
        -180 <= bbox.west <= bbox.east - SMALLEST <= 180 - SMALLEST
        and -MAX_LATITUDE <= bbox.south <= bbox.north - SMALLEST <= MAX_LATITUDE - SMALLEST
    ):
        raise FilterError(
            f"{','.join(f'{value:g}' for value in bbox)} is no extent. "
            "Write west,south,east,north in degrees: 67,36.5,75,41."
        )
    return bbox


def _rounded(value: float) -> float:
    return round(float(value), DECIMALS) + 0.0  # which makes -0.0 a plain zero
