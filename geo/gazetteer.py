"""The places that records name: which hold which, and on what an unlocated one is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from geo import once
from geo.checks import JOINED
from geo.package import Package


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the gazetteer, or a line or area that a record may hang on.

    Attributes
    ----------
    place_id, name, kind, country : str
        As in its layer; `name` is the English one.
    within : str
        Place id of what holds it; "" where its layer does not say.
    located : bool
        Whether it has a geometry of its own.
    names : tuple of str
        Every spelling in every language that the layer gives, the English name first.
    """

    place_id: str
    name: str
    kind: str
    country: str
    within: str
    located: bool
    names: tuple[str, ...]


@once.a_package
def entries(package: Package) -> dict[str, Entry]:
    """Every place that a record may name, by its place id; of several vintages the last."""
    frames = [package.layers[layer] for layer in JOINED if layer in package.layers]
    return {
        str(row["place_id"]): Entry(
            place_id=str(row["place_id"]),
            name=str(row["name"] or row["place_id"]),
            kind=str(row["kind"]),
            country=str(row["country"]),
            within=str(row["within"]),
            located=located,
            names=tuple(dict.fromkeys(_names(row))),
        )
        for frame, located in [*((frame, True) for frame in frames), (package.unlocated, False)]
        for row in frame.sort_values("id").to_dict("records")
    }


def entry(package: Package, place_id: str) -> Entry | None:
    """The place of an id; None where it is blank or in no layer."""
    return entries(package).get(place_id)


def chain(package: Package, place_id: str) -> list[Entry]:
    """A place and what holds it, from the inside out; empty for an unknown id."""
    found: list[Entry] = []
    current = entry(package, place_id)
    while current is not None and current not in found:
        found.append(current)
        current = entry(package, current.within)
    return found


def drawn_on(package: Package, place_id: str) -> str:
    """Place id of the feature on which a place is drawn.

    Returns
    -------
    str
        The id itself where the place has a geometry, else that of the first of what holds it
        that has one; "" where there is none.
    """
    return next((e.place_id for e in chain(package, place_id) if e.located), "")


def _names(row: dict[str, object]) -> list[str]:
    found = [str(row["name"] or row["place_id"])]
    for column, value in row.items():
        if str(column).startswith(("name_", "names_")):
            parts = value if isinstance(value, list) else [value]
            found += [part for part in parts if isinstance(part, str) and part]
    return found
