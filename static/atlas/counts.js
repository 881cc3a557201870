/** Counts over time of an exported page: what its timeline draws, and the same as a table. */
import { dayOf, yearOf } from "./days.js";
import { add, element } from "./dom.js";

/** @import { DateRange, Filter, TimelineData } from "../types" */
/** @import { Collection } from "./select.js" */

/**
 * @param {Filter} filter
 * @returns {DateRange}
 */
export function rangeOf({ from, to, match }) {
  return { from: from ? dayOf(from) : null, to: to ? dayOf(to) : null, certainly: match === "certainly" };
}

/**
 * What the timeline draws of everything that the filter leaves but for its dates.
 *
 * @param {Collection} collection
 * @param {Filter} filter
 * @param {{ name: string, color: string }[]} types
 * @returns {TimelineData}
 */
export function timelineData(collection, filter, types) {
  const rows = collection.select({ ...filter, from: "", to: "" });
  const axis = collection.axis(filter);
  const { bins, spans, undated } = collection.binned(rows, axis.by);
  const kinds = new Map(types.map(({ name }, kind) => [name, kind]));
  const kindOf = (/** @type {string} */ type) => kinds.get(type) ?? 0;
  return {
    extent: collection.extent, axis, kinds: types, stacked: "type",
    bins: [...bins].flatMap(([bin, held]) => Object.entries(held)
      .map(([type, n]) => /** @type {[number, number, number]} */ ([bin, kindOf(type), n]))),
    spans: spans.map(({ row, start, end, type }) => [start, end, kindOf(type), collection.records[row].short]),
    beside: 0, undated,
    days: rows.flatMap((row) => [collection.days[row][0], collection.days[row][1], 1]),
    total: rows.length,
    range: rangeOf(filter),
  };
}

/**
 * The numbers of the timeline as a table: years, type, incidents.
 *
 * @param {Collection} collection
 * @param {Filter} filter
 */
export function timelineTable(collection, filter) {
  const { bins, spans } = collection.binned(collection.select(filter), "year");
  /** @type {Map<string, number>} */
  const counted = new Map();
  const tally = (/** @type {string} */ years, /** @type {string} */ type, /** @type {number} */ n) =>
    counted.set(`${years}\n${type}`, (counted.get(`${years}\n${type}`) || 0) + n);
  for (const [bin, types] of bins) for (const type in types) tally(String(yearOf(bin)), type, types[type]);
  for (const span of spans) tally(`${yearOf(span.start)}–${yearOf(span.end)}`, span.type, 1);
  const table = element("table");
  const head = add(add(table, "thead"), "tr");
  for (const name of ["Year", "Type", "Incidents"]) add(head, "th", name).scope = "col";
  const body = add(table, "tbody");
  for (const [key, value] of [...counted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const line = add(body, "tr");
    for (const text of [...key.split("\n"), String(value)]) add(line, "td", text);
  }
  return table;
}
