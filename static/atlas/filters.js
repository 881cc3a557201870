/** The filters: words, dates, a place, and every facet with how many incidents each option would leave. */
import { dayOf } from "./days.js";
import { add, button } from "./dom.js";
import { facetOptions, group } from "./facets.js";
import { MAX_KM, nearOf } from "./space.js";
import { MAX_TEXT, blank, effective, isFiltered, isReversed } from "./state.js";
import { wordsOf } from "./words.js";

/** @import { Facet, Filter } from "../types" */
/** @import { Collection } from "./select.js" */
/** @typedef {(news: Partial<Filter>) => void} Change takes what is new of the filter */

const TYPING = 200; // milliseconds after the last key before the words are looked for
const KM = 25; // kilometres around a place to begin with
const EARLIEST = -7e5; // days: a year that is still being typed is no day yet

/**
 * Builds the panel once. Returns how to show a filter in it.
 *
 * @param {HTMLElement} panel
 * @param {Collection} collection
 * @param {Change} change
 * @param {() => string} seen what the map shows: west, south, east, north
 */
export function filterPanel(panel, collection, change, seen) {
  const { facets } = collection;
  const form = add(panel, "form", "", "marz-facets");
  form.setAttribute("role", "search");
  form.addEventListener("submit", (event) => event.preventDefault());
  const search = field(form, "Search", "search");
  search.placeholder = "drone | mine, Isfara, Исфара …";
  search.maxLength = MAX_TEXT;
  search.spellcheck = false;
  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = window.setTimeout(() => change({ text: search.value }), TYPING);
  });
  /** @type {Filter} */
  let current = blank(facets);
  const choose = (/** @type {string} */ name, /** @type {string[]} */ values) =>
    change({ chosen: { ...current.chosen, [name]: values } });
  const pills = new Map();
  const offer = (/** @type {Element} */ parent, /** @type {Facet[]} */ some) => {
    for (const { name, label, options } of some) {
      pills.set(name, facetOptions(parent, label, options, (values) => choose(name, values)));
    }
  };
  const others = facets.filter(({ front }) => !front);
  offer(form, facets.filter(({ front }) => front).sort((one, other) => one.front - other.front));
  const [when, where, more] = ["Dates", "Place", "More filters"].map((label) => fold(form, label));
  const showDates = dates(when, change);
  const showPlace = place(where, collection.places, change, seen);
  offer(more, others);
  const clear = button(form, "Clear all filters", () => change(blank(facets)), "wide");
  return (/** @type {Filter} */ filter) => {
    current = filter;
    // What is being typed is not written over.
    if (wordsOf(search.value).join(" ") !== wordsOf(filter.text).join(" ")) search.value = filter.text;
    showDates(filter);
    showPlace(filter);
    const counts = collection.counts(effective(filter));
    facets.forEach(({ name }, position) => pills.get(name)(filter.chosen[name], counts[position]));
    // What is in use is in sight.
    if (filter.from || filter.to || filter.match !== "possibly") when.open = true;
    if (filter.near || filter.within) where.open = true;
    if (others.some(({ name }) => filter.chosen[name].length)) more.open = true;
    clear.disabled = !isFiltered(filter, facets);
  };
}

/**
 * A part of the panel that stands folded away unless something in it is in use.
 *
 * @param {Element} parent
 * @param {string} label
 */
function fold(parent, label) {
  const details = add(parent, "details", "", "part");
  add(details, "summary", label);
  return details;
}

/**
 * @param {Element} parent
 * @param {string} label
 * @param {string} type
 */
function field(parent, label, type) {
  const box = add(parent, "label", "", "field");
  add(box, "span", label);
  const input = add(box, "input");
  input.type = type;
  return input;
}

/**
 * @param {Element} form
 * @param {Change} change
 */
function dates(form, change) {
  const row = add(form, "div", "", "dates");
  const inputs = { from: field(row, "From", "date"), to: field(row, "To", "date") };
  const names = /** @type {const} */ (["from", "to"]);
  for (const name of names) {
    const input = inputs[name];
    input.addEventListener("change", () => {
      if (input.value === "" ? !input.validity.badInput : dayOf(input.value) > EARLIEST) change({ [name]: input.value });
    });
  }
  const wrong = add(form, "p", "", "wrong");
  wrong.setAttribute("role", "alert");
  const { set, box } = group(form, "Uncertain dates and places");
  const note = add(set, "p", "A date known only to the month or year, or a place known only to the district, may " +
    "fall partly outside. “Possibly” includes such incidents, “certainly” does not. The first and last day are included.",
  "soft");
  note.id = "match-note";
  set.setAttribute("aria-describedby", note.id);
  const matches = [["possibly", "Possibly"], ["certainly", "Certainly"]].map(([match, label]) =>
    ({ match, node: button(box, label, () => change({ match }), "pill") }));
  return (/** @type {Filter} */ filter) => {
    for (const name of names) if (inputs[name].value !== filter[name]) inputs[name].value = filter[name];
    for (const { match, node } of matches) node.setAttribute("aria-pressed", String(match === filter.match));
    const reversed = isReversed(filter);
    if (reversed === Boolean(wrong.textContent)) return;
    wrong.replaceChildren();
    if (!reversed) return;
    add(wrong, "span", "The end date is before the start date, so all dates are shown. ");
    button(wrong, "Swap the dates", () => change({ from: inputs.to.value, to: inputs.from.value }));
  };
}

/**
 * A place and kilometres around it, and whether only what the map shows is wanted.
 *
 * @param {Element} form
 * @param {Collection["places"]} places
 * @param {Change} change
 * @param {() => string} seen
 */
function place(form, places, change, seen) {
  const ids = new Map(Object.entries(places).map(([id, [name]]) => [name, id]));
  const row = add(form, "div", "", "dates");
  const around = field(row, "Near", "search");
  around.placeholder = "Isfara";
  const names = add(row, "datalist");
  names.id = "places";
  names.append(...[...ids.keys()].sort().map((name) => new Option("", name)));
  around.setAttribute("list", names.id);
  const km = field(row, "Kilometres", "number");
  Object.assign(km, { min: "1", max: String(MAX_KM), value: String(KM) });
  const wrong = add(form, "p", "", "wrong");
  wrong.setAttribute("role", "alert");
  for (const input of [around, km]) {
    input.addEventListener("change", () => {
      const asked = around.value.trim();
      const near = asked ? `${ids.get(asked) ?? asked},${km.value}` : "";
      const known = !asked || nearOf(near, places);
      wrong.textContent = known ? "" : `“${asked}” is not a place on this map, or the distance is too long.`;
      if (known) change({ near });
    });
  }
  const box = add(form, "label", "", "only");
  const only = add(box, "input");
  only.type = "checkbox";
  add(box, "span", "Only what the map shows");
  only.addEventListener("change", () => change({ within: only.checked ? seen() : "" }));
  return (/** @type {Filter} */ filter) => {
    only.checked = filter.within !== "";
    const near = nearOf(filter.near, places);
    if (document.activeElement === around) return;
    around.value = near ? near.name || `${near.lat},${near.lon}` : "";
    if (near) km.value = String(near.km);
  };
}
