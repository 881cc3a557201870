"""Borders, countries and exclaves out of the two vintages."""

from typing import Any

import numpy as np
import shapely
from babel import Locale
from scipy.ndimage import gaussian_filter1d
from shapely import Geometry

from tools.layers.geo import (
    DECIMALS,
    Feature,
    area_km2,
    feature,
    from_local,
    length_km,
    only_polygons,
    simplified,
    to_local,
)
from tools.layers.names import CLDR_LOCALES
from tools.layers.vintages import Countries, Vintage

BORDER_TOLERANCE_M = 50
EXCLAVE_TOLERANCE_M = 20
COUNTRY_TOLERANCE_M = 250
MAX_EXCLAVE_KM2 = 1000  # the largest measures some 230
CLIP = shapely.box(60, 33, 82, 46)

KM_PER_MILE = 1.609344
PUBLISHED_LENGTHS: dict[str, list[dict[str, Any]]] = {
    "TJ-AF": [
        {"by": "CIA World Factbook", "km": 1357},
        {
            "by": "globalresearch-2018-09-04",
            "text": "800 miles",
            "km": round(800 * KM_PER_MILE),
        },
    ],
    "TJ-KG": [
        {"by": "CIA World Factbook", "km": 984},
        {"by": "ahram-afp-2022-10-19", "text": "970 km (600 miles)", "km": 970},
    ],
}
TREATY_LENGTH = {"by": "Treaty of 13 March 2025", "km": 1006.84}

MIXED_VINTAGES = (
    "The difference between the two vintages mixes the treaty of 13 March 2025 with re-mapping "
    "in OpenStreetMap: it is not territory ceded."
)
NOT_IN_TREATY = (
    "Between Tajikistan and Kyrgyzstan the treaty of 13 March 2025 decided; this exclave lies "
    "elsewhere, so its two vintages differ by re-mapping alone."
)
GIVEN_BY_TREATY = (
    "Only in the vintage before the treaty of 13 March 2025, by which it went to Kyrgyzstan."
)
ONE_VINTAGE = (
    "One vintage, the current one, serves all dates. The release before 13 March 2025 measures "
    "{before_km:.1f} km: the line was re-mapped along the river since."
)

# Where each exclave lies (a point inside it) and who surrounds it. The 5.4 km² Tajik pocket at
# 70.50 E, 39.94 N is left out: only the 0.01 km² Tort-Kocho road, mapped as neither country's,
# parts it from the Tajik mainland.
EXCLAVES: dict[str, tuple[str, str, str, tuple[float, float]]] = {
    "exclave-vorukh": ("Vorukh", "TJ", "KG", (70.63, 39.84)),
    "exclave-sarvan": ("Sarvan", "TJ", "UZ", (70.619, 40.96)),
    "exclave-western-qalacha": ("Western Qalacha", "TJ", "KG", (69.546, 40.068)),
    "exclave-sokh": ("Sokh", "UZ", "KG", (71.071, 40.036)),
    "exclave-shohimardon": ("Shohimardon", "UZ", "KG", (71.783, 39.972)),
    "exclave-chon-kara": ("Chon-Kara", "UZ", "KG", (71.032, 40.243)),
    "exclave-jangail": ("Jangail", "UZ", "KG", (71.665, 40.203)),
}

NO_NAMES: dict[str, None] = {"name_tg": None, "name_ky": None, "name_ru": None, "name_fa": None}


def shared_border(countries: Countries, one: str, other: str) -> Geometry:
    """Find the unsimplified line that two countries share, in as few lines as possible."""
    shared = shapely.intersection(countries[one].boundary, countries[other].boundary)
    lines = [part for part in shapely.get_parts(shared) if part.geom_type == "LineString"]
    return shapely.line_merge(shapely.union_all(lines))


def label_lines(
    border: Geometry, count: int = 3, reach_m: float = 90_000, points: int = 9
) -> list[list[list[float]]]:
    """Calm stretches along which the border's name can be written.

    The longest line is smoothed over some ten kilometres and cut into equal parts, so that
    the names are spread along it; the straightest stretch of each is read left to right.

    Parameters
    ----------
    border : shapely.Geometry
        The unsimplified border.
    count : int
        How many stretches.
    reach_m : float
        Length of a stretch in metres.
    points : int
        Points in a stretch.
    """
    step = 1000.0
    line = max(shapely.get_parts(to_local(border)), key=shapely.length)
    along = np.arange(0, line.length, step)
    raw = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    smooth = gaussian_filter1d(raw, sigma=12, axis=0, mode="nearest")
    window = int(reach_m / step)
    starts = np.arange(0, len(smooth) - window)
    chords = np.hypot(*(smooth[starts + window] - smooth[starts]).T)
    walked = np.hypot(*np.diff(smooth, axis=0).T)
    travelled = np.convolve(walked, np.ones(window), mode="valid")[: len(starts)]
    straightness = chords / travelled
    best_of_each = []
    for part in np.array_split(np.arange(len(smooth)), count):
        within = starts[(starts >= part[0]) & (starts + window <= part[-1])]
        best_of_each.append(int(within[np.argmax(straightness[within])]))
    stretches = []
    for start in best_of_each:
        picks = np.linspace(start, start + window, points).round().astype(int)
        places = shapely.get_coordinates(from_local(shapely.LineString(smooth[picks])))
        if places[0, 0] > places[-1, 0]:
            places = places[::-1]
        stretches.append(places.round(DECIMALS).tolist())
    return stretches


