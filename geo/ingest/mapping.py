"""Which column of a file means what: guessed from the names, set right by a reader, saved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any

from geo.model import ReadError

CALENDARS = ("gregorian", "solar-hijri")
NUMBERS = ("excel", "unix")
"""What a date that is written as one number counts: days as Excel does, or seconds since 1970."""
FORMS = ("table", "acled", "ucdp", "marz", "geojson")
"""What a file follows; ``table`` and ``geojson`` follow nothing but their own columns."""

LISTS = ("parties", "actors", "admin", "title", "source", "kept")
"""Fields of a mapping that hold several columns."""
COLUMNS = (
    "id date end year month day date_precision lat lon wkt country country_code event_type"
    " sub_event_type status place geo_precision low best high note"
).split()
"""Fields of a mapping that hold one column, "" for none."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column is the date, the latitude and so on, and how its values are read.

    Attributes
    ----------
    form : str
        One of `FORMS`: decides what codes of precision and of countries mean.
    id, date, end, year, month, day, date_precision, lat, lon, wkt, country : str
        Names of columns, "" for none. `year`, `month` and `day` count only without `date`. `lat`
        and `lon` are degrees, EPSG:4326; `wkt` counts only without them: a position in one cell,
        as well-known text, GeoJSON or "lat, lon".
    country_code, event_type : str
        Names of columns, "" for none. `country_code` helps where `country` is not understood.
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
    numbers : str
        One of `NUMBERS`; "" where the reader has not said.
    encoding, delimiter, sheet : str
        Of a text or a workbook; "" lets Marz find out.
    header : int or None
        Row that holds the names, 0 for none; None lets Marz find out.
    """

    form: str = "table"
    id: str = ""
    date: str = ""
    end: str = ""
    year: str = ""
    month: str = ""
    day: str = ""
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
    numbers: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int | None = None

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
    if name == "day_first":
        return value is None or isinstance(value, bool)
    if name == "header":
        # A mapping of version 2 says true for the first row, which counts as 1 here.
        return value is None or (isinstance(value, int) and value >= 0)
    words = {"form": FORMS, "calendar": ("", *CALENDARS), "numbers": ("", *NUMBERS)}
    return value in words[name] if name in words else isinstance(value, str)


SYNONYMS: dict[str, str] = {
    "id": "id event_id event_id_cnty incident_id eventid incident_number event_number objectid uid "
    "gid fid № номер рақам",
    "date_precision": "",
    "wkt": "wkt geom_wkt geometry_wkt geom the_geom shape geometry geojson wkb latlon lat_lon "
    "lat_lng latlng lat_long latitude_longitude lonlat lon_lat coordinates coordinate coords gps "
    "gps_coordinates position geolocation geopoint geo_point point координаты координата",
    "country": "country_txt country_name country countries страна государство кишвар давлат өлкө "
    "мамлекет کشور мамлакат davlat mamlakat country_codes iso2 country_code countrycode iso_a2",
    "country_code": "country_iso iso iso3 iso_a3 iso_numeric iso2 iso_a2 iso_code iso_country "
    "country_code countrycode country_iso3 country_iso2 код_страны",
    "event_type": "event_type eventtype type category kind incident_type type_of_event "
    "type_of_incident attacktype1_txt тип тип_события вид вид_события навъ навъи_ҳодиса түрү "
    "окуянын_түрү نوع نوع_رویداد",
    "sub_event_type": "sub_event_type subtype sub_type sub_category подтип",
    "status": "status",
    "place": "place location where location_name place_name city town village settlement "
    "nearest_town nearest_city locality место место_события место_происшествия ҷойи_ҳодиса "
    "населенный_пункт населённый_пункт село ҷой макон деҳа жер жери айыл жой joy محل مکان قریه",
    "geo_precision": "geo_precision precision place_precision",
    "note": "notes note description summary text details comment comments event_description "
    "incident_description narrative remarks описание примечание комментарий тавсиф шарҳ эзоҳ "
    "сүрөттөмө баяндама شرح توضیحات",
    "title": "title name headline event название заголовок ном аты аталышы عنوان",
    "actors": "actors actor actor1 actor2 side_a side_b perpetrator target gname участники",
    "admin": "admin1 admin2 admin3 adm1 adm2 province region district oblast provstate область "
    "район вилоят ноҳия облус ولایت ولسوالی",
    "source": "source sources url link источник источники манбаъ манбаҳо булак منبع scite1",
}
"""Field of a mapping -> names of columns that mean it, the likelier ones first."""
DATES = (
    "date event_date incident_date date_of_incident date_of_event date_incident date_event "
    "date_occurred occurrence_date дата дата_события дата_инцидента дата_происшествия сана "
    "санаи_ҳодиса датасы күнү sana تاریخ تاریخ_رویداد "
    "date_start start_date event_start date_from дата_начала санаи_оғоз "
    "begin_date day when datetime date_time date_edtf timestamp_start begin start from"
).split()
"""Names of columns with the date, the likelier ones first."""
ENDS = {
    "date": "date_end end_date end until date_to",
    "event_date": "event_end_date event_date_end",
    "incident_date": "incident_end_date incident_date_end",
    "дата": "дата_окончания конец окончание",
    "сана": "санаи_анҷом",
    "date_start": "date_end",
    "start_date": "end_date",
    "event_start": "event_end",
    "date_from": "date_to",
    "дата_начала": "дата_окончания дата_конца",
    "санаи_оғоз": "санаи_анҷом",
    "begin_date": "end_date",
    "timestamp_start": "timestamp_end",
    "begin": "end finish",
    "start": "end finish until",
    "from": "to until",
}
"""Name of a column with the date -> names of its last day: an end counts only with its own."""
STARTS = {
    "end": "start begin", "date_end": "date_start", "end_date": "start_date begin_date",
    "date_to": "date_from", "until": "from start", "event_end_date": "event_start_date",
    "дата_окончания": "дата_начала", "санаи_анҷом": "санаи_оғоз",
}  # fmt: skip
"""Name of a last day -> its own first day: where that is there too, no other has it."""
FORMULARY = frozenset(
    "today deviceid uuid instanceid meta_instanceid submission_time submission_date submitterid "
    "subscriberid xform_id_string formdef_version".split()
)
"""Names beside which ``start`` and ``end`` are when a form was filled in: KoboToolbox, ODK."""
SPLIT = (
    "year iyear год сол жыл سال",
    "month imonth месяц моҳ ай ماه",
    "day iday день число рӯз күн روز",
)
"""Names of year, month and day in columns of their own."""
POSITIONS = (
    ("latitude", "longitude"), ("lat", "lon lng long"), ("y", "x"), ("y_coord", "x_coord"),
    ("ycoord", "xcoord"), ("point_y", "point_x"), ("lat_dd", "lon_dd long_dd"),
    ("decimallatitude", "decimallongitude"), ("широта", "долгота"), ("арз", "тӯл"),
    ("арзи_ҷуғрофӣ", "тӯли_ҷуғрофӣ"), ("кеңдик", "узундук"), ("kenglik", "uzunlik"),
    ("عرض", "طول"), ("عرض_جغرافیایی", "طول_جغرافیایی"), ("latitud", "longitud"),
)  # fmt: skip
"""Names of latitude and of longitude that belong together; the first two also behind others."""
TOLLS = (
    ("low", "best", "high"),
    ("fatalities_low fatalities_min", "fatalities_best fatalities", "fatalities_high "
     "fatalities_max"),
    ("deaths_low deaths_min", "deaths_best deaths total_deaths number_of_deaths", "deaths_high "
     "deaths_max"),
    ("killed_min killed_low", "killed nkill number_killed number_of_killed total_killed",
     "killed_max killed_high"),
    ("", "dead", ""),
    ("", "погибшие погибло погибших убитые убито число_погибших количество_погибших жертвы", ""),
    ("", "кушташудагон фавтидагон ҳалокшудагон шумораи_кушташудагон шумораи_фавтидагон "
     "шумораи_ҳалокшудагон", ""),
    ("", "каза_болгондор курман_болгондор өлгөндөр", ""),
    ("", "کشته کشته_ها کشته_شدگان تلفات", ""),
)  # fmt: skip
"""Names of the lowest, the best and the highest number of deaths that belong together."""
HXL = (
    ("#date+end", "end"), ("#date", "date"), ("#country+code", "country_code"),
    ("#country", "country"), ("#geo+lat", "lat"), ("#geo+lon", "lon"),
    ("#affected+killed", "best"), ("#loc", "place"), ("#adm", "admin"),
    ("#event+type", "event_type"), ("#event+id", "id"), ("#event", "title"),
    ("#description", "note"), ("#meta+source", "source"), ("#source", "source"),
)  # fmt: skip
"""Hashtag of the Humanitarian Exchange Language with the attributes it must have -> field."""


def guess(columns: Sequence[str], tags: Sequence[str] = ()) -> Mapping:
    """Guess from the names alone; whatever is not understood is kept.

    Names that belong together are guessed together: an end only with its own start, a latitude
    only with its own longitude.

    Parameters
    ----------
    columns : sequence of str
        As in the file; upper and lower case, blanks, underlines and full stops make no difference.
    tags : sequence of str
        HXL tags of the columns; they say more than names.
    """
    names = _names(columns)
    found: dict[str, Any] = {}
    for column, tag in zip(columns, tags, strict=False):
        role = _tagged(tag)
        if role in LISTS:
            found[role] = (*found.get(role, ()), column)
        elif role:
            found.setdefault(role, column)
    for group in (_positions(names), _dates(names), _tolls(names)):
        if not set(group) & set(found):
            found.update(group)
    used = {
        name for value in found.values() for name in ([value] if isinstance(value, str) else value)
    }
    for role, synonyms in SYNONYMS.items():
        hits = [names[name] for name in map(_plain, synonyms.split()) if name in names]
        hits = [name for name in dict.fromkeys(hits) if name not in used]
        if not hits or role in found or (role == "wkt" and "lat" in found):
            continue
        chosen = hits[:1] if role == "title" or role not in LISTS else hits
        found[role] = tuple(chosen) if role in LISTS else chosen[0]
        used.update(chosen)
    found["kept"] = tuple(column for column in columns if column not in used)[:64]
    return Mapping(**found)


def known(columns: Sequence[str]) -> int:
    """How many fields names of columns are understood as."""
    mapping = guess(columns)
    return sum(bool(getattr(mapping, name)) for name in (*COLUMNS, *LISTS[:-1]))


def dates_beside(columns: Sequence[str], mapping: Mapping) -> list[str]:
    """Columns that look like dates by their names and are not read as the date."""
    ends = {name for names in ENDS.values() for name in names.split()}
    looks = {_plain(name) for name in (*DATES, *ends, "today")}
    used = {mapping.date, mapping.end, mapping.year, mapping.month, mapping.day}
    return [c for c in columns if c not in used and not looks.isdisjoint(_ways(c))]


def lon_first(column: str) -> bool:
    """Whether a column of two numbers has the longitude first, by its name: lonlat, x y."""
    return bool(re.match(r"(lon|lng|x(_|y))", _plain(column)))


def _dates(names: dict[str, str]) -> dict[str, str]:
    """Columns of the date: the incident's own before any other, an end with its own partner."""
    filled_in = any(name in names for name in FORMULARY)
    year, month, day = (
        next((names[n] for n in given.split() if n in names), "") for given in SPLIT
    )
    for name in map(_plain, DATES):
        if name not in names or (filled_in and name in ("start", "begin")):
            continue
        if name == "day" and year and month:
            continue
        # “event_date” is found as “date” too, whose end another's could be.
        full = next(
            (way for way in _ways(names[name]) if way in ("event_date", "incident_date")), ""
        )
        for end in ENDS[full or name].split() if (full or name) in ENDS else ():
            own = STARTS.get(end, "").split()
            if filled_in and end in ("end", "finish", "until"):
                continue
            if end in names and not any(o in names and o != name for o in own):
                return {"date": names[name], "end": names[end]}
        return {"date": names[name]}
    if year and (month or not day):
        return {"year": year, "month": month, "day": day} if month else {"date": year}
    return {}


