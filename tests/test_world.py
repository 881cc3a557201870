"""Points anywhere in the world: right, far, exchanged, at a coast, at sea, of nowhere known."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from exports import UCDP_ROW, acled, taken, ucdp

from geo import describe, world
from geo.ingest import country_check
from geo.ingest.countries import GLEDITSCH_WARD, code_of
from geo.ingest.country_check import CountryAreas as Checked
from geo.model import Bbox
from geo.package.load import load_package
from geo.picture.basemap import BaseMap, base_map
from geo.vocabulary import country_names

CAPITALS = {
    "AF": (69.18, 34.53), "AR": (-58.38, -34.61), "AU": (149.13, -35.28), "BA": (18.36, 43.85),
    "BR": (-47.93, -15.78), "CA": (-75.70, 45.42), "CD": (15.31, -4.33), "CL": (-70.65, -33.46),
    "CN": (116.40, 39.91), "CO": (-74.08, 4.61), "CV": (-23.51, 14.93), "CY": (33.37, 35.17),
    "DZ": (3.04, 36.75), "EG": (31.25, 30.06), "ET": (38.75, 9.02), "FJ": (178.44, -18.14),
    "GB": (-0.13, 51.51), "GF": (-52.33, 4.93), "GR": (23.73, 37.98), "ID": (106.85, -6.21),
    "IN": (77.23, 28.64), "IQ": (44.40, 33.34), "IS": (-21.90, 64.14), "IL": (35.22, 31.77),
    "JP": (139.69, 35.69), "KE": (36.82, -1.28), "KI": (172.98, 1.33), "MG": (47.54, -18.91),
    "ML": (-8.00, 12.65), "MM": (96.16, 16.81), "MV": (73.51, 4.17), "MX": (-99.13, 19.43),
    "NG": (7.49, 9.06), "NO": (10.75, 59.91), "NP": (85.32, 27.70), "NZ": (174.78, -41.29),
    "PH": (120.98, 14.60), "PK": (73.04, 33.72), "PS": (34.46, 31.50), "RU": (37.62, 55.75),
    "SD": (32.53, 15.55), "SG": (103.85, 1.29), "SO": (45.34, 2.04), "SS": (31.58, 4.85),
    "SY": (36.29, 33.51), "TD": (15.04, 12.11), "TO": (-175.20, -21.14), "TR": (32.85, 39.92),
    "UA": (30.52, 50.45), "US": (-77.04, 38.90), "VE": (-66.88, 10.49), "XK": (21.17, 42.67),
    "YE": (44.21, 15.35), "ZA": (28.19, -25.75),
}  # fmt: skip
"""Longitude and latitude of a capital, and of Gaza for PS."""


def doubtful(*rows: tuple[str, float, float], start: str = "2022-09-14") -> list[str]:
    """What `geo.ingest.country_check` says of rows of country, longitude and latitude."""
    codes, lon, lat = zip(*rows, strict=True)
    day = int(np.datetime64(start).astype(int))
    found = Checked.load().doubtful(
        pa.array(codes), np.array(lon), np.array(lat), pa.array([day] * len(codes), pa.int32())
    )
    return [
        "far" if far else "swapped" if swapped else "" for far, swapped in zip(*found, strict=True)
    ]


def test_what_is_shipped_is_whole_and_says_where_it_is_from() -> None:
    (resource,) = json.loads((world.FOLDER / "datapackage.json").read_text("utf-8"))["resources"]
    content = (world.FOLDER / resource["path"]).read_bytes()
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert resource["bytes"] == len(content) <= 256_000
    assert resource["features"] == len(world.features())
    assert world.CREDIT in resource["attribution"] and resource["sources"] and resource["licenses"]
    assert len({feature["id"] for feature in world.features()}) == len(world.features())
    for feature in world.features():
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid and feature["properties"].keys() <= resource["properties"].keys()
        assert feature["properties"]["country"] in country_names()


def test_capitals_lie_in_their_countries() -> None:
    assert doubtful(*((code, *at) for code, at in CAPITALS.items())) == [""] * len(CAPITALS)


def test_a_point_in_another_country_is_far() -> None:
    # Each capital under the name of a country on another continent.
    named = {"AF": "BR", "BR": "AF"}
    rows = [
        (other, *at)
        for code, at in CAPITALS.items()
        if (other := named.get(code, "BR" if at[0] > 0 else "CN")) != code
    ]
    assert doubtful(*rows) == ["far"] * len(rows)


def test_exchanged_degrees_are_told_from_far_ones() -> None:
    turned = [
        (code, lat, lon)
        for code, (lon, lat) in CAPITALS.items()
        if abs(lon) <= 90 and abs(abs(lon) - abs(lat)) > 20 and code != "AF"
    ]
    assert len(turned) > 20
    assert doubtful(*turned) == ["swapped"] * len(turned)
    assert doubtful(("AF", 34.53, 69.18)) == ["swapped"]  # by the finer layer of the package


@pytest.mark.parametrize(
    ("code", "lon", "lat"),
    [
        ("YE", 42.55, 14.80),  # the shore of Hudaydah
        ("SO", 51.00, 4.00),  # pirates, some 300 km out
        ("LY", 14.20, 33.80),  # a boat north of Tripoli
        ("GR", 29.59, 36.15),  # Kastellorizo, off Turkey
        ("ES", -2.94, 35.29),  # Melilla
        ("FJ", -179.90, -17.50),  # beyond the 180th meridian
        ("NO", 31.00, 71.50),  # the Barents Sea
        ("MV", 73.10, -0.60),  # Addu, the southernmost atoll
        ("PF", -140.10, -8.90),  # the Marquesas
    ],
)
def test_coasts_islands_and_the_sea_give_no_alarm(code: str, lon: float, lat: float) -> None:
    assert doubtful((code, lon, lat)) == [""]


def test_the_open_sea_is_far_and_a_neighbours_coast_too() -> None:
    assert doubtful(("NG", -30.0, 0.0), ("YE", 42.5, 11.8)) == ["far", "far"]


def test_areas_that_are_written_under_two_countries_give_no_alarm() -> None:
    rows = [(code, *CAPITALS["XK"]) for code in ("XK", "RS")]
    rows += [(code, 34.10, 44.95) for code in ("UA", "RU")]  # Simferopol
    rows += [(code, -13.20, 27.15) for code in ("EH", "MA")]  # Laayoune
    rows += [("SO", 44.07, 9.56), ("IL", 34.46, 31.50), ("FR", *CAPITALS["GF"])]
    assert doubtful(*rows) == [""] * len(rows)


def test_what_a_country_held_then_was_its_own() -> None:
    once = [
        ("SD", *CAPITALS["SS"]),
        ("ET", 38.93, 15.34),
        ("ID", 126.36, -8.86),
        ("RS", 15.98, 45.81),
        ("RU", 74.60, 42.87),
    ]
    assert doubtful(*once, start="1991-06-01") == [""] * len(once)
    assert doubtful(*once, start="2012-06-01") == ["far"] * len(once)


def test_an_unknown_country_is_not_checked() -> None:
    assert doubtful(("AQ", 100.0, 10.0), ("ZZ", 100.0, 10.0)) == ["", ""]
    none = country_check.WorldAreas([])
    assert not none.beyond("FR", np.array([0.0]), np.array([0.0])).any()


def test_widening_is_even_in_all_directions_and_goes_round_the_world() -> None:
    wide = country_check.around(shapely.box(24.9, 69.9, 25.1, 70.1), 80)
    west, south, east, north = wide.bounds
    assert (north - 70.1) * 111.2 == pytest.approx(80, rel=0.02)
    assert (east - 25.1) * 111.2 * np.cos(np.radians(70)) == pytest.approx(80, rel=0.05)
    assert 25.1 - west == pytest.approx(east - 24.9) and north - 69.9 == pytest.approx(70.1 - south)
    assert country_check.around(shapely.box(179, 0, 180, 1), 80).contains(
        shapely.Point(-179.8, 0.5)
    )


def test_names_and_numbers_of_data_sets_lead_to_areas() -> None:
    for name, code in {
        "Kosovo": "XK", "Saint Lucia": "LC", "Saint-Martin": "MF", "Macedonia, FYR": "MK",
        "Vietnam (North Vietnam)": "VN", "Hong Kong": "HK", "DR Congo (Zaire)": "CD",
    }.items():  # fmt: skip
        assert code_of(name) == code
    assert code_of("347", gleditsch_ward=True) == "XK"
    ocean = np.array([0.0]), np.array([-45.0])
    unknown = {
        code
        for code in GLEDITSCH_WARD.values()
        if not country_check.world_countries().beyond(code, *ocean).all()
    }
    assert not unknown
    named = {code for _, _, codes in country_check.FORMER for code in codes.split()}
    assert named <= set(GLEDITSCH_WARD.values())


def test_a_file_of_the_world_is_flagged_row_by_row(tmp_path: Path) -> None:
    mali = {"country": "Mali", "iso": "466", "latitude": "16.77", "longitude": "-3.01"}
    text = acled(
        mali,
        {**mali, "latitude": "-3.01", "longitude": "16.77"},
        {**mali, "latitude": "51.5", "longitude": "-0.1"},
        {**mali, "country": "Ruritania", "iso": ""},
    )
    report, rows = taken(tmp_path, text)
    assert [row["flags"] for row in rows] == [None, ";swapped;", ";far;", ";country;"]
    assert {group.kind: group.count for group in report.groups if group.fate == "flagged"} == {
        "swapped": 1, "far": 1, "country": 1,
    }  # fmt: skip


def test_ucdp_at_sea_or_in_the_air_is_not_compared(tmp_path: Path) -> None:
    place = {"country": "Nigeria", "country_id": "475", "latitude": "0.5", "longitude": "-30.5"}
    place["geom_wkt"] = "POINT (-30.5 0.5)"
    assert place.keys() <= UCDP_ROW.keys()
    _, rows = taken(tmp_path, ucdp(place, {**place, "where_prec": "7"}))
    assert [row["flags"] for row in rows] == [";far;", ";sea-or-air;"]


# ---------------------------------------------------------------- beneath pictures
def ground_of(box: Bbox) -> BaseMap:
    return base_map(load_package(), box, 400, 300, relief=False)


def is_land(basemap: BaseMap, lon: float, lat: float) -> bool:
    at = shapely.Point(basemap.point(lon, lat))
    return any(area.contains(at) for area in basemap.world_land)


def test_far_away_a_picture_has_land_and_sea() -> None:
    basemap = ground_of(Bbox(-20, -36, 52, 38))
    assert is_land(basemap, *CAPITALS["CD"]) and is_land(basemap, *CAPITALS["ML"])
    assert not is_land(basemap, -10, -10) and not is_land(basemap, 40, -20)
    # Lines run between countries and along coasts only.
    river = shapely.Point(basemap.point(15.32, -4.30))  # the Congo, between two capitals
    assert basemap.world_edges.distance(river) < 3
    assert basemap.world_edges.distance(shapely.Point(basemap.point(23.0, -3.0))) > 10


def test_where_the_layers_cover_a_picture_there_is_no_other_land() -> None:
    basemap = ground_of(Bbox(67, 37, 75, 41))
    assert not basemap.world_land and basemap.world_edges.is_empty


def test_coarse_lines_keep_off_the_layers_and_cut_edges_are_no_borders() -> None:
    basemap = ground_of(Bbox(50, 28, 72, 44))
    finer = shapely.union_all([shape.geometry for shape in basemap.layers["countries"]])
    assert basemap.world_land and not basemap.world_edges.intersects(finer)
    # In the layers Afghanistan ends at 33 degrees north and Turkmenistan at 60 degrees east.
    for at in ((66.0, 33.0), (60.0, 39.5)):
        assert basemap.edges["countries"].distance(shapely.Point(basemap.point(*at))) > 5
    border = shapely.Point(basemap.point(61.1, 34.8))  # Iran and Afghanistan
    assert basemap.edges["countries"].distance(border) < 5


def test_a_map_names_natural_earth_once() -> None:
    credit = describe.map_credits(load_package())
    assert credit == describe.attribution(load_package())
    assert credit.count(world.CREDIT) == 1
