/** The map itself: view, base layers, credits, tiles. */
import { afterPaint, element } from "../atlas/dom.js";
import { unpackBase } from "../atlas/packing.js";
import { periodOf } from "../atlas/period.js";
import { control, controlButton, settle } from "./control.js";
import { LEGEND } from "./legends.js";
import { layout } from "./names.js";
import { featuresOf } from "./sites.js";
import { drawVintage } from "./vintage.js";
import { outlines, world } from "./world.js";

/** @import { Atlas, BaseDocument, BaseFeature, MapOptions, MarzMap, ViewAt } from "../types" */

const PANES = { relief: 205, ground: 210, water: 220, vintage: 235, casing: 240, line: 245, mark: 250,
  leader: 590, names: 650 };
/** @type {L.ControlPosition} */
const CREDITS = "bottomright";
const TOLD_AFTER = 400; // milliseconds without a move until the view is told

/** @type {MarzMap | null} */
let latest = null;

/**
 * Starts Marz on a Leaflet map, once a map.
 *
 * @param {L.Map} plain
 * @param {MapOptions} options
 */
export async function start(plain, options) {
  const map = /** @type {MarzMap} */ (plain);
  const atlas = (map._marz = begin(options));
  latest = map;
  // Moved in space, as Leaflet moves all, each part would be a layer of the browser's, put together anew at every frame
  // of whatever moves. The map itself is one (marz.css), and is moved as a whole.
  Object.assign(L.Browser, { ie3d: true });
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) stayCalm(map);
  for (const [name, level] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(level);
    if (name !== "mark") pane.style.pointerEvents = "none";
  }
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const whole = options.bounds;
  const first = options.fit || whole;
  map.invalidateSize({ animate: false });
  const open = () => {
    // Anew: Leaflet would pan by whole pixels, and be half of one off.
    const anew = /** @type {L.ZoomPanOptions} */ ({ animate: false, reset: true });
    if (options.view) map.setView([options.view[0], options.view[1]], options.view[2], anew);
    else if (first) map.fitBounds(first, { animate: false, padding: [8, 8] });
  };
  open();
  controlButton(map, "topleft", "marz-home", "⌂", "Show the whole area", () =>
    map.fitBounds(whole, { padding: [8, 8] }));
  watchView(map, atlas);
  // Leaflet says nothing of a change by a single pixel, which moves the middle by half of one.
  addEventListener("resize", () => requestAnimationFrame(() => { if (!atlas.touched && !atlas.sought) open(); }));
  map.on("resize", () => {
    if (atlas.onto) bringOnto(map, atlas.onto);
    // Until the reader moves it, the map keeps showing the whole of what it opened on.
    if (atlas.touched) return;
    if (!atlas.sought) open();
    if (atlas.legend) settle(map, atlas, atlas.legend, LEGEND);
    if (atlas.credits) settle(map, atlas, atlas.credits, CREDITS);
    layout(map);
  });
  for (const kind of ["pointerdown", "keydown", "wheel"]) {
    map.getContainer().addEventListener(kind, () => {
      atlas.touched = true;
      atlas.onto = null;
    }, { capture: true, passive: true });
  }
  map.getContainer().setAttribute("aria-label", "Map of incidents, which the list beside it shows too");
  atlas.ready = (options.base ? Promise.resolve(options.base) : fetchBase(options.baseUrl || "")).then(
    (base) => drawLines(map, atlas, base),
    (error) => showFailure(map, error));
  // Land and water cost more than all else of a first view; the symbols do not wait for them.
  atlas.grounded = atlas.ready
    .then(() => new Promise((done) => { afterPaint(() => done(undefined)); }))
    .then(() => { if (atlas.base) drawLand(map, atlas, atlas.base); });
  await atlas.grounded;
  void document.fonts?.ready.then(() => layout(map));
}

/**
 * Lets the map jump where it would glide: for readers who have asked their system for less motion.
 *
 * @param {L.Map} map
 */
function stayCalm(map) {
  Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
  // Leaflet decides at its birth, and folium has made the map by now.
  Object.assign(map, { _zoomAnimated: false, _fadeAnimated: false });
  map.getContainer().classList.remove("leaflet-fade-anim", "leaflet-zoom-anim");
  const panBy = map.panBy.bind(map);
  map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
}

/**
 * @param {MapOptions} options
 * @returns {Atlas}
 */
function begin(options) {
  return {
    options, shown: { sel: null, lang: "" }, commits: 0, turn: 0, still: 0, motion: null,
    period: periodOf({ from: null, to: null, certainly: false }), ready: Promise.resolve(), grounded: Promise.resolve(),
    touched: false, sought: false, base: null, features: new Map(), relief: null, tiles: null,
    drawnDay: "", drawnVintage: "", vintages: new Map(), renderers: {}, shading: new Map(),
    symbols: [], stop: null, kept: new Map(), clusteredAt: null, leaders: [], beyond: null, layer: null,
    legend: null, credits: null,
    canvas: null, cells: [], sent: [], steps: null, stepped: null, seen: [], pad: L.point(0, 0),
    toFit: null, fitted: null, onto: null,
  };
}

/**
 * Shows the whole of an extent, and keeps to it when the frame changes its size until the reader moves the map.
 *
 * @param {MarzMap} map
 * @param {[[number, number], [number, number]]} bounds
 */
export function bringOnto(map, bounds) {
  map._marz.onto = bounds;
  map.fitBounds(bounds, { animate: false, padding: [24, 24], maxZoom: 11 });
}

/** The map that was started last. */
export const latestMap = () => latest;

/**
 * What the map that was started last shows, for who asks: latitude, longitude, zoom, width,
 * height; null while that is what every map opens on.
 */
