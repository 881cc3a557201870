"""Starts a real PostgreSQL and a real Spark, runs a command beside them, and stops both.

``python tools/engines.py -m pytest tests/engines`` is what ``make engines`` runs. Both are there
for the command alone: their files lie in a temporary folder, and they listen on the loopback
address. The command, a Python one, finds them in ``MARZ_TEST_POSTGRES`` and ``MARZ_TEST_SPARK``.

PostgreSQL is Debian's, installed by apt if it is missing and we are root, and run as another user,
because it refuses root. Spark is PyPI's pyspark: a master and two workers as processes, on the
installed Java or Debian's.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

WAIT = 60
"""Seconds after which what has not come up never will."""
WORKERS = 2
LOOPBACK = "127.0.0.1"


def main(arguments: list[str]) -> int:
    """Run a Python command with both engines up; its exit status."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="marz-engines-"))
        folder = Path(name)
        # PostgreSQL's user must get through to its own folder below.
        folder.chmod(0o755)
        address = stack.enter_context(postgres(folder / "postgres"))
        master = stack.enter_context(spark(folder / "spark"))
        data = folder / "data"
        data.mkdir()
        environment = {
            **os.environ,
            **loopback(),
            "MARZ_TEST_POSTGRES": address,
            "MARZ_TEST_SPARK": f"{master}/?data={data}",
        }
        return subprocess.run([sys.executable, *arguments], env=environment, check=False).returncode


# ---------------------------------------------------------------- PostgreSQL
@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A cluster of its own; yields its address."""
    programs = _postgres_programs()
    user = _other_user()
    folder.mkdir()
    if user:
        shutil.chown(folder, user)
    port = _free_port()
    as_user: dict[str, Any] = {"user": user, "cwd": folder} if user else {"cwd": folder}
    cluster = str(folder / "cluster")
    made: list[str | Path] = [
        programs / "initdb", "-D", cluster, "-U", "marz", "-A", "trust", "-E", "UTF8",
        "--locale=C", "--no-sync",
    ]  # fmt: skip
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, **as_user)
    settings = {
        "listen_addresses": LOOPBACK,
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
    }
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    with _process([programs / "postgres", "-D", cluster, *options], folder / "log", **as_user):
        _until(lambda: _listens(port), "PostgreSQL", folder / "log")
        address = f"postgresql://marz@{LOOPBACK}:{port}/postgres"
        ready: list[str | Path] = [programs / "pg_isready", "-q", "-h", LOOPBACK, "-p", str(port)]
        _until(lambda: not subprocess.run(ready, check=False).returncode, "PostgreSQL", folder)
        yield address


def _postgres_programs() -> Path:
    """Folder of initdb and postgres."""
    for attempt in (1, 2):
        homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        found = shutil.which("initdb")
        if homes or found:
            return homes[-1] if homes else Path(os.path.realpath(found or "")).parent
        if attempt == 1:
            _apt("postgresql")
    raise SystemExit("PostgreSQL's initdb was not found.")


def _other_user() -> str | None:
    """Who runs PostgreSQL where we are root."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


# ---------------------------------------------------------------- Spark
@contextmanager
def spark(folder: Path) -> Iterator[str]:
    """A master and its workers; yields the master's address."""
    if not shutil.which("java"):
        _apt("default-jre-headless")
    try:
        import pyspark
    except ImportError:
        raise SystemExit("pyspark is missing: pip install -r requirements-engines.txt") from None
    home = Path(pyspark.__file__).parent
    folder.mkdir()
    port = _free_port()
    environment = {
        **os.environ,
        **loopback(),
        "SPARK_HOME": str(home),
        "SPARK_DAEMON_MEMORY": "512m",
        "PYSPARK_PYTHON": sys.executable,
    }
    run: list[str | Path] = [home / "bin" / "spark-class"]
    deploy = "org.apache.spark.deploy"
    common = ["--host", LOOPBACK, "--webui-port", "0"]
    master = f"spark://{LOOPBACK}:{port}"
    with ExitStack() as stack:
        command: list[str | Path] = [*run, f"{deploy}.master.Master", *common, "--port", str(port)]
        log = folder / "master.log"
        stack.enter_context(_process(command, log, cwd=folder, env=environment))
        _until(lambda: _listens(port), "Spark's master", log)
        for number in range(WORKERS):
            log = folder / f"worker-{number}.log"
            work: list[str | Path] = [
                "--cores",
                "1",
                "--memory",
                "2g",
                "--work-dir",
                folder / f"work-{number}",
            ]
            command = [*run, f"{deploy}.worker.Worker", *common, *work, master]
            stack.enter_context(_process(command, log, cwd=folder, env=environment))
            _until(partial(_has_registered, log), "A worker", log)
        yield master


def loopback() -> dict[str, str]:
    """Keep Spark's processes, the driver included, on this machine."""
    return {"SPARK_LOCAL_IP": LOOPBACK, "SPARK_LOCAL_HOSTNAME": LOOPBACK}


def _has_registered(log: Path) -> bool:
    return "Successfully registered" in _text(log)


# ---------------------------------------------------------------- both
@contextmanager
def _process(command: Sequence[str | Path], log: Path, **options: Any) -> Iterator[None]:
    """A process in the background; stopped on leaving."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=file, stderr=subprocess.STDOUT, **options
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until(holds: Callable[[], bool], what: str, log: Path) -> None:
    end = time.monotonic() + WAIT
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"{what} did not come up:\n{_text(log)[-3000:]}")
        time.sleep(0.1)


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _apt(package: str) -> None:
    """Install a package of Debian's, or say who must."""
    if os.geteuid() or not shutil.which("apt-get"):
        raise SystemExit(
            f"{package} is missing. On Debian and Ubuntu: sudo apt-get install {package}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
        subprocess.run(["apt-get", "-qq", *command], check=True, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