def _border_feature(vintage: Vintage, other: str, name: str, dated: bool, note: str) -> Feature:
    """One vintage of Tajikistan's border with another country."""
    line = shared_border(vintage.countries, "TJ", other)
    drawn = simplified(line, BORDER_TOLERANCE_M)
    place_id = f"TJ-{other}"
    published = list(PUBLISHED_LENGTHS[place_id])
    if dated and vintage.valid_from:
        published.append(TREATY_LENGTH)
    properties = {
        "place_id": place_id,
        "name": name,
        **NO_NAMES,
        "kind": "border",
        "country": f"TJ;{other}",
        "wikidata": None,
        "valid_from": vintage.valid_from if dated else None,
        "valid_to": vintage.valid_to if dated else None,
        "length_km": round(length_km(line), 1),
        "length_km_drawn": round(length_km(drawn), 1),
        "published_lengths": published,
        "label_lines": label_lines(line),
        "source": f"OpenStreetMap via timezone-boundary-builder, from {vintage.package.label}",
        "note": note,
    }
    return feature(f"{place_id}@{vintage.suffix}" if dated else place_id, properties, drawn)


def border_features(now: Vintage, before: Vintage) -> list[Feature]:
    """Make the Tajik-Afghan border, and the Tajik-Kyrgyz one in both vintages."""
    kyrgyz = "Tajik–Kyrgyz border"
    afghan_note = ONE_VINTAGE.format(
        before_km=length_km(shared_border(before.countries, "TJ", "AF"))
    )
    return [
        _border_feature(now, "AF", "Tajik–Afghan border", dated=False, note=afghan_note),
        _border_feature(now, "KG", kyrgyz, dated=True, note=MIXED_VINTAGES),
        _border_feature(before, "KG", kyrgyz, dated=True, note=MIXED_VINTAGES),
    ]


def simplified_countries(now: Vintage) -> Countries:
    """Countries clipped to the map and simplified together, so neighbours keep one edge."""
    clipped = [only_polygons(country & CLIP) for country in now.countries.values()]
    # The tolerance is the square root of the smallest triangle that stays (Visvalingam).
    coarse = shapely.coverage_simplify(to_local(np.array(clipped)), COUNTRY_TOLERANCE_M)
    return dict(zip(now.countries, from_local(coarse), strict=True))


def country_features(countries: Countries) -> list[Feature]:
    """Country polygons with their CLDR names."""
    english = Locale.parse("en").territories
    features = []
    for iso, polygon in countries.items():
        names = {key: Locale.parse(locale).territories[iso] for key, locale in CLDR_LOCALES.items()}
        is_clipped = not polygon.within(CLIP.buffer(-0.01))
        properties = {
            "place_id": iso,
            "name": english[iso],
            **names,
            "kind": "country",
            "country": iso,
            "wikidata": None,
            "clipped": is_clipped,
            "note": "Clipped to about 60-82 E, 33-46 N: not the whole country."
            if is_clipped
            else None,
        }
        features.append(feature(iso, properties, polygon))
    return features


def exclave_polygons(vintage: Vintage) -> dict[str, Geometry]:
    """Unsimplified polygon of each named exclave that this vintage holds, by place id."""
    found = {}
    for place_id, (_, iso, _, inside) in EXCLAVES.items():
        for part in shapely.get_parts(vintage.countries[iso]):
            is_mainland = area_km2(part) > MAX_EXCLAVE_KM2
            if not is_mainland and part.contains(shapely.Point(inside)):
                found[place_id] = part
    return found


def _exclave_note(place_id: str) -> str:
    """Tell what a reader must know before comparing an exclave's vintages."""
    _, iso, encloser, _ = EXCLAVES[place_id]
    if place_id == "exclave-western-qalacha":
        return GIVEN_BY_TREATY
    return MIXED_VINTAGES if {iso, encloser} == {"TJ", "KG"} else NOT_IN_TREATY


def exclave_features(vintages: tuple[Vintage, Vintage]) -> list[Feature]:
    """Make the exclaves of each vintage."""
    features = []
    for vintage in vintages:
        for place_id, polygon in exclave_polygons(vintage).items():
            name, iso, encloser, _ = EXCLAVES[place_id]
            properties = {
                "place_id": place_id,
                "name": name,
                **NO_NAMES,
                "kind": "exclave",
                "country": iso,
                "enclosed_by": encloser,
                "wikidata": None,
                "valid_from": vintage.valid_from,
                "valid_to": vintage.valid_to,
                "area_km2": round(area_km2(polygon), 2),
                "source": "OpenStreetMap via timezone-boundary-builder, from "
                + vintage.package.label,
                "note": _exclave_note(place_id),
            }
            drawn = simplified(polygon, EXCLAVE_TOLERANCE_M)
            features.append(feature(f"{place_id}@{vintage.suffix}", properties, drawn))
    return features
