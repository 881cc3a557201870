"""docs/nginx.conf is run as it stands: TLS, a sub-path, packed files, two processes."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import patience
import pytest
from playwright.sync_api import expect

from geo.package.load import Package
from tools import nginx

from .driving import ROOT, Server, Tab, Visit, start

CONFIGURATION = ROOT / "docs/nginx.conf"
MAIN = """
daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1;
events {{ worker_connections 256; }}
http {{
    log_format asked '$upstream_addr $request_uri';
    access_log {folder}/access asked;
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/marz.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """Two servers behind nginx; its folder."""
    binary = nginx.find()
    if binary is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed: python tools/nginx.py")
    base = "--server.baseUrlPath=atlas"
    servers = [start(tmp_path / f"log{n}", None, base, path="/atlas") for n in (1, 2)]
    folder = tmp_path / "nginx"
    folder.mkdir()
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", folder / "key", "-out", folder / "certificate"),
        ],
        check=True,
        capture_output=True,
    )
    plain, secure = free_port(), free_port()
    here = {
        "127.0.0.1:8501": urlsplit(servers[0].url).netloc,
        "127.0.0.1:8502": urlsplit(servers[1].url).netloc,
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "atlas.example.org;": "localhost;",
        "/etc/letsencrypt/live/atlas.example.org/fullchain.pem": f"{folder}/certificate",
        "/etc/letsencrypt/live/atlas.example.org/privkey.pem": f"{folder}/key",
        "https://$host$": f"https://localhost:{secure}$",
    }
    written = CONFIGURATION.read_text("utf-8")
    for old, new in here.items():
        assert old in written, f"docs/nginx.conf has no “{old}” any more"
        written = written.replace(old, new)
    (folder / "marz.conf").write_text(written, "utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), "utf-8")
    process = subprocess.Popen([binary, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        patience.until(lambda: answers(secure) or process.poll() is not None)
        assert process.poll() is None, (folder / "errors").read_text("utf-8")
        yield Server(f"https://localhost:{secure}", servers[0].log, process), folder
    finally:
        process.terminate()
        process.wait(10)
        for server in servers:
            server.stop()


def test_marz_runs_behind_nginx(
    deployed: tuple[Server, Path], visit: Visit, embedded: Package
) -> None:
    server, folder = deployed
    context = ssl.create_default_context(cafile=folder / "certificate")
    context.check_hostname = False
    ask = urllib.request.Request(f"{server.url}/atlas/", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(ask, context=context) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"]
    for path in ("/", "/atlas/_stcore/metrics"):
        with pytest.raises(urllib.error.HTTPError, match=r"40[34]"):
            urllib.request.urlopen(server.url + path, context=context)

    tab: Tab = visit(server, ignore_https_errors=True)
    tab.open_map(prefix="/atlas", country="KG")
    expect(tab.map).to_have_attribute("data-shown", re.compile(r"[1-9]\d*"))
    assert any(url.startswith("wss://") for url in tab.watch.asked)
    logged = (folder / "access").read_text("utf-8").splitlines()
    processes = {line.split()[0] for line in logged if "/atlas/static/" in line}
    assert len(processes) == 1, "a reader was sent from one process to the other"
