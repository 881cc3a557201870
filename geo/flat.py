"""Incidents as a flat table: one row a record, its claims and sources in words beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo import words
from geo.package import Package
from geo.records import record

Rows = npt.NDArray[np.intp]
WORDS = {
    "when": "The date in words, with its precision.",
    "where": "The place in words, as exactly as it is known and no more.",
    "source_ids": "Ids of the sources that the record cites, separated by semicolons.",
    "sources": "The sources as a bibliography gives them, with paragraphs and address.",
    "claims": "Each party's account: who, in what way, what, and its own count of deaths.",
}
"""Columns that Marz adds to those of the incidents table, and what they say."""
DECIMALS = 5
"""Of coordinates in files: about a metre."""


def own_columns(package: Package, table: str = "incidents") -> list[str]:
    """Names of the fields that a package describes for a table, in their order."""
    fields = package.resources[table]["schema"]["fields"]
    return [str(field["name"]) for field in fields]


def columns(package: Package) -> list[str]:
    """Names of the columns of `cells`: the package's own first."""
    own = own_columns(package)
    return [*own, *(name for name in WORDS if name not in own)]


def cells(package: Package, row: int) -> dict[str, Any]:
    """Give one incident as a flat row.

    Parameters
    ----------
    row : int
        Position in ``package.incidents``.

    Returns
    -------
    dict
        The cells of the incidents table as they are (None or NA where blank), and `WORDS`.
    """
    incident = package.incidents.iloc[row]
    known = record(package, row)
    said = {
        "when": known["when"],
        "where": known["where"],
        "source_ids": ";".join(source["id"] for source in known["sources"]),
        "sources": "; ".join(_citation(source) for source in known["sources"]),
        "claims": " | ".join(_account(claim) for claim in known["claims"]),
    }
    return {**said, **{name: incident[name] for name in own_columns(package)}}


def drawn(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Round a geometry for a file: to some metre, rings by the right-hand rule.

    Parameters
    ----------
    geometry : shapely geometry or None
        EPSG:4326.

    Returns
    -------
    shapely geometry or None
        None where there is nothing to draw.
    """
    if geometry is None or geometry.is_empty:
        return None
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))
    # Rounding may fold a sliver over; the geometry as it came is better than a broken one.
    chosen = rounded if rounded.is_valid else geometry
    return shapely.orient_polygons(chosen, exterior_cw=False)


def _citation(source: dict[str, Any]) -> str:
    parts = (source["line"], source["paragraphs"], source["url"])
    return ", ".join(part for part in parts if part)


def _account(claim: dict[str, Any]) -> str:
    toll = f"; {words.count(claim['deaths'], 'death')}" if claim["deaths"] is not None else ""
    return f"{claim['claimant']} ({claim['stance_words']}{toll}): {claim['statement']}"
