/**
 * The layer of the data sets: records, or cells of a grid where there are too many.
 *
 * A feature of the layer is a MultiPoint: `s` its set, `k` 0 records, 1 cells, 2 areas and lines;
 * `c` holds a column of numbers each, as the Python module of the data sets on the map writes it.
 */
import { OPEN } from "../atlas/days.js";
import { afterPaint } from "../atlas/dom.js";
import { isNew, isSameRange, isShown } from "../atlas/period.js";
import { bringOnto, showTiles } from "./basemap.js";
import { itemCanvas } from "./cells.js";
import { listenForItems, tellView } from "./hover.js";
import { showSetsLegend } from "./legends.js";
import { layout } from "./names.js";
import { countWithin, unpackOnsets } from "./onsets.js";
import { adoptRange, atStandstill } from "./period.js";
import { shade } from "./shading.js";
import { radius } from "./shapes.js";
import { drawVintage } from "./vintage.js";

/** @import { Atlas, Item, MarzMap, PackedSteps, Period, SetsShown } from "../types" */
/** @typedef {{ s: number, k: number, c: any[][], n?: number[] }} Columns `n`: sites of the base map to be shaded */
/** @typedef {GeoJSON.Feature<GeoJSON.MultiPoint, Columns>} SetFeature */

const MEMBER = 5; // numbers that stand for a record of an area

/** @type {SetFeature[]} */
let pending = [];
/** What came last, however many are still being unpacked. @type {PackedSteps | null} */
let newest = null;

/** What Leaflet's GeoJSON layer makes of each point (`pointToLayer`): nothing. */
export const cell = () => L.layerGroup();

/**
 * Notes the places of a feature; anything else is a shape that incidents hang on.
 *
 * @param {GeoJSON.Feature} feature
 * @param {L.Layer} layer
 */
export function cellFeature(feature, layer) {
  if (feature.geometry.type === "MultiPoint") pending.push(/** @type {SetFeature} */ (feature));
  else if (feature.geometry.type.includes("Line")) {
    /** @type {L.Path} */ (layer).setStyle({ weight: 11, opacity: 0.16, fill: false });
  }
}

/**
 * @param {L.Map} map
 * @param {SetFeature[]} features
 * @returns {Item[]}
 */
function itemsOf(map, features) {
  /** @type {Item[]} */
  const found = [];
  for (const { properties: { s, k, c }, geometry: { coordinates } } of features) {
    coordinates.forEach(([lon, lat], i) => {
      const { x, y } = map.project([lat, lon], 0);
      /** @type {Item} */
      const item = { s, k, i, n: found.length, x, y, px: 0, py: 0, hx: 0, hy: 0, r: 5.5, count: 1, low: 0, high: 0,
        mix: [], type: 0, established: 1, start: -OPEN, end: OPEN, members: null, added: 0, full: 5.5 };
      if (k === 0) [item.type, item.established, item.low, item.high, item.start, item.end] = c.map((column) => column[i]);
      else {
        [item.count, item.low, item.high, item.mix, item.members = null] = c.map((column) => column[i]);
        item.r = item.full = radius(item);
      }
      found.push(item);
    });
  }
  return found;
}

/**
 * Big below small, points above all, so that nothing is hidden.
 *
 * @param {Item[]} items
 */
const piled = (items) => [...items].sort((a, b) => Number(b.k === 1) - Number(a.k === 1) || b.full - a.full);

/**
 * Counts the records of an area that a period shows, in place.
 *
 * @param {Item} item
 * @param {number[]} members
 * @param {Period} period
 */
function countMembers(item, members, period) {
  /** How many of each type. @type {number[]} */
  const kinds = [];
  item.count = item.low = item.high = item.added = 0;
  for (let at = 0; at < members.length; at += MEMBER) {
    const [type, start, end] = [members[at], members[at + 3], members[at + 4]];
    if (!isShown(start, end, period)) continue;
    item.count += 1;
    item.low += members[at + 1];
    item.high += members[at + 2];
    if (isNew(start, end, period)) item.added += 1;
    kinds[type] = (kinds[type] ?? 0) + 1;
  }
  item.mix = [];
  kinds.forEach((number, type) => item.mix.push(type, number));
  item.r = radius(item);
}

/**
 * Takes over what cells hold at any time; dates are shown of it while they are moved or played.
 *
 * @param {MarzMap} map
 * @param {PackedSteps | null} packed
 */
export async function takeSteps(map, packed) {
  const atlas = map._marz;
  newest = packed;
  if (!packed) atlas.steps = null;
  if (!packed || atlas.steps?.key === packed.key) return;
  await atlas.ready;
  if (!atlas.base) return;
  const onsets = await unpackOnsets(packed, atlas.base.types.length);
  if (newest !== packed) return;
  const items = itemsOf(map, /** @type {SetFeature[]} */ (packed.features));
  atlas.steps = { key: packed.key, items, onsets };
  atlas.stepped = null;
  if (!atlas.canvas) return;
  if (isAtRest(atlas)) makeReady(map);
  else drawItems(map);
}

/**
 * Finds where cells will lie once dates are moved, before anybody does.
 *
 * @param {MarzMap} map
 */
