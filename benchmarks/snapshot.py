"""How long a picture takes: Marz, folium's ``_to_png``, and a screenshot of the page to send.

All in one run, taking turns: a 300-dpi A4 PNG of the whole chronology by
`geo.picture.snapshot`, warm and for a picture's first time in a process;
``folium.Map._to_png`` of the same places through Selenium, as it is and without the three
seconds that it waits; and a Playwright screenshot of the HTML page that Marz
exports, in a browser that is open already. Needs Selenium and a chromedriver
(``MARZ_CHROMEDRIVER`` or on the PATH); what is missing is said and not measured.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

import folium
import psutil

from geo import places
from geo.collection.packaged import Packaged
from geo.export import text as export_text
from geo.model import Filter, Scene, Sheet
from geo.package.load import Package, load_package
from geo.picture import snapshot
from geo.picture.exported import Export
from tools import browser as chromium

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SIZE = (1440, 900)
FLAGS = ["--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--host-resolver-rules=MAP * ~NOTFOUND"]  # fmt: skip
if hasattr(os, "geteuid") and os.geteuid() == 0:
    FLAGS.append("--no-sandbox")
Timed = Callable[[], dict[str, float]]


def seconds(action: Callable[[], Any]) -> float:
    """Time of one call, by the wall clock."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def megabytes() -> tuple[float, float]:
    """Memory of this process now, and the most that it ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (
        psutil.Process().memory_info().rss / 2**20,
        peak / (2**20 if sys.platform == "darwin" else 2**10),
    )


def of_marz(data: Package) -> tuple[Timed, dict[str, float]]:
    """The picture, and what the first one costs in time and memory."""
    rows = Packaged(data).select(Filter())
    scene = Scene(sheet=Sheet(preset="a4", dpi=300))

    def draw() -> None:
        content = snapshot.picture(Export(data, scene, rows, "png", NOW, state="{}"))
        assert content.startswith(b"\x89PNG")

    gc.freeze()  # As pages/ui does after loading.
    before, _ = megabytes()
    first = seconds(draw)
    for _ in range(5):
        draw()
    now, peak = megabytes()
    once = {"first_s": first, "kept_mb": now - before, "peak_mb": peak - before}
    return lambda: {"marz": seconds(draw)}, once


def of_folium(data: Package) -> Timed:
    """What folium does by itself: the same places as circles, through Selenium."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    driver_path = os.environ.get("MARZ_CHROMEDRIVER") or shutil.which("chromedriver")
    if not driver_path:
        raise FileNotFoundError("there is no chromedriver: install Debian's chromium-driver")
    features = places.features(data, Packaged(data).select(Filter()))["features"]
    borders = json.loads(data.layers["borders"][["geometry"]].to_json())

    def chart() -> folium.Map:
        made = folium.Map(location=[38.8, 71.0], zoom_start=7, tiles=None)
        leaflet = (ROOT / "static/leaflet").as_uri()
        made.default_js = [("leaflet", f"{leaflet}/leaflet.js")]
        made.default_css = [("leaflet", f"{leaflet}/leaflet.css")]
        folium.GeoJson(borders).add_to(made)
        for feature in features:
            lon, lat = feature["geometry"]["coordinates"]
            folium.CircleMarker([lat, lon], radius=7, fill=True).add_to(made)
        return made

    def shoot(delay: int = 0) -> dict[str, float]:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium.find() or ""
        for flag in [
            *FLAGS,
            f"--window-size={SIZE[0]},{SIZE[1]}",
            "--allow-file-access-from-files",
        ]:
            options.add_argument(flag)
        start = time.perf_counter()
        driver = webdriver.Chrome(options=options, service=Service(driver_path))
        ready = time.perf_counter()
        made = chart()
        shown = made._to_png(delay=delay, driver=driver, size=SIZE)
        end = time.perf_counter()
        assert shown.startswith(b"\x89PNG")
        if delay:
            return {"folium_as_is": end - start}
        return {"folium": end - start, "folium_open": end - ready}

    return lambda: {**shoot(), **shoot(delay=3)}


def of_page(data: Package, folder: Path, page: Any) -> Timed:
    """A screenshot of the page to send, from the address to the bytes."""
    rows = Packaged(data).select(Filter())
    file = folder / "page.html"
    file.write_bytes(export_text.html(Export(data, Scene(), rows, "html", NOW)))

    def shoot() -> dict[str, float]:
        start = time.perf_counter()
        page.goto(file.as_uri())
        page.locator(".marz-symbol svg").first.wait_for()
        shown = page.screenshot()
        end = time.perf_counter()
        assert shown.startswith(b"\x89PNG")
        return {"page": end - start}

    return shoot


def run(rounds: int) -> dict[str, Any]:
    """Measure everything in turns; the first round is not counted."""
    from playwright.sync_api import sync_playwright

    data = load_package(ROOT / "data")
    marz, once = of_marz(data)
    found: dict[str, list[float]] = {}
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=[f for f in FLAGS if "headless" not in f]
        )
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        takers: list[Timed] = [marz, of_page(data, Path(folder), page)]
        try:
            takers.append(of_folium(data))
        except (ImportError, FileNotFoundError) as error:
            missing["folium"] = str(error)
        for number in range(rounds + 1):
            turn = number % len(takers)
            for take in takers[turn:] + takers[:turn]:
                for name, value in take().items():
                    if number:
                        found.setdefault(name, []).append(value)
        browser.close()
    return {"once": once, "seconds": found, "missing": missing}


LABELS = {
    "marz": "Marz, A4 at 300 dpi (3508 × 2480)",
    "folium_as_is": "folium _to_png as it is (delay=3)",
    "folium": "the same without its delay",
    "folium_open": "the same without its browser's start either",
    "page": f"Playwright, page to send ({SIZE[0]} × {SIZE[1]}), browser open",
}


def report(found: dict[str, Any]) -> str:
    """Say it as a table of medians and worst, in milliseconds, with how often Marz fits in."""
    marz = statistics.median(found["seconds"]["marz"])
    lines = [f"{'':54}{'median':>8}{'worst':>8}{'Marz is':>10}"]
    for name, label in LABELS.items():
        values = found["seconds"].get(name)
        if not values:
            lines.append(f"{label:54}not measured: {found['missing'].get(name.split('_')[0], '')}")
            continue
        median = statistics.median(values)
        faster = "" if name == "marz" else f"{median / marz:.1f} ×"
        lines.append(f"{label:54}{median * 1000:8.0f}{max(values) * 1000:8.0f}{faster:>10}")
    once = found["once"]
    lines.append(
        f"Marz's first picture: {once['first_s']:.1f} s; memory: {once['kept_mb']:.0f} MB more "
        f"kept, {once['peak_mb']:.0f} MB more at the most."
    )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """0 when measured, whatever came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="of each (default 9)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    given = parser.parse_args(arguments)
    found = run(max(1, given.rounds))
    print(report(found))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
