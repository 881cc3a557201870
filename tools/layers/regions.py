"""First-order regions: Natural Earth's polygons refitted to the countries of the map."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import Geometry

from tools.layers.borders import CLIP, NO_NAMES
from tools.layers.geo import Feature, area_km2, feature, only_polygons, rounded
from tools.layers.packages import ADMIN1, Cache
from tools.layers.vintages import Countries

GAP = 2e-5  # degrees, some two metres
COUNTRIES = ("AF", "KG", "TJ")
SPACING = 0.02  # degrees between the points that decide which region is nearest


@dataclass(frozen=True)
class Mended:
    """What today's ISO 3166-2 has otherwise than the source, for one region.

    Attributes
    ----------
    code : str
        ISO 3166-2 code.
    name : str
        English name.
    names_hold : bool
        Whether the source's names in other languages and its Wikidata id are this region's.
        They aren't where it names the chief town, or the province that this one was split from.
    """

    code: str
    name: str
    names_hold: bool = True


# By GeoNames id, which the source has right where it has the code wrong.
MENDED = {
    1221092: Mended("TJ-SU", "Sughd", names_hold=False),  # named after Khujand in the source
    6452615: Mended("TJ-RA", "Districts of Republican Subordination"),
    6957555: Mended("AF-PAN", "Panjshir Province", names_hold=False),  # was part of Parwan
    6957553: Mended("AF-DAY", "Daykundi Province", names_hold=False),  # was part of Uruzgan
    1131257: Mended("AF-PIA", "Paktia Province"),  # the source swaps these two codes
    1131256: Mended("AF-PKA", "Paktika Province"),
    1141103: Mended("AF-GHO", "Ghor Province"),
    1346798: Mended("KG-O", "Osh Region", names_hold=False),  # named after Osh city
}
SUFFIX = {"AF": " Province", "KG": " Region", "TJ": ""}
WITHOUT_SUFFIX = {"KG-GB"}  # Bishkek is a city

# Forms that the source spells wrongly (the zero-width non-joiner got lost) or mistakes.
REJECTED_NAMES = {
    "РПП",
    "استان ایسیککول",
    "استان تراز",
    "جلالآباد",
    "ناحیههای تابع جمهوری",
}


def region_features(cache: Cache, countries: Countries) -> list[Feature]:
    """Regions of Tajikistan and Kyrgyzstan, and the Afghan provinces within the clip."""
    source = json.loads(cache.read(ADMIN1, "package/data/states/admin1.json"))["features"]
    kept, shapes, is_clipped = [], [], []
    for iso in COUNTRIES:
        members = [item for item in source if item["properties"]["iso_a2"] == iso]
        wholes = [shapely.make_valid(shapely.from_geojson(json.dumps(m))) for m in members]
        for member, shape, whole in zip(
            members, refit(wholes, countries[iso]), wholes, strict=True
        ):
            mostly_cut_off = area_km2(shape) < 0.5 * area_km2(whole)
            if not mostly_cut_off:
                kept.append(member["properties"])
                shapes.append(rounded(shape))
                is_clipped.append(bool(whole.intersects(CLIP.boundary)))
    # Where a region's edge ends on another country's, rounding parts the two by a metre.
    shapes = shapely.coverage_clean(shapes, gap_width=GAP, snapping_distance=GAP)
    return [_region_feature(*about) for about in zip(kept, shapes, is_clipped, strict=True)]


def refit(regions: list[Geometry], country: Geometry) -> list[Geometry]:
    """Make regions fill a country exactly.

    Each keeps what lies inside the country; what no region covers goes to the nearest one.

    Parameters
    ----------
    regions : list of shapely.Geometry
        Polygons that cover the country roughly.
    country : shapely.Geometry
        The polygon to fill.
    """
    left_over = country - shapely.union_all(regions)
    points, owners = [], []
    for number, region in enumerate(regions):
        vertices = shapely.get_coordinates(shapely.segmentize(region.boundary, SPACING))
        points.append(vertices)
        owners.append(np.full(len(vertices), number))
    seeds, first = np.unique(np.vstack(points).round(6), axis=0, return_index=True)
    owner_of_seed = np.concatenate(owners)[first]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.MultiPoint(seeds), extend_to=country.envelope, ordered=True
        )
    )
    touching = shapely.intersects(cells, left_over)
    return [
        only_polygons(
            shapely.union_all(
                [region & country, *(left_over & cells[touching & (owner_of_seed == n)])]
            )
        )
        for n, region in enumerate(regions)
    ]


def _region_feature(source: dict[str, Any], shape: Geometry, is_clipped: bool) -> Feature:
    """One region, with today's code and name."""
    iso, code = source["iso_a2"], source["iso_3166_2"]
    name = source["name_en"]
    mended = MENDED.get(source["gn_id"])
    if mended is None:
        suffix = "" if code in WITHOUT_SUFFIX else SUFFIX[iso]
        mended = Mended(code, name + suffix)
    names = dict(NO_NAMES)
    for key in ("name_ru", "name_fa"):
        if mended.names_hold and source[key] not in REJECTED_NAMES:
            names[key] = source[key]
    properties = {
        "place_id": mended.code,
        "name": mended.name,
        **names,
        "kind": "region",
        "country": iso,
        "wikidata": source["wikidataid"] if mended.names_hold else None,
        "geonames_id": source["gn_id"],
        "clipped": is_clipped,
    }
    return feature(mended.code, properties, shape)
