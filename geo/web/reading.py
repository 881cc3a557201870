"""How to read a file of records, or its address, with what people work with."""

from __future__ import annotations

from collections.abc import Callable

LANGUAGES = {"pandas": "python", "GeoPandas": "python", "R": "r", "Stata": "stata"}
"""Tool -> language of its lines; what is not here is told in words."""


def reading(ending: str, address: str) -> dict[str, str]:
    """Say how to read records.

    Parameters
    ----------
    ending : str
        ``.csv``, ``.geojson``, ``.parquet`` or ``.gpkg``.
    address : str
        Where they are: percent-encoded, so that no quotation mark ends early, or the name of a
        file.

    Returns
    -------
    dict of str to str
        Tool -> lines to paste, or what to do; nothing for any other ending.
    """
    return {tool: write(address) for tool, write in WAYS.get(ending, {}).items()}


Way = Callable[[str], str]


def _sheet(address: str) -> str:
    return (
        "LibreOffice: Sheet ▸ External Links, paste the address, choose UTF-8 and the comma.\n"
        "Excel: Data ▸ From Web, paste the address.\n"
        f'Google Sheets: =IMPORTDATA("{address}")\n'
        f"The address: {address}"
    )


def _qgis(address: str) -> str:
    return (
        "Layer ▸ Add Layer ▸ Add Vector Layer; source type “Protocol: HTTP(S)” for an address, "
        f"“File” for a file; URI:\n{address}"
    )


WAYS: dict[str, dict[str, Way]] = {
    ".csv": {
        "pandas": lambda at: (
            f'import pandas as pd\n\nrecords = pd.read_csv("{at}", keep_default_na=False)'
        ),
        "R": lambda at: f'records <- read.csv("{at}", encoding = "UTF-8", na.strings = "")',
        "Stata": lambda at: (
            f'import delimited "{at}", encoding("utf-8") varnames(1) bindquotes(strict) clear'
        ),
        "Spreadsheet": _sheet,
    },
    ".geojson": {
        "GeoPandas": lambda at: f'import geopandas as gpd\n\nrecords = gpd.read_file("{at}")',
        "R": lambda at: f'records <- sf::st_read("{at}")',
        "QGIS": _qgis,
    },
    ".parquet": {
        "pandas": lambda at: f'import pandas as pd\n\nrecords = pd.read_parquet("{at}")',
        "GeoPandas": lambda at: (
            "import geopandas as gpd\nimport pandas as pd\n\n"
            f'table = pd.read_parquet("{at}")\n'
            'records = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries.from_wkb(table["geometry"],'
            ' crs="EPSG:4326"))'
        ),
        "R": lambda at: f'records <- arrow::read_parquet("{at}")',
    },
    ".gpkg": {
        "GeoPandas": lambda at: (
            f'import geopandas as gpd\n\nrecords = gpd.read_file("{at}", layer="incidents_points")'
        ),
        "R": lambda at: f'records <- sf::st_read("{at}", layer = "incidents_points")',
        "QGIS": lambda at: f"Drop the file {at} on the map.",
    },
}
"""Ending -> tool -> what writes its lines."""
