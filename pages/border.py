"""Page Borders."""

from geo.package import Package
from pages.ui import frame
from pages.ui.state import State


def body(package: Package, current: State) -> None:
    """Being built."""


frame.page(body, "Borders")
