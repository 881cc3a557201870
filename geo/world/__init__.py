"""The countries of the world, coarse: they come with Marz, whatever data package it shows.

`tools/build_world.py` makes them; ``datapackage.json`` beside them says of what, and under which
licence. A data package's own layer ``countries`` is finer, and comes first where it reaches.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
CREDIT = "Natural Earth"
"""What stands among the credits of a map that draws them."""


@cache
def features() -> tuple[dict[str, Any], ...]:
    """GeoJSON features with ``country`` and ``also`` (ISO 3166-1 alpha-2), EPSG:4326.

    Read once, when they are first asked for. Treat them as frozen.
    """
    document = json.loads((FOLDER / "countries.geojson").read_text("utf-8"))
    return tuple(document["features"])
