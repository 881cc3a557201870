"""Find a Chromium for the tests, or install one.

Order: ``MARZ_CHROMIUM``; a Chromium or Chrome on the PATH; Debian's package where the system
has apt and we are root; else the one that Playwright downloads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of an installed browser; None leaves the choice to Playwright."""
    if chosen := os.environ.get("MARZ_CHROMIUM"):
        return chosen
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Install what is missing; 0 when a browser is there."""
    if found := find():
        print(f"browser: {found}")
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
        if found := find():
            print(f"browser: {found}")
            return 0
    return subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