export function seenView() {
  if (!latest) return null;
  const { touched, sought, options } = latest._marz;
  return touched || sought || options.view ? viewOf(latest).flat() : null;
}

/**
 * @param {string} url
 * @returns {Promise<any>}
 */
async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

/**
 * @param {string} url
 * @returns {Promise<BaseDocument>}
 */
async function fetchBase(url) {
  const base = unpackBase(await fetched(url));
  const folder = new URL(url, document.baseURI);
  for (const part of [base.relief, base.world]) {
    if (part && "url" in part) part.url = new URL(part.url, folder).href;
  }
  return base;
}

/**
 * @param {L.Map} map
 * @param {Error} error
 */
function showFailure(map, error) {
  map.getContainer().appendChild(element("div", "marz-failed", "The base map could not be loaded " +
    `(${error.message}). The incidents are drawn without it; reload the page to try again.`));
}

/**
 * @param {MarzMap} map
 * @param {Atlas} atlas
 */
function watchView(map, atlas) {
  let timer = 0;
  map.on("zoomstart", () => map.getContainer().classList.add("marz-zooming"));
  map.on("zoomend", () => map.getContainer().classList.remove("marz-zooming"));
  map.on("moveend", () => {
    layout(map);
    clearTimeout(timer);
    // The first view is the server's own; only the reader's moves are news.
    if (atlas.touched && atlas.options.onView) {
      map.getContainer().dataset.moving = ""; // for who waits until the view has been told
      timer = window.setTimeout(() => {
        delete map.getContainer().dataset.moving;
        atlas.options.onView?.(...viewOf(map));
      }, TOLD_AFTER);
    }
  });
}

/**
 * Latitude, longitude and zoom; width and height of the frame.
 *
 * @param {L.Map} map
 * @returns {[ViewAt, [number, number]]}
 */
function viewOf(map) {
  const size = map.getSize();
  return [viewAt(map), [size.x, size.y]];
}

/**
 * Latitude, longitude and zoom as they are told.
 *
 * @param {L.Map} map
 * @returns {ViewAt}
 */
export function viewAt(map) {
  const at = map.getCenter();
  return [Number(at.lat.toFixed(4)), Number(at.lng.toFixed(4)), Number(map.getZoom().toFixed(2))];
}

/**
 * The relief and the lines that the incidents are about.
 *
 * @param {MarzMap} map
 * @param {Atlas} atlas
 * @param {BaseDocument} base
 */
function drawLines(map, atlas, base) {
  atlas.base = base;
  for (const [name, { features }] of Object.entries(base.layers)) {
    for (const feature of features) {
      feature.layer = name;
      if (feature.properties.n !== undefined) atlas.features.set(feature.properties.n, feature);
    }
  }
  if (base.relief) {
    atlas.relief = L.imageOverlay(base.relief.url, base.relief.bounds,
      { pane: "relief", interactive: false, alt: "Shaded relief" }).addTo(map);
  }
  drawVintage(map, atlas);
  map.createPane("credits");
  credits(map, atlas, base.attribution);
}

/**
 * Countries, regions and water.
 *
 * @param {MarzMap} map
 * @param {Atlas} atlas
 * @param {BaseDocument} base
 */
function drawLand(map, atlas, base) {
  const all = (/** @type {string} */ name) => featuresOf(atlas, name);
  const ground = L.svg({ pane: "ground", padding: 0.5 });
  const water = L.svg({ pane: "water", padding: 0.5 });
  /** @type {(features: BaseFeature[], renderer: L.Renderer, style: (feature: BaseFeature) => L.PathOptions) => void} */
  const paint = (features, renderer, style) => {
    if (!features.length) return;
    const shared = { renderer, interactive: false };
    const options = { ...shared, style: (/** @type {any} */ feature) => ({ ...shared, ...style(feature) }) };
    L.geoJSON(/** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features }), options).addTo(map);
  };
  const focus = common(all("borders").map((feature) => (feature.properties.country || "").split(";")));
  paint(all("countries"), ground, ({ properties: { country = "" } }) =>
    ({ fill: !focus.includes(country), fillColor: "#8d8a84", fillOpacity: 0.16, stroke: false }));
  paint(outlines(all("countries"), base.window), ground, () =>
    ({ fill: false, color: "#8f8b82", weight: 1, opacity: 0.9 }));
  paint(outlines(all("regions"), base.window), ground, () =>
    ({ fill: false, color: "#a39e93", weight: 0.7, opacity: 0.55 }));
  paint(all("rivers"), water, () => ({ fill: false, color: "#7fa6c0", weight: 1.2, opacity: 0.9 }));
  paint(all("lakes"), water, () => ({ fillColor: "#a9c6d9", fillOpacity: 0.9, color: "#7fa6c0", weight: 0.6 }));
  world(map, base, fetched);
  layout(map);
}

/** @param {string[][]} lists */
function common(lists) {
  return lists.length ? lists.reduce((a, b) => a.filter((code) => b.includes(code))) : [];
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {string[]} lines
 */
function credits(map, atlas, lines) {
  const box = element("details", "marz-credits");
  box.append(element("summary", "", "© Map data"), element("span", "", [...lines, "Leaflet"].join(" · ")));
  atlas.credits = control(map, CREDITS, box);
  if (!atlas.touched) settle(map, atlas, atlas.credits, CREDITS);
}

/**
 * Online tiles: the one thing that asks another server, and only after the reader switched them on.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
export function showTiles(map, atlas) {
  if (!atlas.shown.tiles === !atlas.tiles) return;
  if (atlas.tiles) {
    atlas.tiles.remove();
    atlas.tiles = null;
    atlas.relief?.addTo(map);
    return;
  }
  atlas.tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 17 }).addTo(map);
  atlas.relief?.remove();
}
