"""The forms of data sets that many people have: ACLED, UCDP GED, and Marz's own exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from geo.ingest.mapping import COLUMNS, LISTS, Mapping, guess

PLACES: dict[str, dict[str, str]] = {
    "acled": {"1": "exact", "2": "near", "3": "province"},
    "ucdp": {"1": "exact", "2": "near", "3": "district", "4": "province", "5": "near",
             "6": "country", "7": ""},
}  # fmt: skip
"""Form -> its code of how exact a place is -> Marz's word.

ACLED: 1 town, 2 near it, 3 region. UCDP: 1 exact, 2 near, 3 district, 4 province, 5 line or fuzzy
area, 6 country, 7 sea or air; 3, 4 and 6 are centroids, and Marz draws areas for them.
"""
AFLOAT = "sea-or-air"
HINTS = {"5": "line-or-fuzzy", "7": AFLOAT}
VIOLENCE = {"1": "State-based conflict", "2": "Non-state conflict", "3": "One-sided violence"}
"""UCDP's type_of_violence in words; it is not ACLED's vocabulary and is not turned into it."""


UCDP = tuple(
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id"
    " conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a"
    " side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office"
    " source_date source_headline source_original where_prec where_coordinates where_description"
    " adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity"
    " date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high"
    " low gwnoa gwnob".split()
)
"""Columns of UCDP GED 20 to 26 and of UCDP Candidate."""

MARZ = tuple("id date date_basis title event_type status geo_precision countries".split())

TELLTALES: dict[str, frozenset[str]] = {
    "acled": frozenset("event_date time_precision event_type geo_precision latitude".split()),
    "ucdp": frozenset("type_of_violence where_prec date_prec date_start dyad_name".split()),
    "marz": frozenset(MARZ),
    "marz-geojson": frozenset(
        "id date date_basis title status geo_precision country_codes".split()
    ),
}
"""Form -> columns that no other form has together."""

_ACLED = Mapping(
    form="acled",
    id="event_id_cnty",
    date="event_date",
    date_precision="time_precision",
    lat="latitude",
    lon="longitude",
    country="country",
    country_code="iso",
    event_type="event_type",
    sub_event_type="sub_event_type",
    place="location",
    geo_precision="geo_precision",
    best="fatalities",
    note="notes",
    actors=("actor1", "assoc_actor_1", "actor2", "assoc_actor_2"),
    admin=("admin1", "admin2", "admin3"),
    title=("sub_event_type", "location"),
    source=("source",),
    kept=tuple(
        "year disorder_type inter1 inter2 civilian_targeting source_scale tags timestamp"
        " population_1km population_2km population_5km population_best".split()
    ),
)

_UCDP = Mapping(
    form="ucdp",
    id="id",
    date="date_start",
    end="date_end",
    date_precision="date_prec",
    lat="latitude",
    lon="longitude",
    country="country",
    country_code="country_id",
    event_type="type_of_violence",
    place="where_coordinates",
    geo_precision="where_prec",
    low="low",
    best="best",
    high="high",
    note="source_headline",
    parties=("gwnoa", "gwnob"),
    actors=("side_a", "side_b"),
    admin=("adm_1", "adm_2"),
    title=("dyad_name", "where_coordinates"),
    source=("source_office", "source_date", "source_headline"),
    kept=tuple(
        "year relid conflict_name where_description event_clarity code_status deaths_a deaths_b"
        " deaths_civilians deaths_unknown".split()
    ),
)

_MARZ = Mapping(
    form="marz",
    id="id",
    date="date",
    country="countries",
    event_type="event_type",
    sub_event_type="sub_event_type",
    status="status",
    place="where",
    geo_precision="geo_precision",
    low="fatalities_low",
    high="fatalities_high",
    note="summary",
    actors=("actors",),
    title=("title",),
    source=("sources",),
)


_MARZ_GEOJSON = replace(_MARZ, country="country_codes", event_type="type")

TEMPLATES = {"acled": _ACLED, "ucdp": _UCDP, "marz": _MARZ, "marz-geojson": _MARZ_GEOJSON}


def recognise(columns: Iterable[str]) -> str:
    """Form of a file with these columns; ``table`` where it is none of them."""
    names = {column.strip().casefold() for column in columns}
    return next((form for form, own in TELLTALES.items() if own <= names), "table")


def is_ucdp_without_header(first: Sequence[str]) -> bool:
    """Whether a first row is a row of UCDP GED and not its names."""
    cells = dict(zip(UCDP, first, strict=False))
    return (
        len(first) == len(UCDP)
        and cells["id"].strip().isdigit()
        and cells["type_of_violence"].strip() in ("1", "2", "3")
        and cells["where_prec"].strip() in tuple("1234567")
    )


def mapping_of(columns: Sequence[str], tags: Sequence[str] = ()) -> Mapping:
    """Mapping of a file by the names of its columns: that of its form, or a guess.

    Parameters
    ----------
    columns : sequence of str
        As in the file; the mapping holds them as they are spelled there.
    tags : sequence of str
        HXL tags of the columns, where the file has them.
    """
    form = recognise(columns)
    if form == "table":
        return guess(columns, tags=tags)
    template = TEMPLATES[form]
    there = {column.strip().casefold(): column for column in reversed(list(columns))}
    found: dict[str, object] = {"form": template.form}
    for name in COLUMNS:
        found[name] = there.get(getattr(template, name), "")
    for name in LISTS:
        found[name] = tuple(there[c] for c in getattr(template, name) if c in there)
    if template is not _ACLED and template is not _UCDP:
        used = Mapping(**found).used()  # type: ignore[arg-type]
        found["kept"] = tuple(column for column in columns if column not in used)
    return Mapping(**found)  # type: ignore[arg-type]
