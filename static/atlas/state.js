/** The state of the page, as its hash says it in the words of the dashboard's address. */
import { MAX_ANNOTATIONS, annotationOf } from "./annotations.js";
import { dayOf } from "./days.js";
import { extentOf, nearOf } from "./space.js";
import { wordsOf } from "./words.js";

/** @import { Facet, Filter, Space, ViewAt } from "../types" */
/** @typedef {{ filter: Filter, id: string, at: ViewAt | null, oldest: boolean, stars: string[], notes: string[] }} State what is shown;
 * `stars` are incidents that are marked, while the filter does not show them alone */

const VIEW = /^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?,\d{1,2}(\.\d+)?$/;
const WRITTEN_AFTER = 150; // milliseconds
export const MAX_TEXT = 200;
/** Incidents that can be starred: `MAX_CHOSEN` of the library. */
export const MAX_CHOSEN = 100;

/**
 * The filter that asks nothing.
 *
 * @param {Facet[]} facets
 * @returns {Filter}
 */
export function blank(facets) {
  const chosen = Object.fromEntries(facets.map((facet) => [facet.name, []]));
  return { from: "", to: "", match: "possibly", near: "", within: "", ids: [], text: "", chosen };
}

/**
 * What is shown, from the pairs of an address; what makes no sense is left out and told.
 *
 * @param {string | string[][]} pairs
 * @param {Facet[]} facets
 * @param {Map<string, number>} rowOf
 * @param {Space["places"]} places
 * @returns {State & { wrong: string[] }}
 */
export function parse(pairs, facets, rowOf, places) {
  const given = new URLSearchParams(pairs);
  const filter = blank(facets);
  const wrong = [];
  for (const name of /** @type {const} */ (["from", "to"])) {
    const text = given.get(name) || "";
    if (!text || !Number.isNaN(dayOf(text))) filter[name] = text;
    else wrong.push(`${name}=${text}`);
  }
  const match = given.get("match") || "possibly";
  if (match === "possibly" || match === "certainly") filter.match = match;
  else wrong.push(`match=${match}`);
  const read = { near: (/** @type {string} */ text) => nearOf(text, places), within: extentOf };
  for (const name of /** @type {const} */ (["near", "within"])) {
    const text = given.get(name) || "";
    if (!text || read[name](text)) filter[name] = text;
    else wrong.push(`${name}=${text}`);
  }
  for (const facet of facets) {
    for (const value of new Set(given.getAll(facet.name))) {
      if (facet.options.some((option) => option[0] === value)) filter.chosen[facet.name].push(value);
      else wrong.push(`${facet.name}=${value}`);
    }
  }
  filter.text = (given.get("q") || "").slice(0, MAX_TEXT);
  // No more than one record can be open: several are a set.
  const open = given.getAll("id");
  const ids = [...new Set([...given.getAll("only"), ...(open.length > 1 ? open : [])])];
  wrong.push(...ids.filter((one) => !rowOf.has(one)).map((one) => `only=${one}`));
  filter.ids = ids.filter((one) => rowOf.has(one)).slice(0, MAX_CHOSEN).sort();
  const stars = given.getAll("star").filter((one) => rowOf.has(one)).slice(0, MAX_CHOSEN);
  const id = open.length > 1 ? "" : open[0] || "";
  if (id && !rowOf.has(id)) wrong.push(`id=${id}`);
  const notes = given.getAll("note").slice(0, MAX_ANNOTATIONS);
  wrong.push(...notes.filter((one) => !annotationOf(one)).map((one) => `note=${one}`));
  const at = given.get("at") || "";
  if (at && !VIEW.test(at)) wrong.push(`at=${at}`);
  return {
    filter, wrong, notes: notes.filter((one) => annotationOf(one)), stars: filter.ids.length ? [] : stars,
    id: rowOf.has(id) ? id : "",
    at: VIEW.test(at) ? /** @type {ViewAt} */ (at.split(",").map(Number)) : null,
    oldest: given.get("order") === "oldest",
  };
}

/**
 * The pairs that say a state; what is as usual is not said.
 *
 * @param {State} state
 * @param {Facet[]} facets
 * @returns {[string, string][]}
 */
export function pairsOf({ filter, id, at, oldest, stars, notes }, facets) {
  const match = filter.match === "possibly" ? "" : filter.match;
  /** @type {[string, string][]} */
  const found = [["from", filter.from], ["to", filter.to], ["match", match], ["near", filter.near], ["within", filter.within]];
  for (const facet of facets) for (const value of filter.chosen[facet.name]) found.push([facet.name, value]);
  for (const one of filter.ids) found.push(["only", one]);
  found.push(["q", wordsOf(filter.text).join(" ")], ["id", id], ["at", at ? at.join(",") : ""]);
  for (const one of notes) found.push(["note", one]);
  found.push(["order", oldest ? "oldest" : ""]);
  for (const one of stars) found.push(["star", one]);
  return found.filter(([, value]) => value);
}

/**
 * @param {Filter} filter
 * @param {Facet[]} facets
 */
export const isFiltered = (filter, facets) => pairsOf({ filter, id: "", at: null, oldest: false, stars: [], notes: [] }, facets).length > 0;

/** @param {Filter} filter */
export const isReversed = (filter) => Boolean(filter.from && filter.to && filter.to < filter.from);

/**
 * What is asked: a reversed window asks nothing until it is put right.
 *
 * @param {Filter} filter
 */
export const effective = (filter) => (isReversed(filter) ? { ...filter, from: "", to: "" } : filter);

/**
 * Keeps the state in the hash of the page. A hash is the whole state; without one the page is
 * as it was exported.
 *
 * @param {string[][]} start the state without a hash
 * @param {Facet[]} facets
 * @param {Map<string, number>} rowOf
 * @param {Space["places"]} places
 */
export function hashState(start, facets, rowOf, places) {
  let timer = 0;
  /** @type {State | null} */
  let latest = null;

  function flush() {
    clearTimeout(timer);
    if (!latest) return;
    // “all” stands for no filter at all: an empty hash would mean the state at the start.
    const hash = `#${new URLSearchParams(pairsOf(latest, facets)).toString() || "all"}`;
    latest = null;
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }

  addEventListener("pagehide", flush);
  // An address that comes in counts for more than what was about to be written.
  addEventListener("hashchange", () => {
    clearTimeout(timer);
    latest = null;
  });

  return {
    read: () => parse(location.hash.replace(/^#/, "") || start, facets, rowOf, places),
    /** Browsers refuse addresses that change too often: those of one movement become one. */
    write(/** @type {State} */ state) {
      latest = state;
      clearTimeout(timer);
      timer = window.setTimeout(flush, WRITTEN_AFTER);
    },
  };
}
