"""Marz's own records in the form of a data set, so that others can be seen beside them."""

from __future__ import annotations

import json

import pyarrow as pa

from geo import places, words
from geo.dataset import METADATA, SCHEMA
from geo.package import OPEN_END, OPEN_START, Package


def table(package: Package) -> pa.Table:
    """Every record of a package as a row of a data set.

    Returns
    -------
    pyarrow.Table
        In `geo.dataset.SCHEMA`, sorted by ``start``. A record is placed where the atlas draws
        it: at its point, or at the representative point of the line or area it hangs on, with
        the precision that says so. ``number`` is its position in the package, from 1.
    """
    sourced = package.citations.groupby("incident_id")["source_id"].first().to_dict()
    titles = dict(zip(package.sources["id"], package.sources["title"], strict=True))
    rows = []
    for row, incident in enumerate(package.incidents.to_dict("records")):
        site = places.site_of(package, row)
        tolls = [_number(incident[name]) for name in ("fatalities_low", "fatalities_high")]
        rows.append(
            {
                "number": row + 1,
                "id": incident["id"],
                "date": incident["date"] or None,
                "start": _day(incident["start"], dated=incident["dated"]),
                "end": _day(incident["end"], dated=incident["dated"]),
                "title": incident["title"],
                "note": incident["summary"] or None,
                "event_type": incident["event_type"] or None,
                "sub_event_type": incident["sub_event_type"] or None,
                "status": incident["status"] or None,
                "countries": f";{';'.join(incident['country_list'])};"
                if incident["country_list"]
                else None,
                "actors": incident["actors"] or None,
                "place": words.place_of(package, row) or None,
                "lon": site.lon if site else None,
                "lat": site.lat if site else None,
                "geo_precision": _precision(incident["geo_precision"], site),
                "low": tolls[0],
                "high": tolls[1],
                "source": titles.get(sourced.get(incident["id"], "")),
            }
        )
    found = pa.Table.from_pylist(rows, schema=SCHEMA).sort_by(
        [("start", "ascending"), ("number", "ascending")]
    )
    about = {
        "name": package.descriptor.get("title", "Marz"),
        "form": "marz",
        "rows": len(rows),
        "refused": 0,
        "share": True,
    }
    return found.replace_schema_metadata({METADATA: json.dumps(about).encode()})


def _precision(said: str, site: places.Site | None) -> str | None:
    """What the record says, unless it hangs on less than that."""
    if site is None or site.is_point or said not in ("exact", "near"):
        return said or None
    return {"borders": "border", "countries": "country", "regions": "province"}.get(
        site.layer, "district"
    )


def _day(number: int, *, dated: bool) -> int | None:
    return None if not dated or number in (OPEN_START, OPEN_END) else int(number)


def _number(value: float) -> int | None:
    return None if value is None or value != value else int(value)
