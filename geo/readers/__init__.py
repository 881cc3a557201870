"""Takes in other people's data: ACLED, UCDP GED, CSV, workbooks, Parquet, GeoJSON.

`sniff` looks at a file, `take_in` makes a data set of it; `geo.readers.sandboxed` does both in a
process of its own, as an upload must be.
"""

from geo.readers.limits import Limits
from geo.readers.mapping import Mapping
from geo.readers.report import Report
from geo.readers.sniffing import Question, Sniffed, sniff
from geo.readers.taking import Cancelled, take_in

__all__ = ["Cancelled", "Limits", "Mapping", "Question", "Report", "Sniffed", "sniff", "take_in"]
