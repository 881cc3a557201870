"""Find an nginx for the test of docs/nginx.conf, or install Debian's where we may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def find() -> str | None:
    """Path of an installed nginx; Debian keeps it where only root's PATH leads."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def main() -> int:
    """Install what is missing; 0 in any case: without nginx one test is left out, and says so."""
    if find() is None and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx-light"]
        subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
    print(f"nginx: {find() or 'not there; its test is left out'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
