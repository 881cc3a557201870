"""A border by itself: its vintages, what others say its length is, its stretches, its treaties."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import words
from geo.package import Package
from geo.places import length_km

Rows = npt.NDArray[np.intp]


def vintages(package: Package, border: str) -> pd.DataFrame:
    """The vintages of a border with their geodesic lengths.

    Returns
    -------
    pandas.DataFrame
        In force from and to (blank where open), length of the mapped line and of the drawn one
        in kilometres.
    """
    frame = own(package, border)
    return pd.DataFrame(
        [
            {
                "In force from": row["valid_from"] or "not known",
                "to": row["valid_to"] or "today",
                "Length, km": row.get("length_km"),
                "As drawn, km": round(length_km(row["geometry"]), 1),
            }
            for row in frame.to_dict("records")
        ]
    )


def published(package: Package, border: str) -> pd.DataFrame:
    """What others say the length is, beside that of each vintage.

    Returns
    -------
    pandas.DataFrame
        Who says it, as printed, and the difference to the latest vintage.
    """
    frame = own(package, border)
    latest = frame.iloc[-1]
    ours = latest.get("length_km") or round(length_km(latest["geometry"]), 1)
    found: dict[tuple[str, float], dict[str, Any]] = {}
    for value in frame.get("published_lengths", []):
        for one in value if isinstance(value, list) else []:
            if isinstance(one, dict) and isinstance(one.get("km"), (int, float)):
                found[str(one.get("by", "")), float(one["km"])] = {
                    "Who": _who(package, str(one.get("by", ""))),
                    "As printed": str(one.get("text") or f"{one['km']} km"),
                    "Against our latest": f"{float(one['km']) - float(ours):+.1f} km",
                }
    columns = ["Who", "As printed", "Against our latest"]
    return pd.DataFrame(list(found.values()), columns=columns)


def _who(package: Package, by: str) -> str:
    """Whoever says it; where that is a source of the package, its publisher and date."""
    known = package.sources["id"] == by
    return words.source_short(package.sources[known].iloc[0]) if known.any() else by


def stretches(package: Package, border: str) -> pd.DataFrame:
    """The border by the regions that meet on it, in the latest vintage."""
    frame = package.layers.get("stretches")
    if frame is None or "border" not in frame:
        return pd.DataFrame(columns=["Stretch", "Length, km"])
    frame = frame[(frame["border"] == border) & (frame["valid_to"] == "")]
    # The page is the border's own: its name need not follow that of each stretch.
    names = [str(name).partition(" of the ")[0] for name in frame["name"]]
    table = pd.DataFrame({"Stretch": names, "Length, km": frame["length_km"]})
    return table.sort_values("Length, km", ascending=False).reset_index(drop=True)


def milestones(package: Package, rows: Rows, border: str) -> Rows:
    """Treaties and agreements about the line, closures and reopenings, in the order of time."""
    frame = package.incidents
    marked = [bool({"treaty", "closure"} & set(tags)) for tags in frame["tag_list"]]
    mask = np.array(marked, dtype=bool) & (frame["border"] == border).to_numpy()
    kept: Rows = rows[mask[rows]]
    return kept


def own(package: Package, border: str) -> Any:
    """The vintages of a border, the latest last."""
    frame = package.layers["borders"]
    return frame[frame["place_id"] == border].sort_values("valid_from")
