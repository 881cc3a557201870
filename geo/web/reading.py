"""How to read a file of records, or its address, with what people work with."""

from __future__ import annotations

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
    return {tool: lines.format(at=address) for tool, lines in WAYS.get(ending, {}).items()}


_SPREADSHEET = (
    "LibreOffice: Sheet ▸ External Links, paste the address, choose UTF-8 and the comma.\n"
    "Excel: Data ▸ From Web, paste the address.\n"
    'Google Sheets: =IMPORTDATA("{at}")\n'
    "The address: {at}"
)
_QGIS = (
    "Layer ▸ Add Layer ▸ Add Vector Layer; source type “Protocol: HTTP(S)” for an address, "
    "“File” for a file; URI:\n{at}"
)
WAYS = {
    ".csv": {
        "pandas": 'import pandas as pd\n\nrecords = pd.read_csv("{at}", keep_default_na=False)',
        "R": 'records <- read.csv("{at}", encoding = "UTF-8", na.strings = "")',
        "Stata": 'import delimited "{at}", encoding("utf-8") varnames(1) bindquotes(strict) clear',
        "Spreadsheet": _SPREADSHEET,
    },
    ".geojson": {
        "GeoPandas": 'import geopandas as gpd\n\nrecords = gpd.read_file("{at}")',
        "R": 'records <- sf::st_read("{at}")',
        "QGIS": _QGIS,
    },
    ".parquet": {
        "pandas": 'import pandas as pd\n\nrecords = pd.read_parquet("{at}")',
        "GeoPandas": (
            "import geopandas as gpd\nimport pandas as pd\n\n"
            'table = pd.read_parquet("{at}")\n'
            'records = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries.from_wkb(table["geometry"],'
            ' crs="EPSG:4326"))'
        ),
        "R": 'records <- arrow::read_parquet("{at}")',
    },
    ".gpkg": {
        "GeoPandas": (
            'import geopandas as gpd\n\nrecords = gpd.read_file("{at}", layer="incidents_points")'
        ),
        "R": 'records <- sf::st_read("{at}", layer = "incidents_points")',
        "QGIS": "Drop the file {at} on the map.",
    },
}
"""Ending -> tool -> its lines, with ``{at}`` for the address."""
