"""Marz as a library: read a data package, choose records, take them on to pandas or GeoPandas.

>>> import marz
>>> package = marz.read()
>>> rows = marz.select(package, start="2022-09-01", end="2022-10-31", border="TJ-KG")
>>> frame = marz.to_geopandas(package, rows)

Everything else is below ``geo`` and may change from one version to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import VERSION, describe, places
from geo import records as whole
from geo.collection import tolls
from geo.collection.facets import FACETS
from geo.collection.packaged import Packaged
from geo.model import Filter, FilterError, GeoError
from geo.package.load import Package, Rows, load_package

__all__ = [
    "VERSION",
    "FilterError",
    "GeoError",
    "Package",
    "linked",
    "read",
    "record",
    "say",
    "select",
    "to_geopandas",
    "to_pandas",
    "toll",
]


def read(directory: str | Path | None = None) -> Package:
    """Read a data package.

    Parameters
    ----------
    directory : str or Path, optional
        A folder with ``datapackage.json``. Without, that in ``MARZ_DATA``, or else Marz's own.

    Returns
    -------
    Package
        ``incidents``, ``claims``, ``citations`` and ``sources`` (pandas.DataFrame), ``layers``
        (geopandas.GeoDataFrame by name), ``version``, and ``problems``: what was left out.

    Raises
    ------
    GeoError
        If there is no such package.
    """
    return load_package(None if directory is None else Path(directory))


def select(
    package: Package,
    *,
    start: str | date | None = None,
    end: str | date | None = None,
    match: str = "possibly",
    text: str = "",
    **facets: str | Sequence[str],
) -> Rows:
    """Choose records, as the dashboard does.

    Parameters
    ----------
    start, end : str or datetime.date, optional
        First and last day, such as ``2022-09-14``; both are within.
    match : {"possibly", "certainly"}
        Whether an uncertain date may lie within these days, or must.
    text : str
        Words that must all occur; a name of a place stands for all its spellings.
    **facets : str or sequence of str
        Options by filter, any of those given: ``border="TJ-KG"``, ``type=["Battles", "Riots"]``.
        The names are those of the address: ``country``, ``actor``, ``border``, ``type``,
        ``status``, ``tag`` and so on.

    Returns
    -------
    numpy.ndarray of int
        Positions in ``package.incidents``, in the order of time.

    Raises
    ------
    FilterError
        Names what is not known, and what there is.
    """
    known = [facet.name for facet in FACETS]
    if strange := sorted(set(facets) - set(known)):
        raise FilterError(f"There is no filter {', '.join(strange)}. Use {', '.join(known)}.")
    chosen = {name: (one,) if isinstance(one, str) else tuple(one) for name, one in facets.items()}
    query = Filter(start=_day(start), end=_day(end), match=match, text=text, chosen=chosen)
    collection = Packaged(package)
    collection.check(query)
    return collection.select(query)


def _day(value: str | date | None) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise FilterError(f"“{value}” is not a day. Write it as 2022-09-14.") from None


def record(package: Package, incident_id: str) -> dict[str, Any]:
    """Say everything that is known of one record, as `geo.records.record` does.

    Raises
    ------
    KeyError
        If there is none of that id.
    """
    row = package.row_of(incident_id)
    if row < 0:
        raise KeyError(incident_id)
    return whole.record(package, row)


def to_pandas(package: Package, rows: Rows) -> pd.DataFrame:
    """Records as a flat table.

    Returns
    -------
    pandas.DataFrame
        One row an incident: the columns of ``incidents.csv``, and date, place, sources and
        claims in words.
    """
    columns = whole.columns(package)
    return pd.DataFrame([whole.cells(package, int(row)) for row in rows], columns=columns)


def to_geopandas(package: Package, rows: Rows) -> gpd.GeoDataFrame:
    """Records with what they hang on: a point, a line or an area, as exactly as it is known.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326, the columns of `to_pandas`; the geometry is None where the place is not known.
    """
    shapes = places.geodata(package, rows).geometry.to_numpy()
    return gpd.GeoDataFrame(to_pandas(package, rows), geometry=shapes, crs="EPSG:4326")


def linked(package: Package, rows: Rows) -> dict[str, pd.DataFrame]:
    """The claims, citations, sources, actors and other tables that records rest on, by name."""
    return whole.linked(package, rows)


def toll(package: Package, rows: Rows, measure: str = "fatalities") -> tolls.Toll:
    """Sum a toll, nobody counted twice: a record that a larger one includes is left out.

    Parameters
    ----------
    measure : {"fatalities", "injuries"}
        What is counted.

    Returns
    -------
    Toll
        ``low`` and ``high``, the number of records that they come from, and of those that give
        none.
    """
    return tolls.total(package, rows, measure)


def say(package: Package, rows: Rows) -> list[str]:
    """One line a record: date, title, place."""
    table = describe.as_table(package, rows)
    return [f"{row.when}: {row.title}, {row.where}" for row in table.itertuples()]