function makeReady(map) {
  const atlas = map._marz;
  afterPaint(() => { if (atlas.steps) atlas.canvas?.prepare(steppedOf(atlas, atlas.steps)); });
}

/**
 * What is drawn while dates are moved: cells by steps, all else as it was sent.
 *
 * @param {Atlas} atlas
 * @param {NonNullable<Atlas["steps"]>} steps
 * @returns {Item[]}
 */
function steppedOf(atlas, { items }) {
  const { sent } = atlas;
  if (atlas.stepped?.sent !== sent) {
    const sets = new Set(items.map((item) => item.s));
    atlas.stepped = { sent, cells: piled([...sent.filter((item) => !sets.has(item.s)), ...items]) };
  }
  return atlas.stepped.cells;
}

/**
 * Whether what the server sent is what the period shows.
 *
 * @param {Atlas} atlas
 */
const isAtRest = ({ period, shown }) => period.until === null && (!shown.range || isSameRange(period, shown.range));

/**
 * Draws what the period shows: of records by their days; of cells as they were sent, or by steps
 * while the dates are moved.
 *
 * @param {MarzMap} map
 * @param {boolean} [anew] whether the map or what is on it has changed
 */
function drawItems(map, anew) {
  const atlas = map._marz;
  const { period, steps, sent } = atlas;
  const before = atlas.cells;
  if (steps && !isAtRest(atlas)) {
    countWithin(steps.items, steps.onsets, period);
    atlas.cells = steppedOf(atlas, steps);
  } else atlas.cells = sent;
  for (const item of sent) if (item.members) countMembers(item, item.members, period);
  if (anew || atlas.cells !== before || isAtRest(atlas)) atlas.canvas?.draw();
  else atlas.canvas?.show();
  const shown = atlas.cells.filter((item) => (item.k ? item.count : isShown(item.start, item.end, period)));
  const data = map.getContainer().dataset;
  data.shown = String(shown.reduce((sum, item) => sum + item.count, 0));
  data.symbols = String(shown.length);
  if (period.until === null) delete data.until;
  else data.until = String(period.until);
}

/**
 * Shows another period of what the map has; names follow when it comes to rest.
 *
 * @param {MarzMap} map
 * @param {Period} period
 * @param {number} turn number of the change that it may become
 */
export function showItems(map, period, turn) {
  const atlas = map._marz;
  atlas.turn = turn;
  atlas.period = period;
  drawItems(map);
  atStandstill(atlas, () => layout(map));
}

/**
 * Every ten degrees a line, for data sets that reach beyond the base map.
 *
 * @param {L.Map} map
 */
function drawGraticule(map) {
  map.createPane("graticule").style.zIndex = "203";
  /** @type {[number, number][][]} */
  const lines = [];
  for (let at = -180; at <= 180; at += 10) {
    lines.push([[-84, at], [84, at]]);
    if (Math.abs(at) <= 80) lines.push([[at, -180], [at, 180]]);
  }
  L.polyline(lines, { pane: "graticule", renderer: L.svg({ pane: "graticule", padding: 0.5 }),
    color: "#d5d1c6", weight: 0.8, interactive: false }).addTo(map);
}

/**
 * Shows what was noted since the last time.
 *
 * @param {MarzMap} map
 * @param {SetsShown} shown
 */
export function commitCells(map, shown) {
  const atlas = map._marz;
  // streamlit-folium keeps every group it ever removed in this list; see docs/design.
  if (window.feature_group) window.feature_group.length = 0;
  const features = pending;
  pending = [];
  atlas.shown = shown;
  adoptRange(atlas, shown);
  // A change that a newer one overtakes is not drawn, but where it wanted to go to counts.
  if (shown.fit && shown.fit[4] !== atlas.fitted) [atlas.toFit, atlas.fitted] = [shown.fit, shown.fit[4]];
  void atlas.ready.then(() => {
    if (atlas.shown !== shown) return;
    if (!atlas.canvas) {
      atlas.options.onView = window.Streamlit ? () => tellView(map) : null;
      listenForItems(map, atlas);
      atlas.canvas = itemCanvas(map);
      map.addLayer(atlas.canvas);
      drawGraticule(map);
    }
    atlas.sent = piled(itemsOf(map, features));
    if (atlas.toFit) {
      const [west, south, east, north] = atlas.toFit;
      atlas.touched = true; // the whole of what the map opened on is asked for no more
      atlas.toFit = null;
      bringOnto(map, [[south, west], [north, east]]);
    }
    shade(map, atlas, new Map(features.flatMap((feature) => feature.properties.n || []).map((n) => [n, false])));
    drawVintage(map, atlas);
    showTiles(map, atlas);
    drawItems(map, true);
    const data = map.getContainer().dataset;
    const first = data.commit === undefined;
    data.commit = String(shown.seq);
    const furnish = () => {
      if (atlas.shown !== shown) return;
      showSetsLegend(map, atlas, shown);
      layout(map);
      makeReady(map);
      if (first && window.Streamlit) tellView(map);
    };
    if (first) furnish();
    else afterPaint(furnish);
  });
}
