"""Marz's own records in the form of a data set, to stand beside others."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import shapely

from geo import places
from geo.collection.schema import SCHEMA
from geo.days import OPEN_END, OPEN_START
from geo.package.load import Package
from geo.package.tables import by_incident, figure, split


def own(package: Package) -> pa.Table:
    """All incidents of a data package as a data set.

    Returns
    -------
    pyarrow.Table
        In `geo.collection.schema.SCHEMA`, in the order of the package. ``note`` holds what is
        told beside the title, the claims included; ``admin`` every spelling of the place and of
        what holds it, so that the same words find the same records as in the package.
    """
    frame = places.geodata(package, np.arange(len(package.incidents)))
    claims = by_incident(package.claims)
    rows = []
    for number, row in enumerate(frame.to_dict("records")):
        site = places.site_of(package, number)
        chain = places.chain(package, row["place_id"])
        shape = row["geometry"]
        low, high = figure(row["fatalities_low"]), figure(row["fatalities_high"])
        texts = [row["summary"], row["place_note"], row["note"]]
        texts += [f"{one['claimant']}: {one['statement']}" for one in claims.get(row["id"], ())]
        rows.append(
            {
                "number": number + 1,
                "id": row["id"],
                "date": row["date"],
                "start": None if row["start"] == OPEN_START else row["start"],
                "end": None if row["end"] == OPEN_END else row["end"],
                "title": row["title"],
                "note": "\n".join(text for text in texts if text),
                "event_type": row["event_type"],
                "sub_event_type": row["sub_event_type"],
                "status": row["status"],
                "countries": "".join(f";{code}" for code in split(row["countries"])) + ";",
                "actors": row["actors"],
                "place": chain[0].name if chain else None,
                "admin": "; ".join(name for entry in chain for name in entry.names),
                "lon": site.lon if site else None,
                "lat": site.lat if site else None,
                "geo_precision": row["geo_precision"],
                "geometry": None if shape is None or site is None or site.is_point else shape.wkb,
                "low": low,
                "best": low if low == high else None,
                "high": high,
                "date_basis": row["date_basis"],
                "place_known": json.dumps(places.known_place(package, number)._asdict()),
                "part_of": row["part_of"],
            }
        )
    told = [{name: v for name, v in row.items() if v not in ("", ";")} for row in rows]
    return pa.Table.from_pylist(told, SCHEMA)


def thinned(table: pa.Table) -> pa.Table:
    """The same with coarse outlines: the map draws those of its base, by their numbers."""
    shapes = [
        shape and shapely.to_wkb(shapely.simplify(shapely.from_wkb(shape), 1.0))
        for shape in table["geometry"].to_pylist()
    ]
    at = table.schema.get_field_index("geometry")
    return table.set_column(at, table.schema.field(at), pa.array(shapes, pa.binary()))
