"""What a map shows as pairs of an address, and back: one table for addresses, files and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from geo import values
from geo.errors import FilterError
from geo.facets import FACETS
from geo.model import (
    LANGUAGES,
    PERIODS,
    PRESETS,
    STYLES,
    Filter,
    Scene,
    Sheet,
)
from geo.package import Package

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
        Where the scene keeps it: ``query``, ``sheet``, or "" for itself.
    field : str
        Attribute of that part.
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


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("from", "query", "start", values.plain, values.day),
    Parameter("to", "query", "end", values.plain, values.day),
    Parameter("match", "query", "match", values.plain, values.match),
    *(Parameter(f.parameter, "query", f.name, list, values.options(f)) for f in FACETS),
    Parameter("q", "query", "text", values.plain, values.text),
    Parameter("id", "", "selected", values.plain, values.incident),
    Parameter("lang", "", "language", values.plain, values.one_of(LANGUAGES)),
    Parameter("at", "", "at", values.numbers, values.view),
    Parameter("bbox", "", "bbox", values.numbers, values.extent),
    Parameter("preset", "sheet", "preset", values.plain, values.one_of(PRESETS), printed=False),
    Parameter("style", "sheet", "style", values.plain, values.one_of(STYLES), printed=False),
    Parameter("title", "sheet", "title", values.plain, values.text, printed=False),
    Parameter("subtitle", "sheet", "subtitle", values.plain, values.text, printed=False),
    Parameter("timeline", "sheet", "timeline", lambda _: ["on"], values.switch, printed=False),
    Parameter("dpi", "sheet", "dpi", values.plain, values.dpi, printed=False),
    Parameter("each", "sheet", "each", values.plain, values.one_of(PERIODS), printed=False),
)
"""Everything that a scene holds, in the order in which an address says it."""
LAID_OUT = frozenset(one.name for one in PARAMETERS if not one.printed)
"""Names of what only a picture heeds."""
PLAIN = Scene()


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
        for one in PARAMETERS
        if (one.printed or not short) and one.of(scene) != one.of(PLAIN)
        for text in one.write(one.of(scene))
    )


def address(scene: Scene, *, short: bool = False) -> str:
    """Say a scene as a relative address, such as ``?from=2022-01-01&border=TJ-KG``.

    Letters of every script stand as they are, so that it can be read on paper and typed;
    ``?`` alone is everything.
    """
    return "?" + "&".join(f"{name}={_quoted(text)}" for name, text in pairs(scene, short=short))


def _quoted(text: str) -> str:
    return "".join(
        sign if sign.isalnum() or sign in "-._~,:/" else quote_plus(sign, errors="replace")
        for sign in text
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
    return grouped(parse_qsl(query, errors="replace"))


def read(package: Package, given: Given) -> Reading:
    """Read parameters; what makes no sense is left out and said.

    Parameters
    ----------
    package : Package
        Tells which options and ids exist.
    given : mapping of str to sequence of str
        From an address, from a file or from anybody else: nothing in it is trusted. Names that
        are not in `PARAMETERS` are passed over.
    """
    notices: list[str] = []
    parts: dict[str, dict[str, Any]] = {"query": {}, "sheet": {}, "": {}}
    for one in PARAMETERS:
        texts = [_fair(text) for text in list(given.get(one.name, ()))[:MOST] if text]
        value = one.read(package, one.name, texts, notices) if texts else None
        if value is not None:
            parts[one.part][one.field] = value
    try:
        query, reversed_range = Filter(**parts["query"]), False
    except FilterError as error:
        notices.append(str(error))
        query = Filter(**{**parts["query"], "start": None, "end": None})
        reversed_range = True
    scene = Scene(query=query, sheet=Sheet(**parts["sheet"]), **parts[""])
    return Reading(scene, tuple(notices), reversed_range)


def _fair(text: str) -> str:
    """Without halves of signs, which JSON can hold and nothing can show."""
    return text.encode("utf-8", "replace").decode("utf-8")
