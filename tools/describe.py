"""Take the descriptors of freshly built layers over into data/datapackage.json.

``tools/build_layers.py`` writes data/layers/resources.json; the tables of the package are
described by hand in datapackage.json and stay as they are.
"""

from __future__ import annotations

import json
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


def main() -> None:
    """Replace every resource below layers/ by its new descriptor."""
    path = DATA / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    built = json.loads((DATA / "layers/resources.json").read_text("utf-8"))
    tables = [r for r in descriptor["resources"] if not r["path"].startswith("layers/")]
    descriptor["resources"] = tables + built
    path.write_text(json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
