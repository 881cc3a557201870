/** Border lines: those in force on the day of what is shown are strong, the other vintage is thin. */
import { DAY, OPEN, isoDay } from "../atlas/days.js";
import { setVisible } from "./shading.js";
import { featuresOf, shownOf } from "./sites.js";
import { INK } from "./style.js";

/** @import { Atlas, BaseFeature } from "../types" */

const LAYERS = ["exclaves", "borders"];

/**
 * @param {BaseFeature} feature
 * @param {string} day as an ISO date
 */
export function inForce(feature, day) {
  const { valid_from: from = "", valid_to: to = "" } = feature.properties;
  return from <= day && day <= (to || "9999");
}

/**
 * The day whose lines are drawn strong: the first of the latest incident on the map.
 *
 * @param {Atlas} atlas
 */
function vintageOf({ symbols, shown }) {
  const days = symbols.flatMap((marker) => shownOf(marker).map((m) => m[4])).filter((day) => day > -OPEN);
  return days.length ? Math.max(...days) : shown.vintage ?? Math.floor(Date.now() / DAY);
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
export function drawVintage(map, atlas) {
  const day = isoDay(vintageOf(atlas));
  if (atlas.drawnDay === day || !atlas.base) return;
  atlas.drawnDay = day;
  const lines = LAYERS.flatMap((name) => featuresOf(atlas, name).map((feature) => ({ name, feature })));
  const drawn = lines.map(({ feature }) => Number(inForce(feature, day))).join("");
  if (atlas.drawnVintage === drawn) return; // another day of the same lines
  atlas.drawnVintage = drawn;
  // A line is projected once for each way it can be drawn; afterwards it is shown or hidden.
  for (const { name, feature } of lines) {
    const strong = inForce(feature, day);
    const ways = atlas.vintages.get(feature) || new Map();
    atlas.vintages.set(feature, ways);
    if (!ways.has(strong)) ways.set(strong, outline(map, atlas, name, feature, strong));
    for (const [way, made] of ways) for (const line of made) setVisible(line, way === strong);
  }
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {string} name
 * @param {BaseFeature} feature
 * @param {boolean} strong
 */
function outline(map, atlas, name, feature, strong) {
  /** @type {(pane: string, style: L.PathOptions) => L.GeoJSON} */
  const add = (pane, style) => {
    const renderer = (atlas.renderers[pane] ??= L.svg({ pane, padding: 0.5 }));
    const options = { renderer, interactive: false, style: { fill: false, ...style } };
    return L.geoJSON(feature, options).addTo(map);
  };
  if (!strong) return [add("vintage", { color: INK, weight: 1, opacity: 0.65, dashArray: "3 3" })];
  if (name === "exclaves") return [add("line", { color: INK, weight: 1.4, opacity: 0.9 })];
  return [add("casing", { color: "#fff", weight: 7, opacity: 0.95 }),
    add("line", { color: INK, weight: 3, opacity: 1 })];
}