def _positions(names: dict[str, str]) -> dict[str, str]:
    for one, others in POSITIONS:
        for other in map(_plain, others.split()):
            if _plain(one) in names and other in names:
                return {"lat": names[_plain(one)], "lon": names[other]}
    for one, others in POSITIONS[:2]:
        for name, column in names.items():
            stem = name.removesuffix(f"_{one}")
            for other in others.split():
                if stem != name and f"{stem}_{other}" in names:
                    return {"lat": column, "lon": names[f"{stem}_{other}"]}
    return {}


def _tolls(names: dict[str, str]) -> dict[str, str]:
    best: dict[str, str] = {}
    for family in TOLLS:
        group = {}
        for role, synonyms in zip(("low", "best", "high"), family, strict=True):
            hit = next((names[n] for n in map(_plain, synonyms.split()) if n in names), "")
            if hit:
                group[role] = hit
        best = max(best, group, key=len)
    return best


def _tagged(tag: str) -> str:
    """Field that an HXL tag means; "" for none."""
    parts = tag.casefold().replace(" ", "").split("+")
    for given, role in HXL:
        name, *attributes = given.split("+")
        same = parts[0].rstrip("0123456789") == name
        if same and set(attributes) <= set(parts[1:]):
            return role
    return ""


def _names(columns: Sequence[str]) -> dict[str, str]:
    """Ways to write a name plainly -> column; a name in full before what is left of another."""
    found: dict[str, str] = {}
    ways = [(_ways(column), column) for column in columns]
    for place in range(4):
        for plain, column in ways:
            if place < len(plain):
                found.setdefault(plain[place], column)
    return found


@cache
def _ways(name: str) -> tuple[str, ...]:
    """A name plainly: in full, without what is in brackets, without its group, without “event”."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", name)
    last = re.split(r"[/.:]", bare.rstrip("/.: "))[-1]
    # Latitude and longitude of a place are its position; its group is not lost for them.
    ways = [_plain(name), _plain(bare), _plain(last)]
    ways.append(re.sub(r"^(event|incident)_", "", ways[1]))
    return tuple(dict.fromkeys(way for way in ways if way))


@cache
def _plain(name: str) -> str:
    name = re.sub(r"(?<=[^\W_A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][^\W\dA-ZА-ЯЁ])", "_", name)
    words = re.findall(r"[^\W_]+|№", name.casefold())
    return re.sub(r"_(\d+)$", r"\1", "_".join(words))
