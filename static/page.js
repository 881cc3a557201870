/** The exported page: one state, and everything shown follows from it; no server is behind it. */
import { timelineData, timelineTable } from "./atlas/counts.js";
import { OPEN, dayWords, isoDay } from "./atlas/days.js";
import { sentence, unplaced } from "./atlas/describe.js";
import { add, byId, link } from "./atlas/dom.js";
import { filterPanel } from "./atlas/filters.js";
import { AT_ONCE, incidentList } from "./atlas/list.js";
import { count } from "./atlas/numbers.js";
import { unpackBase } from "./atlas/packing.js";
import { bibliography, card, showRecord } from "./atlas/record.js";
import { collection as collectionOf } from "./atlas/select.js";
import { extentText } from "./atlas/space.js";
import { MAX_CHOSEN, blank, effective, hashState } from "./atlas/state.js";
import { timeline as timelineOf } from "./atlas/timeline.js";
import { annotate } from "./map/annotations.js";
import { start } from "./map/basemap.js";
import { draw, showPeriod } from "./map/incidents.js";

/** @import { Embedded, Filter, MarzMap } from "./types" */
/** @import { State } from "./atlas/state.js" */
/** @typedef {"" | "list" | "map" | "record" | "start"} From where a record was picked */

const NARROW = "(max-width: 820px)";

/**
 * @template {keyof Embedded} Name
 * @param {Name} name
 * @returns {Embedded[Name]}
 */
const embedded = (name) => JSON.parse(byId(`marz-${name}`).textContent || "");

const about = embedded("about");
const sources = embedded("sources");
const view = embedded("view");
const features = embedded("features");
const base = unpackBase(embedded("base"));
const collection = collectionOf({ query: embedded("query"), records: embedded("records"), features, today: view.today });
const { records, facets, rowOf, places } = collection;
const colors = Object.fromEntries(base.types.map((type) => [type.name, type.color]));
const hash = hashState(view.start, facets, rowOf, places);

/** @type {State & { wrong: string[] }} */
let state = hash.read();
/** @type {number[]} */
let rows = [];
/** Rows in the order of the list, and the number of the first that it shows. */
/** @type {number[]} */
let listed = [];
let leaf = 0;
/** @type {MarzMap | null} */
let map = null;

const narrow = () => matchMedia(NARROW).matches;
const details = (/** @type {string} */ id) => /** @type {HTMLDetailsElement} */ (byId(id));
const filterBy = (/** @type {Partial<Filter>} */ news) => change({ ...state.filter, ...news });
const showFilters = filterPanel(byId("filters"), collection, filterBy, seen);
const list = incidentList(byId("list"), { pick: (id) => open(id, "list"), turn, sort, star, only, unstar });
const timeline = timelineOf(byId("dates"), {
  preview: (period) => map && showPeriod(map, period, 0),
  change: ({ from, to }) => filterBy({ from: from === null ? "" : isoDay(from), to: to === null ? "" : isoDay(to) }),
});

/** What the map shows as an extent, in as few digits as the eye sees. */
function seen() {
  return map ? extentText(map.getBounds()) : view.extent.join(",");
}

/**
 * Incidents with a star. While only these are shown, they are part of the filter.
 */
const starred = () => (state.filter.ids.length ? state.filter.ids : state.stars);

/** @param {string[]} ids */
function setStars(ids) {
  const stars = ids.slice(0, MAX_CHOSEN);
  if (state.filter.ids.length) filterBy({ ids: stars });
  else {
    state = { ...state, stars };
    hash.write(state);
    render("list");
  }
}

/** @param {string} id */
function star(id) {
  const now = starred();
  setStars(now.includes(id) ? now.filter((one) => one !== id) : [...now, id].sort());
}

/** @param {boolean} on */
function only(on) {
  const ids = starred();
  state = { ...state, stars: on ? [] : ids };
  filterBy({ ids: on ? ids : [] });
}

function unstar() {
  setStars([]);
}

