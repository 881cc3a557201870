"""Page Records: what the filter leaves as a sortable table, and the selected record whole."""

from geo import describe
from geo.collection.packaged import Packaged
from geo.package.load import Package
from pages.ui import datasets, detail, export_panel, frame, head, listing, panel
from pages.ui.state import State, limits

COLUMNS = ["short", "title", "where", "type", "status", "deaths", "countries", "when", "date", "id"]


def body(package: Package, current: State) -> None:
    """The same filters as the atlas."""
    rows = Packaged(package).select(current.query)
    with head.row("Records", current.query, describe.status_line(package, rows)):
        export_panel.show(package)
    counts = [Packaged(package).facet_counts(current.query)]
    panel.draw(current.query, counts, *limits(package))
    if len(rows):
        listing.table(package, current, columns=COLUMNS, height=520)
    else:
        panel.nothing(current.query, [datasets.marz(package).data])
    detail.show(package, current, rows)


frame.page(body, "records")
