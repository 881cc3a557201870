/**
 * The layer of the data sets: records, or cells of a grid where there are too many.
 *
 * A feature of the layer is a MultiPoint: `s` its set, `k` 0 records, 1 cells, 2 areas and lines;
 * `c` holds a column of numbers each, as the Python module of the data sets on the map writes it.
 */
import { afterPaint } from "../atlas/dom.js";
import { endAnimation, prepareAnimation } from "./animation.js";
import { showTiles } from "./basemap.js";
import { itemCanvas } from "./cells.js";
import { listenForItems, tellView } from "./hover.js";
import { showSetsLegend } from "./legends.js";
import { layout } from "./names.js";
import { shade } from "./shading.js";
import { radius } from "./shapes.js";
import { drawVintage } from "./vintage.js";

/** @import { Item, MarzMap, SetsShown } from "../types" */
/** @typedef {{ s: number, k: number, c: any[][], n?: number[] }} Columns `n`: sites of the base map to be shaded */
/** @typedef {GeoJSON.Feature<GeoJSON.MultiPoint, Columns>} SetFeature */

/** @type {SetFeature[]} */
let pending = [];

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
        mix: [], type: 0, established: 1, day: null, at: 0, added: 0, sums: null, whole: null };
      if (k === 0) [item.type, item.established, item.low, item.high, item.day] = c.map((column) => column[i]);
      else {
        [item.count, item.low, item.high, item.mix] = c.map((column) => column[i]);
        item.r = radius(item);
      }
      found.push(item);
    });
  }
  // Big below small, points above all, so that nothing is hidden.
  return found.sort((a, b) => Number(b.k === 1) - Number(a.k === 1) || b.r - a.r);
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
  L.polyline(lines, { pane: "graticule", renderer: L.canvas({ pane: "graticule", padding: 0.5 }),
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
  // A change that a newer one overtakes is not drawn, but where it wanted to go to counts.
  if (shown.fit && shown.fit[4] !== atlas.fitted) [atlas.toFit, atlas.fitted] = [shown.fit, shown.fit[4]];
  void atlas.ready.then(() => {
    if (atlas.shown !== shown) return;
    if (!atlas.canvas) {
      atlas.options.onView = window.Streamlit ? () => tellView(map) : null;
      // Each press has a number of its own, so that it is answered once.
      atlas.options.onPlay = window.Streamlit ? () => tellView(map, { play: Date.now() }) : null;
      listenForItems(map, atlas);
      atlas.canvas = itemCanvas(map);
      map.addLayer(atlas.canvas);
      drawGraticule(map);
    }
    endAnimation(map, atlas);
    atlas.cells = itemsOf(map, features);
    atlas.numbered = [...atlas.cells].sort((a, b) => a.n - b.n);
    if (atlas.toFit) {
      const [west, south, east, north] = atlas.toFit;
      atlas.touched = true; // a frame that changes its size leaves the view alone from now on
      atlas.toFit = null;
      map.fitBounds([[south, west], [north, east]], { animate: false, padding: [24, 24], maxZoom: 11 });
    }
    shade(map, atlas, new Map(features.flatMap((feature) => feature.properties.n || []).map((n) => [n, false])));
    drawVintage(map, atlas);
    showTiles(map, atlas);
    atlas.canvas.draw();
    const data = map.getContainer().dataset;
    const first = data.commit === undefined;
    data.shown = String(atlas.cells.reduce((sum, item) => sum + item.count, 0));
    data.symbols = String(atlas.cells.length);
    data.commit = String(shown.seq);
    const furnish = () => {
      if (atlas.shown !== shown) return;
      showSetsLegend(map, atlas, shown);
      prepareAnimation(map, atlas, shown);
      layout(map);
      if (first && window.Streamlit) tellView(map);
    };
    if (first) furnish();
    else afterPaint(furnish);
  });
}
