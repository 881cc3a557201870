"""What belongs to the incidents shown: their claims, citations and sources, as tables."""

from __future__ import annotations

import pandas as pd

from geo.flat import Rows
from geo.package import Package


def linked(package: Package, rows: Rows) -> dict[str, pd.DataFrame]:
    """Cut the linked tables down to what the incidents shown rest on.

    Parameters
    ----------
    rows : array of int
        Positions in ``package.incidents``.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``claims`` and ``citations`` of these incidents, and the ``sources`` that either names;
        columns and order are the package's.
    """
    ids = set(package.incidents["id"].to_numpy()[rows])
    claims = package.claims[package.claims["incident_id"].isin(ids)]
    citations = package.citations[package.citations["incident_id"].isin(ids)]
    named = {*claims["source_id"], *citations["source_id"]}
    return {
        "claims": claims.reset_index(drop=True),
        "citations": citations.reset_index(drop=True),
        "sources": package.sources[package.sources["id"].isin(named)].reset_index(drop=True),
    }
