/** Filter -> rows, counts, timeline: what the Python collection in memory does, alike. */
import { OPEN, dayOf, firstOf, floor, monthOf, yearOf } from "./days.js";

/** @import { Filter, Incident, Query, SiteLayer } from "../types" */
/** @typedef {ReturnType<typeof collection>} Collection */

const MONTHS_AT_MOST = 3 * 366; // days that are counted by month at most, longer spans by year
const DAYS_AT_MOST = 92; // days that are counted by day at most
// What Python takes for white space.
// eslint-disable-next-line no-control-regex -- four control characters are among it
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
/** Where Python's casefold does more than small letters. @type {Record<string, string>} */
const FOLDS = { "ß": "ss", "ς": "σ", "և": "եւ", "\u0345": "ι" };

/**
 * A text for search: case, diacritics, hyphens and apostrophes do not count.
 *
 * @param {string} text
 * @param {Record<string, string>} level characters that do not count -> what stands for them
 */
export function fold(text, level) {
  const lower = text.normalize("NFKD").toLowerCase().replace(/ß|ς|և|\u0345/g, (letter) => FOLDS[letter]);
  const plain = lower.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  return [...plain].map((character) => level[character] ?? character).join("");
}

/** @param {string} text */
export const wordsOf = (text) => text.split(SPACE).filter(Boolean);

/**
 * Every name of a place -> all of its names.
 *
 * @param {string[][]} spellings
 */
function aliasesOf(spellings) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const names of spellings) {
    for (const name of names) {
      const others = found.get(name) || new Set();
      for (const other of names) others.add(other);
      found.set(name, others);
    }
  }
  return found;
}

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
  const { days, texts, spellings, level, facets } = query;
  const every = days.map((_, row) => row);
  const aliases = aliasesOf(spellings);
  const ends = days.flatMap((day) => [day[0], day[1]]).filter((day) => Math.abs(day) !== OPEN);
  /** First and last day that any record names. @type {[number, number]} */
  const extent = ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 364];

  const alternatives = (/** @type {string} */ asked) => [...(aliases.get(asked.trim()) || [asked])];

  /**
   * What is asked for is taken as one name of a place first, then word by word.
   *
   * @param {string} text
   */
  function textMask(text) {
    const words = wordsOf(text);
    const whole = alternatives(fold(words.join(" "), level));
    const parts = whole.length > 1 ? [whole] : words.map((word) => alternatives(fold(word, level)));
    return texts.map((written) => parts.every((names) => names.some((name) => written.includes(name))));
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
    if (wordsOf(filter.text).length) found.set("text", textMask(filter.text));
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

  /** Row of each record by its id. */
  const rowOf = new Map(records.map((record) => [record.id, record.row]));

  return { records, days, facets, extent, rowOf, select, counts, axis, binned, vintage, layer };
}
