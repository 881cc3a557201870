/** Lines and areas that incidents hang on: shaded in ink, since colour means the type. */
import { isLine, shownOf } from "./sites.js";
import { INK } from "./style.js";

/** @import { Atlas, BaseFeature } from "../types" */

/**
 * @param {BaseFeature} feature
 * @param {boolean} chosen
 * @returns {L.PathOptions}
 */
function styleOf(feature, chosen) {
  if (isLine(feature)) return { color: INK, weight: 13, opacity: chosen ? 0.4 : 0.16, fill: false };
  // A thin line: dashed is the border of another time, and nothing else.
  return { color: INK, weight: chosen ? 2 : 0.8, opacity: chosen ? 0.8 : 0.4, fillColor: INK,
    fillOpacity: chosen ? 0.16 : feature.layer === "countries" ? 0.03 : 0.07 };
}

/**
 * Shades these sites and no others. What was shaded before is kept, hidden, so that it is projected once.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {Map<number, boolean>} wanted number of each site -> whether it is chosen
 */
export function shade(map, atlas, wanted) {
  const hidden = new Set(atlas.shading.keys());
  for (const [n, chosen] of wanted) {
    const feature = atlas.features.get(n);
    if (!feature || feature.geometry.type === "Point") continue;
    const key = `${n} ${chosen}`;
    const made = atlas.shading.get(key) ??
      { on: true, layer: L.geoJSON(feature, { pane: "mark", interactive: false, style: styleOf(feature, chosen) }).addTo(map) };
    atlas.shading.set(key, made);
    hidden.delete(key);
    show(made, true);
  }
  for (const key of hidden) show(atlas.shading.get(key), false);
}

/**
 * @param {{ layer: L.GeoJSON, on: boolean } | undefined} made
 * @param {boolean} on
 */
function show(made, on) {
  if (!made || made.on === on) return;
  Object.assign(made, { on });
  setVisible(made.layer, on);
}

/**
 * Shows or hides what was drawn: by visibility, which is painted anew but moves nothing, so that the
 * browser keeps its layers; by display a frame took twice as long.
 *
 * @param {L.GeoJSON} layer
 * @param {boolean} on
 */
export function setVisible(layer, on) {
  layer.eachLayer((path) => {
    const node = /** @type {SVGElement | undefined} */ (/** @type {L.Path} */ (path).getElement());
    if (node) node.style.visibility = on ? "" : "hidden";
  });
}

/**
 * Shades what the incidents hang on that are shown.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
export function shadeSites(map, atlas) {
  const reached = atlas.symbols.filter((marker) => shownOf(marker).length);
  shade(map, atlas, new Map(reached.map((marker) =>
    [marker.marz.n, shownOf(marker).some((m) => m[0] === atlas.shown.sel)])));
}
