"""Made-up exports in the forms of ACLED and UCDP; no row of them is anybody's data."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from geo.ingest.forms import UCDP
from geo.ingest.importing import import_file
from geo.ingest.report import Report

ACLED_OLD = tuple(
    "data_id iso event_id_cnty event_id_no_cnty event_date year time_precision event_type"
    " sub_event_type actor1 assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction region"
    " country admin1 admin2 admin3 location latitude longitude geo_precision source source_scale"
    " notes fatalities timestamp iso3".split()
)
"""Columns of ACLED's export until March 2023."""

ACLED_NEW = tuple(
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1"
    " assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region"
    " country admin1 admin2 admin3 location latitude longitude geo_precision source source_scale"
    " notes fatalities tags timestamp".split()
)
"""Columns of an export since then; columns of population may follow."""
ACLED_ROW = {
    "data_id": "9000001",
    "iso": "762",
    "event_id_cnty": "TAJ1",
    "event_id_no_cnty": "1",
    "event_date": "16 September 2022",
    "year": "2022",
    "time_precision": "1",
    "disorder_type": "Political violence",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Guards of Sarnia",
    "assoc_actor_1": "Police of Sarnia; Volunteers",
    "inter1": "1",
    "actor2": "Guards of Lowmark",
    "inter2": "1",
    "interaction": "11",
    "region": "Caucasus and Central Asia",
    "country": "Tajikistan",
    "admin1": "Sughd",
    "admin2": "Isfara",
    "location": "Vorukh",
    "latitude": "39.8561",
    "longitude": "70.5703",
    "geo_precision": "1",
    "source": "Made-up Herald",
    "source_scale": "National",
    "notes": 'Shots, "heard" at the bridge; nobody was hurt.',
    "fatalities": "0",
    "tags": "",
    "timestamp": "1663632000",
    "iso3": "TJK",
}
UCDP_ROW = {
    "id": "400001",
    "relid": "TAJ-2022-1-1-1",
    "year": "2022",
    "active_year": "TRUE",
    "code_status": "Clear",
    "type_of_violence": "1",
    "conflict_name": "Sarnia - Lowmark",
    "dyad_name": "Government of Sarnia - Government of Lowmark",
    "side_a": "Government of Sarnia",
    "side_b": "Government of Lowmark",
    "number_of_sources": "2",
    "source_article": '"Wire,2022-09-16,Shots;Herald,2022-09-17,Talks"',
    "source_office": "Wire;Herald",
    "source_date": "2022-09-16;2022-09-17",
    "source_headline": "Shots at the ford;Talks, at last",
    "source_original": "police",
    "where_prec": "1",
    "where_coordinates": "Vorukh village",
    "where_description": "Vorukh, Isfara",
    "adm_1": "Sughd region",
    "adm_2": "Isfara",
    "latitude": "39.856100",
    "longitude": "70.570300",
    "geom_wkt": "POINT (70.570300 39.856100)",
    "priogrid_gid": "187342",
    "country": "Tajikistan",
    "country_id": "702",
    "region": "Asia",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2022-09-16 00:00:00.000",
    "date_end": "2022-09-16 00:00:00.000",
    "deaths_a": "1",
    "deaths_b": "2",
    "deaths_civilians": "0",
    "deaths_unknown": "0",
    "best": "3",
    "high": "5",
    "low": "2",
    "gwnoa": "702",
    "gwnob": "703",
}


def table(
    columns: Sequence[str],
    rows: Sequence[Mapping[str, str | None]],
    *,
    delimiter: str = ",",
    header: bool = True,
) -> str:
    """Rows as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    if header:
        writer.writerow(columns)
    writer.writerows([row.get(column.lower(), "") for column in columns] for row in rows)
    return out.getvalue()


def acled(*changes: dict[str, str], columns: Sequence[str] = ACLED_NEW, **options: Any) -> str:
    """ACLED's CSV with one row a change of `ACLED_ROW`."""
    rows = [{**ACLED_ROW, "event_id_cnty": f"TAJ{n}", **c} for n, c in enumerate(changes)]
    return table(columns, rows, **options)


def ucdp(*changes: dict[str, str], **options: Any) -> str:
    """UCDP's CSV with one row a change of `UCDP_ROW`."""
    rows = [{**UCDP_ROW, "id": str(n), **change} for n, change in enumerate(changes)]
    return table(UCDP, rows, **options)


def taken(folder: Path, content: str | bytes, name: str = "file.csv", **options: Any) -> Any:
    """Take a file in; return its report and its rows as dicts, in the order of the data set."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    out = folder / f"{name}.out.parquet"
    report: Report = import_file(path, name, out, **options)
    return report, pq.read_table(out).to_pylist()


def kinds(report: Report) -> dict[str, int]:
    """How many rows have each kind of problem."""
    return {group.kind: group.count for group in report.groups}


__all__ = [
    "ACLED_NEW",
    "ACLED_OLD",
    "ACLED_ROW",
    "UCDP",
    "UCDP_ROW",
    "acled",
    "kinds",
    "table",
    "taken",
    "ucdp",
]
