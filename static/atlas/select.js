/** Filter -> rows, counts, timeline: what the Python collection in memory does, alike. */
import { OPEN, dayOf, firstOf, floor, monthOf, yearOf } from "./days.js";
import { extentOf, nearOf, sitesIn } from "./space.js";
import { fold, matches, reader, wordsOf } from "./words.js";

/** @import { Filter, Incident, Query, SiteLayer } from "../types" */
/** @typedef {ReturnType<typeof collection>} Collection */

const MONTHS_AT_MOST = 3 * 366; // days that are counted by month at most, longer spans by year
const DAYS_AT_MOST = 92; // days that are counted by day at most

/**
 * The records of an exported page, to be asked.
 *
 * @param {object} embedded
 * @param {Query} embedded.query
 * @param {Incident[]} embedded.records
 * @param {SiteLayer} embedded.features
 * @param {number} embedded.today
 */
export function collection({ query, records, features, today }) {
  const { days, texts, search, space, facets } = query;
  const every = days.map((_, row) => row);
  const { soughtIn, placesIn } = reader(search);
  const vague = new Set(space.vague);
  const ends = days.flatMap((day) => [day[0], day[1]]).filter((day) => Math.abs(day) !== OPEN);
  /** First and last day that any record names. @type {[number, number]} */
  const extent = ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 364];

  /** @param {Filter} filter */
  function spaceMask(filter) {
    const wholly = filter.match === "certainly";
    const sites = sitesIn(space, nearOf(filter.near, space.places), extentOf(filter.within), wholly);
    return records.map(({ site, row }) => site !== undefined && sites.has(site) && !(wholly && vague.has(row)));
  }

  /** @param {Filter} filter */
  function dateMask(filter) {
    const low = filter.from ? dayOf(filter.from) : -Infinity;
    const high = filter.to ? dayOf(filter.to) : Infinity;
    // What has no date lies neither possibly nor certainly within a window.
    return days.map(([start, end, dated]) => dated === 1 && (filter.match === "certainly"
      ? start >= low && end <= high
      : end >= low && start <= high));
  }

  /**
   * One mask a filter that is used.
   *
   * @param {Filter} filter
   */
  function masks(filter) {
    /** @type {Map<string, boolean[]>} */
    const found = new Map();
    if (filter.from || filter.to) found.set("dates", dateMask(filter));
    for (const facet of facets) {
      const chosen = filter.chosen[facet.name].map((value) => facet.options.findIndex((option) => option[0] === value));
      if (chosen.length) found.set(facet.name, facet.of.map((held) => held.some((n) => chosen.includes(n))));
    }
    if (filter.ids.length) found.set("ids", records.map(({ id }) => filter.ids.includes(id)));
    if (filter.near || filter.within) found.set("space", spaceMask(filter));
    if (wordsOf(filter.text).length) {
      const asked = soughtIn(filter.text);
      found.set("text", texts.map((text) => matches(asked, text)));
    }
    return found;
  }

  const holding = (/** @type {boolean[][]} */ list) => every.filter((row) => list.every((mask) => mask[row]));

  /** @param {Filter} filter */
  const select = (filter) => holding([...masks(filter).values()]);

  /**
   * How many each option would leave if it alone were chosen in its filter; facet -> counts.
   *
   * @param {Filter} filter
   */
  function counts(filter) {
    const used = masks(filter);
    return facets.map((facet) => {
      const others = holding([...used].filter(([name]) => name !== facet.name).map(([, mask]) => mask));
      const found = facet.options.map(() => 0);
      for (const row of others) for (const option of facet.of[row]) found[option] += 1;
      return found;
    });
  }

  /**
   * What the timeline reaches over, in whole years (by day in whole months), and the width of its bins.
   *
   * @param {Filter} filter
   */
  function axis(filter) {
    let [first, last] = extent;
    let by = "year";
    if (filter.from && filter.to) {
      const [start, end] = [dayOf(filter.from), dayOf(filter.to)];
      if (end - start <= MONTHS_AT_MOST) [first, last, by] = [start, end, "month"];
    }
    if (by === "month" && last - first < DAYS_AT_MOST) {
      return { first: floor(first, "month"), last: firstOf(yearOf(last), monthOf(last) + 1) - 1, by: "day" };
    }
    return { first: floor(first, "year"), last: firstOf(yearOf(last) + 1) - 1, by };
  }

  /**
   * Counts by bin and type of what lies within one bin; the others as spans.
   *
   * @param {number[]} rows
   * @param {string} by
   */
  function binned(rows, by) {
    const [first, last] = extent;
    /** @type {Map<number, Record<string, number>>} */
    const bins = new Map();
    const spans = [];
    let undated = 0;
    for (const row of rows) {
      const [from, to, dated] = days[row];
      const type = records[row].type;
      if (!dated) {
        undated += 1;
        continue;
      }
      const start = from === -OPEN ? first : from;
      const end = to === OPEN ? Math.max(last, start) : to;
      const bin = floor(start, by);
      if (bin === floor(end, by) && from !== -OPEN) {
        const types = bins.get(bin) || {};
        types[type] = (types[type] || 0) + 1;
        bins.set(bin, types);
      } else spans.push({ row, start: Math.min(start, end), end, type });
    }
    return { bins, spans, undated };
  }

  /**
   * The day whose border lines are drawn strong: that of the latest incident shown.
   *
   * @param {number[]} rows
   */
  function vintage(rows) {
    const starts = rows.filter((row) => days[row][2]).map((row) => days[row][0]).filter((day) => day !== -OPEN);
    return starts.length ? Math.max(...starts) : today;
  }

  /**
   * The map's layer of these rows: numbers only.
   *
   * @param {number[]} rows
   * @returns {SiteLayer}
   */
  function layer(rows) {
    const shown = new Set(rows);
    const found = features.features.flatMap((feature) => {
      const m = feature.properties.m.filter((member) => shown.has(member[0]));
      return m.length ? [{ ...feature, properties: { n: feature.properties.n, m } }] : [];
    });
    return { type: "FeatureCollection", features: found };
  }

  /**
   * Ids of the places that a filter asks for by name and that have a point.
   *
   * @param {Filter} filter
   */
  function placesAsked({ text, near }) {
    const [spellings, middle] = [placesIn(text), nearOf(near, space.places)?.place];
    return Object.entries(space.places)
      .filter(([id, [name]]) => id === middle || spellings.has(fold(name, search.letters)))
      .map(([id]) => id);
  }

  /** Row of each record by its id. */
  const rowOf = new Map(records.map((record) => [record.id, record.row]));

  return { records, days, facets, extent, rowOf, places: space.places, select, counts, axis, binned, vintage, layer, placesAsked };
}