/** @param {Filter} filter */
function change(filter) {
  // What was shown alone keeps its stars.
  const stars = filter.ids.length ? [] : state.filter.ids.length && !state.stars.length ? state.filter.ids : state.stars;
  state = { ...state, filter, stars, wrong: [] };
  hash.write(state);
  render("");
}

/**
 * Opens a record that was picked in the list, on the map, or in another record.
 *
 * @param {string} id
 * @param {From} from
 */
function open(id, from) {
  state = { ...state, id, wrong: [] };
  hash.write(state);
  render(from);
  const record = records[rowOf.get(id) ?? -1];
  if (!record) return;
  byId("opened").textContent = `Opened: ${record.title}`;
  // On a narrow screen the record is elsewhere: bring what was asked for to the eye.
  if (from === "record" || (from === "list" && narrow())) read();
}

/** Whoever closes a record is back where it was chosen. */
function close() {
  const id = state.id;
  open("", "");
  list.go(id);
}

/** @param {number} to number of the first incident that the list shows */
function turn(to) {
  leaf = to;
  showList();
}

/** @param {boolean} oldest */
function sort(oldest) {
  state = { ...state, oldest };
  hash.write(state);
  render("");
}

/** Puts the rows in the order of the list: by first day, those without one last. */
function order() {
  const since = (/** @type {number} */ row) => collection.days[row][0];
  const by = state.oldest ? 1 : -1;
  const known = rows.filter((row) => since(row) !== -OPEN).sort((a, b) => by * (since(a) - since(b)) || a - b);
  const found = [...known, ...rows.filter((row) => since(row) === -OPEN)];
  if (String(found) !== String(listed)) leaf = 0;
  listed = found;
}

/**
 * Goes to the page of the list that holds a record.
 *
 * @param {number} row
 */
function turnTo(row) {
  const at = listed.indexOf(row);
  if (at >= 0 && (at < leaf || at >= leaf + AT_ONCE / 2)) leaf = at - (at % 12);
}

function showList() {
  const cards = listed.slice(leaf, leaf + AT_ONCE).map((row) => card(records[row], colors));
  list.show({ rows: cards, first: leaf, total: rows.length, oldest: state.oldest, selected: state.id,
    stars: { ids: starred(), only: state.filter.ids.length > 0 } });
}

function read() {
  const heading = byId("one").querySelector("h2");
  if (narrow()) byId("one").scrollIntoView({ block: "start" });
  if (heading) heading.focus({ preventScroll: narrow() });
}

/** @param {From} from */
function render(from) {
  const filter = effective(state.filter);
  rows = collection.select(filter);
  byId("summary").textContent = sentence(collection, filter, rows);
  byId("empty").hidden = rows.length > 0;
  const nowhere = unplaced(records, rows);
  byId("unplaced").textContent = nowhere ? `${count(nowhere, "incident")} without a place: in the list, not on the map.` : "";
  const wrong = byId("wrong");
  wrong.hidden = !state.wrong.length;
  wrong.textContent = state.wrong.length ? `Not understood in the address and left out: ${state.wrong.join(", ")}.` : "";
  const { from: first, to: last, near, within: extent, text, ids, chosen } = state.filter;
  const used = [first, last, near, extent, text, ids, ...Object.values(chosen)].filter((value) => value.length).length;
  byId("show-filters").textContent = used ? `Filters (${used})` : "Filters";
  showFilters(state.filter);
  order();
  if (from !== "list") turnTo(rowOf.get(state.id) ?? -1);
  showList();
  const counted = timelineData(collection, filter, base.types);
  timeline.show(counted);
  if (details("timeline-table").open) showTable();
  const row = rowOf.get(state.id) ?? -1;
  byId("side").classList.toggle("reading", row >= 0);
  showRecord(byId("one"), collection, { about, sources }, state.id,
    { hidden: !rows.includes(row), open: (id) => open(id, "record"), close, star, starred: starred().includes(state.id) });
  const picked = byId("picked");
  picked.hidden = row < 0;
  picked.textContent = row < 0 ? "" : `${records[row].short}: ${records[row].title}`;
  if (details("sources").open) showSources();
  const seek = (from === "list" || from === "record" || from === "start") && isMapped(row);
  // All that the other filters leave: the map itself shows what lies within the dates.
  if (map) {
    draw(map, collection.layer(collection.select({ ...filter, from: "", to: "" })),
      { sel: row, vintage: collection.vintage(rows), lang: view.lang, seek, range: counted.range, named: sitesAsked(filter) });
  }
}

