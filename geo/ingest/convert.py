"""Rows of a file, as text, to rows of a data set, and what is wrong with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.collection.schema import SCHEMA
from geo.days import day_number
from geo.ingest import cells, forms, geojson, positions
from geo.ingest.batch import Batch
from geo.ingest.cells import Mask, mask, present
from geo.ingest.countries import codes_or_none, distinct
from geo.ingest.country_check import CountryAreas, Numbers
from geo.ingest.dates import WIDENING, Dated, Dates, together
from geo.ingest.limits import Limits
from geo.ingest.mapping import Mapping, lon_first
from geo.ingest.report import KINDS, REFUSED, Finding
from geo.vocabulary import PRECISIONS, type_of

LARGEST_TOLL = 2**31 - 1
TOTALS = pa.array(
    "total|totals|grand total|subtotal|sum|итого|всего|ҷамъ|ҷамъи кулл|жалпы|бардыгы|جمع|جمع کل|"
    "مجموع|المجموع".split("|")
)
"""What a line of totals is called, in the languages of the region and English."""
_GROUPED = r"(\d{1,3}(?:[, \u00a0\u202f'’]\d{3})+|\d{1,10})"
_AT_LEAST = re.compile(
    rf"{_GROUPED}\s*(?:\+|or more|и более|ва зиёда)|"
    rf"(?:>=|≥|at least|min\.?|не менее|минимум|ҳадди ақал)\s*{_GROUPED}",
    re.IGNORECASE,
)
_AT_MOST = re.compile(rf"(?:<=|≤|at most|up to|max\.?|не более|до)\s*{_GROUPED}", re.IGNORECASE)
_FROM_TO = re.compile(
    rf"(?:from|between|от|аз)?\s*{_GROUPED}\s*(?:[-–—]|to|and|до|то)\s*{_GROUPED}", re.IGNORECASE
)


def toll_of(text: str) -> tuple[float, float, float]:
    """Read a number of deaths: 1,000 is one, 10+ only a lowest, 3–5 a lowest and a highest.

    Returns
    -------
    tuple of (float, float, float)
        Lowest, exact and highest; NaN for what it does not give.
    """
    text, nothing = text.strip()[:60], float("nan")
    if found := re.fullmatch(_GROUPED, text):
        return nothing, _number(found[1]), nothing
    if found := _AT_LEAST.fullmatch(text):
        return _number(found[1] or found[2]), nothing, nothing
    if found := _AT_MOST.fullmatch(text):
        return nothing, nothing, _number(found[1])
    if (found := _FROM_TO.fullmatch(text)) and _number(found[1]) <= _number(found[2]):
        return _number(found[1]), nothing, _number(found[2])
    return nothing, nothing, nothing


def _number(text: str) -> float:
    number = int(re.sub(r"\D", "", text))
    return float(number) if number <= LARGEST_TOLL else float("nan")


def _first_of(*columns: Numbers) -> Numbers:
    """The first number of each row that is there."""
    return reduce(lambda found, more: np.where(np.isnan(found), more, found), columns)


def _differ(pair: str) -> bool:
    """Whether codes by name and codes beside them have no country in common."""
    by_name, _, beside = pair.partition("|")
    return set(by_name.split(";")).isdisjoint(beside.split(";"))


class Converter:
    """Turns batches of one file into rows of a data set.

    Parameters
    ----------
    mapping : Mapping
        Which column means what, everything decided.
    areas : CountryAreas
        Countries to compare points with.
    limits : Limits
        Of a cell.
    today : datetime.date
        Later dates are flagged.
    """

    def __init__(self, mapping: Mapping, areas: CountryAreas, limits: Limits, today: date) -> None:
        self.mapping, self.areas, self.limits = mapping, areas, limits
        self.today = day_number(today)
        self.dates = Dates(mapping.form, mapping.day_first, mapping.calendar, mapping.numbers)

    def convert(self, batch: Batch) -> tuple[pa.Table, list[Finding]]:
        """Convert one batch to rows of `geo.collection.schema.SCHEMA`, and tell what was found."""
        return _Work(self, batch).done()


class _Work:
    """The conversion of one batch: its columns, and what is found on the way."""

    def __init__(self, file: Converter, batch: Batch) -> None:
        self.mapping, self.areas, self.limits = file.mapping, file.areas, file.limits
        self.today, self.dates, self.batch = file.today, file.dates, batch
        self.rows = batch.table.num_rows
        self.findings: list[Finding] = list(batch.refused)
        self.refused: Mask = np.zeros(self.rows, dtype=bool)
        self.wrong: defaultdict[str, Mask] = defaultdict(lambda: np.zeros(self.rows, dtype=bool))
        self.flags: list[tuple[str, Mask]] = []
        self.waiting: list[tuple[str, str, Mask, pa.Array | None]] = []
        self.settled = False
        self._known: dict[str, pa.Array] = {}
        self.blank = pa.nulls(self.rows, pa.string())

    def done(self) -> tuple[pa.Table, list[Finding]]:
        """Convert everything; refused rows are left out at the end."""
        mapping = self.mapping
        self._check_length()
        for kind, where in self.batch.flagged.items():
            self.note(kind, "", where)
        dated = self._dated()
        placed = self._positions()
        lon, lat = placed.lon, placed.lat
        self._check_totals(dated, placed)
        tolls = self._tolls()
        self._compare(tolls)
        precision = self._precision()
        countries = self._countries(lon, lat, dated)
        ids = self.text(mapping.id)
        if ids.null_count:
            ids = pc.if_else(pc.is_valid(ids), ids, pa.array(self.batch.numbers).cast(pa.string()))
        self.settled = True
        for kind, field, found, column in self.waiting:
            self.note(kind, field, found, column)
        columns = {
            "number": pa.array(self.batch.numbers),
            "id": ids,
            "date": dated.text,
            "start": dated.start,
            "end": dated.end,
            "title": cells.join(self._texts(mapping.title), ", "),
            "note": self.text(mapping.note),
            "event_type": self._type(),
            "sub_event_type": self._sub_type(),
            "status": self.text(mapping.status),
            "countries": countries,
            "actors": self._actors(),
            "place": self.text(mapping.place),
            "admin": cells.join(self._texts(mapping.admin), "; "),
            "lon": pa.array(lon, from_pandas=True),
            "lat": pa.array(lat, from_pandas=True),
            "geo_precision": precision,
            "geometry": placed.shapes,
            "low": tolls[0],
            "best": tolls[1],
            "high": tolls[2],
            "source": self._source(),
            "other": cells.objects({n: self.text(n) for n in mapping.kept}, self.rows),
            "flags": self._flags(),
        }
        table = pa.Table.from_arrays(
            [cells.one(columns.get(f.name, self.blank)).cast(f.type) for f in SCHEMA],
            schema=SCHEMA,
        )
        if self.refused.any():
            table = table.filter(pa.array(~self.refused))
        return table, self.findings

    def text(self, name: str) -> pa.Array:
        """A column trimmed, null where blank; nulls where there is none of that name."""
        if not name:
            return self.blank
        if name not in self._known:
            column = cells.text(cells.one(self.batch.table.column(name)))
            if self.mapping.form == "marz":
                column = cells.without_apostrophe(column)
            self._known[name] = column
        return self._known[name]

    def _texts(self, names: Sequence[str]) -> list[pa.Array]:
        """Columns as `text` gives them, a blank one where there are none."""
        return [self.text(name) for name in names] or [self.blank]

    def _numeric(self, name: str) -> pa.Array:
        return cells.without_blanks(self.text(name))

    def note(self, kind: str, field: str, where: Mask, column: pa.Array | None = None) -> None:
        """Note a problem of some rows; whether they are refused hangs on its kind."""
        refuses = KINDS[kind].fate == REFUSED
        # Of a refused row every cell that is wrong is told, each once.
        where = where & ~(self.wrong[field] if refuses else self.refused)
        if not where.any():
            return
        if not refuses and not self.settled:
            # A row that another cell refuses is not flagged besides.
            self.waiting.append((kind, field, where, column))
            return
        index = np.flatnonzero(where)
        values = (
            pc.fill_null(column, "").take(pa.array(index)).to_pylist()
            if column is not None
            else [""] * len(index)
        )
        self.findings.append(Finding(kind, field, self.batch.numbers[index].tolist(), values))
        if refuses:
            self.refused |= where
            self.wrong[field] = self.wrong[field] | where
        else:
            self.flags.append((kind, where))

    def _check_length(self) -> None:
        for name in self.batch.table.column_names:
            column = cells.one(self.batch.table.column(name))
            long = pc.greater(pc.binary_length(column), self.limits.cell)
            self.note("long", name, mask(long), column)

    def _check_totals(self, dated: Dated, placed: positions.Positions) -> None:
        """A spreadsheet's last line would count all of its dead a second time."""
        bare = mask(pc.is_null(dated.text)) & np.isnan(placed.lon) & ~present(placed.shapes)
        for name in self.batch.table.column_names if bare.any() else ():
            words = pc.utf8_lower(pc.utf8_rtrim(self.text(name), " :："))
            self.note("total", name, bare & mask(pc.is_in(words, TOTALS)), self.text(name))

    def _dated(self) -> Dated:
        mapping = self.mapping
        start = self._start()
        end = self._numeric(mapping.end) if mapping.end else None
        precision = self._numeric(mapping.date_precision) if mapping.date_precision else None
        dated = self.dates.read(start, end, precision)
        for code in pc.unique(dated.wrong.drop_null()).to_pylist():
            shown = start if end is None else cells.join([start, end], " to ")
            where = mask(pc.equal(dated.wrong, code))
            self.note(code, mapping.date or mapping.end or mapping.year, where, shown)
        if end is not None:
            self.note("end-unread", mapping.end, dated.unread, end)
        future = mask(pc.greater(dated.start, self.today))
        self.note("future", mapping.date or mapping.year, future, start)
        if end is not None:
            late = mask(pc.greater(dated.late, self.today)) & ~future
            self.note("future", mapping.end, late, end)
        elif mapping.form not in WIDENING:
            late = mask(pc.greater(dated.end, self.today)) & ~future
            late &= mask(pc.match_substring(dated.text, "/"))
            self.note("future", mapping.date, late, start)
        if mapping.form in ("acled", "ucdp"):
            year = next((n for n in self.batch.table.column_names if n.lower() == "year"), "")
            if year:
                said, _ = cells.numbers(self._numeric(year))
                known = cells.years(dated.start), cells.years(dated.end)
                with np.errstate(invalid="ignore"):
                    other = (said < known[0]) | (said > known[1])
                self.note("year", year, other, self.text(year))
        return dated

    def _start(self) -> pa.Array:
        mapping = self.mapping
        if mapping.date or not mapping.year:
            return self._numeric(mapping.date)
        names = mapping.year, mapping.month, mapping.month and mapping.day
        return together([self._numeric(name) for name in names if name])

    def _positions(self) -> positions.Positions:
        shapes = self.batch.geometry
        if shapes is None:
            return self._positions_of_columns(np.ones(self.rows, dtype=bool))
        mixed = mask(pc.equal(shapes, geojson.MIXED))
        self.note("geometry-mixed", "geometry", mixed)
        shapes = pc.if_else(pa.array(mixed), pa.scalar(None, pa.binary()), shapes)
        given = present(shapes) | mixed
        found = positions.from_wkb(shapes)
        for kind, where in found.wrong.items():
            self.note(kind, "geometry", where)
        self.note("zero", "geometry", (found.lon == 0) & (found.lat == 0))
        if given.all() or not (self.mapping.lat or self.mapping.wkt):
            return found
        # Columns beside a geometry that is not there say where it is.
        beside = self._positions_of_columns(~given)
        lon, lat = np.where(given, found.lon, beside.lon), np.where(given, found.lat, beside.lat)
        return positions.Positions(
            lon, lat, pc.if_else(pa.array(given), found.shapes, beside.shapes)
        )

    def _positions_of_columns(self, here: Mask) -> positions.Positions:
        mapping = self.mapping
        if mapping.lat and mapping.lon:
            lat, lon = self._numeric(mapping.lat), self._numeric(mapping.lon)
            found = positions.from_degrees(lat, lon)
            written = [pc.fill_null(self.text(name), "") for name in (mapping.lat, mapping.lon)]
            shown = pc.binary_join_element_wise(*written, " / ")
            field = f"{mapping.lat}, {mapping.lon}"
        elif mapping.wkt:
            shown, field = self.text(mapping.wkt), mapping.wkt
            found = positions.from_text(
                cells.without_blanks(shown), lon_first=lon_first(mapping.wkt)
            )
        else:
            return positions.none(self.rows)
        for kind, where in found.wrong.items():
            self.note(kind, field, where & here, shown)
        self.note("zero", field, (found.lon == 0) & (found.lat == 0) & here, shown)
        return found

    def _tolls(self) -> list[pa.Array]:
        """The lowest, best and highest number of deaths; “10+” is a low, “3–5” a low and a high."""
        mapping = self.mapping
        lows, bests, highs = (
            self._toll(name) for name in (mapping.low, mapping.best, mapping.high)
        )
        # What a column of lows gives as “10+” is a low of 10, one of highs “3–5” a high of 5.
        found = (
            _first_of(lows[1], bests[0], lows[0]),
            bests[1],
            _first_of(highs[1], bests[2], highs[2]),
        )
        return [pa.array(one, from_pandas=True).cast(pa.int32()) for one in found]

    def _toll(self, name: str) -> tuple[Numbers, Numbers, Numbers]:
        """Lowest, exact and highest number of a column; NaN where it gives none."""
        blank = np.full(self.rows, np.nan)
        if not name:
            return blank, blank, blank
        column = self._numeric(name)
        values, wrong = cells.numbers(column)
        with np.errstate(invalid="ignore"):
            whole = (values >= 0) & (values <= LARGEST_TOLL) & (values == np.floor(values))
        low, high = blank.copy(), blank.copy()
        for row in np.flatnonzero(wrong):
            low[row], values[row], high[row] = toll_of(column[row].as_py())
            wrong[row] = np.isnan(low[row]) and np.isnan(values[row]) and np.isnan(high[row])
            whole[row] = not wrong[row]
        # 1.000 may be one or, as German and Turkish have it, a thousand.
        wrong |= mask(pc.match_substring_regex(column, r"^[1-9]\d{0,2}(\.\d{3})+$"))
        wrong = (wrong | ~whole) & present(column)
        self.note("toll-number", name, wrong, column)
        for one in (low, values, high):
            one[wrong] = np.nan
        return low, values, high

    def _compare(self, tolls: list[pa.Array]) -> None:
        (low, best, high), mapping = tolls, self.mapping
        below = mask(pc.less(high, best)) | mask(pc.less(high, low))
        above = mask(pc.greater(low, best))
        self.note("high-below-best", mapping.high, below, high.cast(pa.string()))
        self.note("low-above-best", mapping.low, above, low.cast(pa.string()))

    def _precision(self) -> pa.Array:
        name = self.mapping.geo_precision
        if not name:
            return self.blank
        column = self._numeric(name)
        table = forms.PLACES.get(self.mapping.form)
        if table is None:
            read = {word: word for word in PRECISIONS}
            column = pc.utf8_lower(column)
        else:
            read = table
            column = pc.replace_substring_regex(column, r"\.0$", "")
            for code, kind in forms.HINTS.items() if self.mapping.form == "ucdp" else ():
                self.note(kind, name, mask(pc.equal(column, code)), column)
        self.note(
            "precision",
            name,
            mask(pc.invert(pc.is_in(column, pa.array(list(read))))) & present(column),
            column,
        )
        return cells.by_value(column, lambda value: read.get(value) or None, pa.string())

    def _countries(self, lon: Numbers, lat: Numbers, dated: Dated) -> pa.Array:
        mapping = self.mapping
        names = [name for name in (mapping.country, mapping.country_code) if name]
        if not names:
            return self.blank
        ward = mapping.form == "ucdp"
        column = self._numeric(names[0])
        column = cells.by_value(column, codes_or_none(ward), pa.string())
        unknown = present(self._numeric(names[0])) & ~present(column)
        if len(names) > 1:
            fallback = cells.by_value(self._numeric(names[1]), codes_or_none(ward), pa.string())
            pair = pc.binary_join_element_wise(column, fallback, "|")
            other = cells.by_value(pair, _differ, pa.bool_())
            self.note("country-code", names[1], mask(other), self.text(names[1]))
            column = pc.coalesce(column, fallback)
            unknown &= ~present(column)
        self.note("country", names[0], unknown, self.text(names[0]))
        self._compare_with_countries(column, lon, lat, dated)
        for party in mapping.parties:
            more = cells.by_value(self.text(party), codes_or_none(ward), pa.string())
            column = cells.by_value(cells.join([column, more], ";"), distinct, pa.string())
        return pc.binary_join_element_wise(pa.scalar(";"), column, pa.scalar(";"), "")

    def _compare_with_countries(
        self, column: pa.Array, lon: Numbers, lat: Numbers, on: Dated
    ) -> None:
        """Flag points that lie far outside the only country that their row names."""
        # What is at sea or in the air by its own account may be anywhere.
        afloat = [where for kind, _, where, _ in self.waiting if kind == forms.AFLOAT]
        lon = np.where(np.any(afloat, axis=0), np.nan, lon)
        far, swapped = self.areas.doubtful(column, lon, lat, on.start)
        if not (far.any() or swapped.any()):
            return
        degrees = [pa.array(values).cast(pa.string()) for values in (lat, lon)]
        shown = pc.binary_join_element_wise(*degrees, column, " / ")
        field = self.mapping.lat or self.mapping.wkt or "geometry"
        self.note("swapped", field, swapped, shown)
        self.note("far", field, far, shown)

    def _type(self) -> pa.Array:
        """The type; where a file says only ACLED's sub-event, the type that it is of."""
        column = self.text(self.mapping.event_type)
        if self.mapping.form == "ucdp":
            return cells.by_value(
                column,
                lambda value: forms.VIOLENCE.get(value.removesuffix(".0"), value),
                pa.string(),
            )
        return pc.coalesce(
            cells.by_value(column, lambda value: type_of(value) or value, pa.string()),
            cells.by_value(self.text(self.mapping.sub_event_type), type_of, pa.string()),
        )

    def _sub_type(self) -> pa.Array:
        column = self.text(self.mapping.event_type)
        said = cells.by_value(column, lambda value: value if type_of(value) else None, pa.string())
        return pc.coalesce(self.text(self.mapping.sub_event_type), said)

    def _actors(self) -> pa.Array:
        joined = cells.join(self._texts(self.mapping.actors), ";")
        if self.mapping.form == "marz":
            return joined
        return pc.replace_substring_regex(joined, r"\s*;\s*", ";")

    def _source(self) -> pa.Array:
        columns = self._texts(self.mapping.source)
        if self.mapping.form == "ucdp" and len(columns) > 1:
            return cells.parallel(columns, cells.join(columns, " | "))
        return cells.join(columns, "; ")

    def _flags(self) -> pa.Array:
        """Codes of each row, ``;`` between and at both ends; null without any."""
        if not self.flags:
            return self.blank
        told: list[str | None] = [None] * self.rows
        for code, where in self.flags:
            for row in np.flatnonzero(where):
                told[row] = f"{told[row] or ';'}{code};"
        return pa.array(told, pa.string())
