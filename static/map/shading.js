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
 * Shades these sites and no others.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {Map<number, boolean>} wanted number of each site -> whether it is chosen
 */
export function shade(map, atlas, wanted) {
  const before = atlas.shading;
  atlas.shading = new Map();
  for (const [n, chosen] of wanted) {
    const feature = atlas.features.get(n);
    if (!feature || feature.geometry.type === "Point") continue;
    const key = `${n} ${chosen}`; // what stays is not projected again
    const layer = before.get(key) ||
      L.geoJSON(feature, { pane: "mark", interactive: false, style: styleOf(feature, chosen) }).addTo(map);
    atlas.shading.set(key, layer);
    before.delete(key);
  }
  for (const layer of before.values()) layer.remove();
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