/**
 * Sites of the places that a filter asks for by name.
 *
 * @param {Filter} filter
 */
function sitesAsked(filter) {
  const asked = collection.placesAsked(filter);
  return base.layers.places.features.flatMap(({ properties: { place_id: id, n } }) =>
    (n !== undefined && id && asked.includes(id) ? [n] : []));
}

/**
 * Whether there is more than coarse outlines below a record: the map does not go there by itself.
 *
 * @param {number} row
 */
function isMapped(row) {
  const site = row < 0 ? undefined : records[row].site;
  const feature = features.features.find((one) => one.id === site);
  if (site === undefined || !feature) return false;
  const [west, south, east, north] = view.mapped;
  const [x, y] = feature.geometry.coordinates;
  return x >= west && x <= east && y >= south && y <= north;
}

function showTable() {
  byId("timeline-rows").replaceChildren(timelineTable(collection, effective(state.filter)));
}

function showSources() {
  byId("source-list").replaceChildren(bibliography(records, { about, sources }, rows));
}

function startMap() {
  const [west, south, east, north] = view.extent;
  const made = L.map("map", { attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 1, maxZoom: 14 });
  map = /** @type {MarzMap} */ (made);
  // Drawn before the base map is, so that the lines know which vintage is in force.
  start(made, {
    base, bounds: [[south, west], [north, east]], view: state.at,
    fit: view.fit && [[view.fit[1], view.fit[0]], [view.fit[3], view.fit[2]]],
    onPick: (row) => open(records[row].id, "map"),
    onView: (at) => {
      state = { ...state, at };
      if (state.filter.within) filterBy({ within: seen() });
      else hash.write(state);
    },
  });
  annotate(map, state.notes, null);
  render("start");
}

/** Light or dark: the system's choice until the reader makes another, kept no longer than the page. */
function theme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const node = byId("theme");
  let chosen = "";
  const dark = () => (chosen ? chosen === "dark" : system.matches);
  const say = () => {
    node.textContent = dark() ? "Light" : "Dark";
    node.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
  };
  node.addEventListener("click", () => {
    chosen = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = chosen;
    say();
  });
  system.addEventListener("change", say);
  say();
}

function panel() {
  const node = byId("show-filters");
  node.addEventListener("click", () => {
    const isOpen = byId("filters").classList.toggle("open");
    node.setAttribute("aria-expanded", String(isOpen));
  });
  byId("clear").addEventListener("click", () => change(blank(facets)));
  byId("picked").addEventListener("click", read);
  byId("skip").addEventListener("click", () => list.go(state.id));
  byId("one").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.id) close();
  });
  byId("timeline-table").addEventListener("toggle", showTable);
  byId("sources").addEventListener("toggle", showSources);
}

function head() {
  document.title = about.title;
  byId("title").textContent = about.title;
}

function foot() {
  byId("made").textContent = `Made on ${dayWords(view.today)} with Marz, data version ${about.data_version}. ` +
    `It opened on: ${about.filter}.`;
  for (const licence of about.licences) {
    const li = add(byId("licences"), "li");
    link(li, licence.url, licence.title);
    add(li, "span", `: ${licence.covers}`);
  }
  for (const line of about.attribution) add(byId("credits"), "li", line);
}

addEventListener("hashchange", () => {
  state = hash.read();
  render("start");
  if (map) annotate(map, state.notes, null);
  if (state.at && map) map.setView([state.at[0], state.at[1]], state.at[2], { animate: false });
});

head();
theme();
panel();
foot();
startMap();
