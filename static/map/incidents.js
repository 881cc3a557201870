/**
 * The layer of the incidents: one symbol a site, and what happens when they change.
 *
 * The layer itself holds places only. Symbols stay on the map from one layer to the next, so that
 * a change draws what changed and nothing else.
 */
import { afterPaint } from "../atlas/dom.js";
import { showTiles } from "./basemap.js";
import { cluster, openCluster } from "./clusters.js";
import { showIncidentLegend } from "./legends.js";
import { layout } from "./names.js";
import { adoptRange, atStandstill, drawPeriod } from "./period.js";
import { rove, roveBy } from "./roving.js";
import { shownOf } from "./sites.js";
import { drawSymbol } from "./symbols.js";

/** @import { Atlas, MarzMap, Member, Period, Shown, SiteLayer, SiteMarker } from "../types" */
/** @typedef {{ n: number, members: Member[], at: L.LatLng }} Place */

/** Sites of the incident layer since the last commit. @type {Place[]} */
let pending = [];
/** Site whose symbol has the keyboard focus. @type {number | null} */
let focused = null;

/**
 * What Leaflet's GeoJSON layer makes of each site (`pointToLayer`): nothing, but it is noted.
 *
 * @param {SiteLayer["features"][number]} feature
 * @param {L.LatLng} at
 */
export function symbol(feature, at) {
  pending.push({ n: feature.properties.n, members: feature.properties.m, at });
  return L.layerGroup();
}

/**
 * One marker a site, made when the site is first shown and kept.
 *
 * @param {MarzMap} map
 * @param {Atlas} atlas
 * @param {Place[]} places
 */
function markersOf(map, atlas, places) {
  const gone = new Map(atlas.kept);
  const markers = places.map(({ n, members, at }) => {
    gone.delete(n);
    const marker = atlas.kept.get(n) || make(map, atlas, n, at);
    Object.assign(marker.marz, { members, group: [marker] });
    delete marker.marz.visible;
    return marker;
  });
  for (const marker of gone.values()) {
    Object.assign(marker.marz, { members: [], group: [] });
    drawSymbol(map, marker, []);
  }
  return markers;
}

/**
 * @param {MarzMap} map
 * @param {Atlas} atlas
 * @param {number} n
 * @param {L.LatLng} at
 */
function make(map, atlas, n, at) {
  const plain = L.marker(at, {
    icon: L.divIcon({ className: "marz-symbol", html: "", iconSize: [0, 0] }),
    keyboard: true, autoPanOnFocus: false, riseOnHover: true, bubblingMouseEvents: false,
  });
  /** @type {SiteMarker["marz"]} */
  const site = { n, at, members: [], group: [], push: [0, 0] };
  const marker = /** @type {SiteMarker} */ (Object.assign(plain, { marz: site }));
  atlas.kept.set(n, marker.addTo(map));
  listen(map, atlas, marker);
  return marker;
}

/**
 * Shows what was noted since the last time.
 *
 * @param {MarzMap} map
 * @param {Shown} shown
 */
export function commit(map, shown) {
  const atlas = map._marz;
  // streamlit-folium keeps every group it ever removed in this list; see docs/design.
  if (window.feature_group) window.feature_group.length = 0;
  const places = pending;
  pending = [];
  atlas.shown = shown;
  adoptRange(atlas, shown);
  void atlas.ready.then(() => {
    if (atlas.shown !== shown) return;
    atlas.symbols = markersOf(map, atlas, places);
    showTiles(map, atlas);
    drawPeriod(map);
    if (shown.seek) reveal(map, atlas);
    restoreFocus(atlas);
    const data = map.getContainer().dataset;
    const first = data.commit === undefined;
    data.commit = String(shown.seq ?? ++atlas.commits);
    const furnish = () => {
      dropThemes();
      if (atlas.shown !== shown || !atlas.base) return;
      showIncidentLegend(map, atlas);
      layout(map);
    };
    // Who filters waits for the symbols: they are painted before names find their places.
    if (first) void atlas.grounded.then(furnish);
    else afterPaint(furnish);
  });
}

/**
 * Shows another period of the same incidents; names and legend follow when it comes to rest.
 *
 * @param {MarzMap} map
 * @param {Period} period
 * @param {number} turn number of the change that it may become
 */
export function showPeriod(map, period, turn) {
  const atlas = map._marz;
  atlas.turn = turn;
  atlas.period = period;
  drawPeriod(map, true);
  atStandstill(atlas, () => {
    if (atlas.motion) cluster(map, true);
    // In a turn of its own, so that who moves on meanwhile does not wait for both.
    atStandstill(atlas, () => {
      if (!atlas.base) return;
      showIncidentLegend(map, atlas);
      layout(map);
    }, 0);
  });
}

/**
 * Makes the layer and shows it.
 *
 * @param {MarzMap} map
 * @param {SiteLayer} collection
 * @param {Shown} shown
 */
export function draw(map, collection, shown) {
  const atlas = map._marz;
  atlas.layer?.remove();
  atlas.layer = L.geoJSON(collection, { pointToLayer: symbol }).addTo(map);
  commit(map, shown);
}

/** Streamlit's library for components adds the same theme to the head at every change. */
function dropThemes() {
  const themes = [...document.head.getElementsByTagName("style")]
    .filter((node) => node.textContent?.includes("--secondary-background-color:"));
  for (const node of themes.slice(0, -1)) node.remove();
}

/**
 * @param {MarzMap} map
 * @param {Atlas} atlas
 * @param {SiteMarker} marker
 */
function listen(map, atlas, marker) {
  const pick = () => {
    if (marker.marz.group.length > 1) return openCluster(map, marker.marz.group);
    const members = shownOf(marker);
    const next = members[(members.findIndex((m) => m[0] === atlas.shown.sel) + 1) % members.length];
    atlas.options.onPick?.(next[0], marker.marz.n);
  };
  marker.on("click", pick);
  const icon = marker.getElement();
  icon?.addEventListener("focus", () => {
    focused = atlas.stop = marker.marz.n;
    rove(map);
  });
  icon?.addEventListener("keydown", (event) => {
    if (event.key === "Tab" || event.key === "Escape") focused = null;
    roveBy(map, marker, event);
    if (event.key !== "Enter" && event.key !== " ") return;
    // Leaflet makes the symbol a button for screen readers, but lets no key press it.
    event.preventDefault();
    pick();
  });
}

/** @param {Atlas} atlas */
function restoreFocus(atlas) {
  if (focused === null || !document.hasFocus() || document.activeElement !== document.body) return;
  const marker = atlas.symbols.find(({ marz }) => marz.group.some((one) => one.marz.n === focused));
  marker?.getElement()?.focus({ preventScroll: true });
}

/**
 * Brings the open incident into view.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
function reveal(map, atlas) {
  const marker = atlas.symbols.find(({ marz }) => (marz.visible ?? marz.members).some((m) => m[0] === atlas.shown.sel));
  if (marker && !map.getBounds().pad(-0.05).contains(marker.marz.at)) {
    atlas.sought = true;
    map.panTo(marker.marz.at, { animate: false });
  }
}
