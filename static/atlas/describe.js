/** What is shown, said in words, as the Python library says it. */
import { OPEN, dayOf, dayWords, floor, monthWords, yearOf } from "./days.js";
import { count } from "./numbers.js";
import { extentOf, nearOf } from "./space.js";
import { alternativesOf, wordsOf } from "./words.js";

/** @import { Filter, Incident } from "../types" */
/** @import { Collection } from "./select.js" */

const SEPARATOR = " · ";

/**
 * “a”, “a or b”, “a, b or c”.
 *
 * @param {string[]} parts
 * @param {string} last
 */
function listed(parts, last) {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} ${last} ${parts[parts.length - 1]}`;
}

/**
 * @param {Collection} collection
 * @param {Filter} filter
 */
function clauses({ facets, places }, filter) {
  const found = filter.ids.length ? [count(filter.ids.length, "chosen incident")] : [];
  const strictly = filter.match === "certainly" ? "certainly " : "";
  const period = windowWords(filter);
  if (period) found.push(strictly + period);
  const near = nearOf(filter.near, places);
  if (near) {
    found.push(`${strictly}within ${near.km} km of ${near.name || degrees(near.lat, near.lon)}`);
  }
  const within = extentOf(filter.within);
  if (within) {
    const [west, south, east, north] = within;
    found.push(`${strictly}between ${degrees(south, west)} and ${degrees(north, east)}`);
  }
  for (const facet of facets) {
    const chosen = facet.options.filter(([value]) => filter.chosen[facet.name].includes(value));
    chosen.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    if (chosen.length) found.push(facet.sentence.split("{}").join(listed(chosen.map((option) => option[1]), "or")));
  }
  const text = wordsOf(filter.text).join(" ");
  if (text) {
    const asked = alternativesOf(text).map((one) => `“${one}”`);
    found.push(listed(asked, "or") || `“${text}”`);
  }
  return found;
}

/**
 * The dates that are asked for: “in 2022”, “from 1 May 2021 to 3 June 2021”, “until 3 May 2021”.
 *
 * @param {Filter} filter
 */
function windowWords({ from, to }) {
  if (!from || !to) return from ? `from ${dayWords(dayOf(from))}` : to ? `until ${dayWords(dayOf(to))}` : "";
  const [start, end] = [dayOf(from), dayOf(to)];
  if (start === end) return `on ${dayWords(start)}`;
  for (const [by, words] of /** @type {const} */ ([["year", yearOf], ["month", monthWords]])) {
    if (floor(start, by) === start && floor(end, by) === start && floor(end + 1, by) === end + 1) return `in ${words(start)}`;
  }
  return `from ${dayWords(start)} to ${dayWords(end)}`;
}

/**
 * A point as “39.9° N, 70.6° E”.
 *
 * @param {number} lat
 * @param {number} lon
 */
function degrees(lat, lon) {
  const sides = /** @type {const} */ ([[lat, "NS"], [lon, "EW"]]);
  return sides.map(([value, names]) => `${Number(Math.abs(value).toFixed(3))}° ${names[Number(value < 0)]}`).join(", ");
}

/**
 * First to last year shown; open ends do not count.
 *
 * @param {Collection} collection
 * @param {number[]} rows
 */
function years({ days }, rows) {
  const ends = rows.flatMap((row) => days[row].slice(0, 2)).filter((day) => Math.abs(day) !== OPEN);
  if (!ends.length) return "";
  const [first, last] = [Math.min(...ends), Math.max(...ends)].map(yearOf);
  return first === last ? String(first) : `${first} to ${last}`;
}

/**
 * How many rows have no place.
 *
 * @param {Incident[]} records
 * @param {number[]} rows
 */
export const unplaced = (records, rows) => rows.filter((row) => records[row].site === undefined).length;

/**
 * The sentence that says what is shown and what the map cannot show.
 *
 * @param {Collection} collection
 * @param {Filter} filter
 * @param {number[]} rows
 */
export function sentence(collection, filter, rows) {
  const { days, records } = collection;
  if (!rows.length) {
    const asked = clauses(collection, filter).join(SEPARATOR);
    return asked ? `No incident matches: ${asked}.` : "There is no incident.";
  }
  const chosen = count(filter.ids.length, "chosen incident");
  const head = !filter.ids.length ? count(rows.length, "incident")
    : rows.length === filter.ids.length ? chosen : `${rows.length} of ${chosen}`;
  const shown = [head, filter.from && filter.to ? "" : years(collection, rows), ...clauses(collection, { ...filter, ids: [] })];
  /** @type {string[]} */
  const notes = [];
  /** @type {(value: number, one: string, many: string, what: string) => void} */
  const note = (value, one, many, what) => { if (value) notes.push(`${value} ${value === 1 ? one : many} ${what}`); };
  note(unplaced(records, rows), "has", "have", "no place");
  note(rows.filter((row) => !days[row][2]).length, "has", "have", "no date");
  for (const status of ["alleged", "announced", "planned"]) {
    note(rows.filter((row) => records[row].status === status).length, "is", "are", status);
  }
  const said = shown.filter(Boolean).join(SEPARATOR);
  return notes.length ? `${said}; ${notes.join(", ")}.` : `${said}.`;
}
