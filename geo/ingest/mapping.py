"""Which column of a file means what: guessed from the names, set right by a reader, saved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from geo.model import ReadError

CALENDARS = ("gregorian", "solar-hijri")
FORMS = ("table", "acled", "ucdp", "marz", "geojson")
"""What a file follows; ``table`` and ``geojson`` follow nothing but their own columns."""

LISTS = ("parties", "actors", "admin", "title", "source", "kept")
"""Fields of a mapping that hold several columns."""
COLUMNS = (
    "id date end date_precision lat lon wkt country country_code event_type sub_event_type status"
    " place geo_precision low best high note"
).split()
"""Fields of a mapping that hold one column, "" for none."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column is the date, the latitude and so on, and how its values are read.

    Attributes
    ----------
    form : str
        One of `FORMS`: decides what codes of precision and of countries mean.
    id, date, end, date_precision, lat, lon, wkt, country, country_code, event_type : str
        Names of columns, "" for none. `lat` and `lon` are degrees, EPSG:4326; `wkt` counts only
        without them. `country_code` helps where `country` is not understood.
    sub_event_type, status, place, geo_precision, low, best, high, note : str
        Names of columns, "" for none; the three numbers are deaths.
    parties : tuple of str
        Columns with further countries that took part.
    actors, admin, title, source : tuple of str
        Columns whose texts are put together, blanks left out.
    kept : tuple of str
        Columns that are kept as they are, in the column ``other`` of the data set.
    day_first : bool or None
        Whether 03/04/2022 is 3 April; None where the reader has not said.
    calendar : str
        One of `CALENDARS`; "" where the reader has not said.
    encoding, delimiter, sheet : str
        Of a text or a workbook; "" lets Marz find out.
    header : bool or None
        Whether the first row holds names; None lets Marz find out.
    """

    form: str = "table"
    id: str = ""
    date: str = ""
    end: str = ""
    date_precision: str = ""
    lat: str = ""
    lon: str = ""
    wkt: str = ""
    country: str = ""
    country_code: str = ""
    event_type: str = ""
    sub_event_type: str = ""
    status: str = ""
    place: str = ""
    geo_precision: str = ""
    low: str = ""
    best: str = ""
    high: str = ""
    note: str = ""
    parties: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    admin: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    day_first: bool | None = None
    calendar: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: bool | None = None

    def used(self) -> tuple[str, ...]:
        """Names of all columns that it needs, each once."""
        names = [getattr(self, name) for name in COLUMNS]
        for name in LISTS:
            names.extend(getattr(self, name))
        return tuple(dict.fromkeys(name for name in names if name))

    def to_json(self) -> str:
        """Write it so that `from_json` reads the same back."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """Read a saved mapping.

        Raises
        ------
        ReadError
            If the text is none; names every field that is wrong.
        """
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ReadError(f"The mapping is not JSON ({error}). Save it again.") from None
        if not isinstance(given, dict):
            raise ReadError("The mapping is not a JSON object. Save it again.")
        known = {field.name for field in fields(cls)}
        wrong = [name for name in given if name not in known]
        wrong += [name for name, value in given.items() if name in known and not _fits(name, value)]
        if wrong:
            raise ReadError(
                f"The mapping has fields that Marz does not understand: {', '.join(wrong)}. "
                f"It knows {', '.join(sorted(known))}."
            )
        values: dict[str, Any] = {k: tuple(v) if k in LISTS else v for k, v in given.items()}
        return cls(**values)

    def check(self, columns: Iterable[str]) -> None:
        """Make sure that a file has what it needs.

        Raises
        ------
        ReadError
            Naming every column that is not there.
        """
        there = list(columns)
        missing = [name for name in self.used() if name not in there]
        if missing:
            shown = ", ".join(there[:40])
            raise ReadError(
                f"The file has no column {', '.join(missing)}, which the mapping names. "
                f"It has {shown}{' …' if len(there) > 40 else ''}."
            )


def _fits(name: str, value: Any) -> bool:
    if name in LISTS:
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if name in ("day_first", "header"):
        return value is None or isinstance(value, bool)
    if name == "form":
        return value in FORMS
    if name == "calendar":
        return value in ("", *CALENDARS)
    return isinstance(value, str)


SYNONYMS: dict[str, str] = {
    "id": "id event_id event_id_cnty incident_id objectid uid gid fid №",
    "date": "date event_date date_start start_date day when incident_date datetime дата сана "
    "تاریخ date_edtf timestamp_start begin start",
    "end": "end date_end end_date to until finish",
    "lat": "lat latitude y lat_dd широта عرض y_coord decimallatitude",
    "lon": "lon longitude x lng long lon_dd долгота طول x_coord decimallongitude",
    "wkt": "wkt geom_wkt geometry_wkt geom the_geom shape geometry",
    "country": "country country_name countries iso2 country_code countrycode iso_a2 страна кишвар "
    "کشور country_codes",
    "country_code": "iso iso3 iso_a3 iso_numeric",
    "event_type": "event_type type category kind incident_type тип type_of_event",
    "sub_event_type": "sub_event_type subtype sub_type sub_category",
    "status": "status",
    "place": "place location where location_name city town village settlement место ҷой",
    "geo_precision": "geo_precision precision place_precision",
    "low": "low fatalities_low deaths_low killed_min",
    "best": "best fatalities deaths killed dead погибшие fatalities_best deaths_best",
    "high": "high fatalities_high deaths_high killed_max",
    "note": "notes note description summary text details comment описание narrative",
    "title": "title name headline event название",
    "actors": "actors actor actor1 actor2 side_a side_b perpetrator target",
    "admin": "admin1 admin2 admin3 adm_1 adm_2 province region district oblast область район",
    "source": "source sources url link источник",
}
"""Field of a mapping -> names of columns that mean it, the likelier ones first."""


def guess(columns: Sequence[str], form: str = "table") -> Mapping:
    """Guess from the names alone; whatever is not understood is kept.

    Parameters
    ----------
    columns : sequence of str
        As in the file; upper and lower case, blanks and underlines make no difference.
    """
    plain: dict[str, str] = {}
    for column in columns:
        plain.setdefault(_plain(column), column)
    found: dict[str, Any] = {"form": form}
    used: set[str] = set()
    for role, names in SYNONYMS.items():
        hits = [plain[name] for name in names.split() if name in plain]
        hits = [name for name in hits if name not in used]
        if not hits:
            continue
        if role == "title":
            hits = hits[:1]
        chosen = hits if role in LISTS else hits[:1]
        found[role] = tuple(chosen) if role in LISTS else chosen[0]
        used.update(chosen)
    found["kept"] = tuple(column for column in columns if column not in used)[:64]
    mapping = Mapping(**found)
    if (mapping.lat and not mapping.lon) or (mapping.lon and not mapping.lat):
        mapping = replace(mapping, lat="", lon="")
    return mapping


def _plain(name: str) -> str:
    return "_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split())
