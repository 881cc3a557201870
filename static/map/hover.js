/** What the reader points at among cells and records, and what of it the server is told. */
import { element } from "../atlas/dom.js";
import { count, number } from "../atlas/numbers.js";
import { viewAt } from "./basemap.js";

/** @import { Atlas, Item, MarzMap, SetsShown } from "../types" */

/**
 * The topmost symbol below a point of the container.
 *
 * @param {Atlas} atlas
 * @param {L.Point} point
 */
function itemUnder({ seen, pad }, point) {
  const [x, y] = [point.x + pad.x, point.y + pad.y];
  return seen.findLast((item) => Math.hypot(item.px - x, item.py - y) <= Math.max(item.r, 8) + 1) || null;
}

/**
 * @param {Atlas} atlas
 * @param {SetsShown} shown
 * @param {Item} item
 */
function linesOf({ base }, { sets }, item) {
  const set = sets.length > 1 ? [`Data set ${item.s + 1}`] : [];
  const name = (/** @type {number} */ type) => base?.types[type]?.name ?? "Other type";
  const deaths = item.high < 0 || (item.k && !item.high) ? "Deaths not reported"
    : item.low === item.high ? `${number(item.low)} dead` : `${number(item.low)}–${number(item.high)} dead`;
  if (item.k === 0) return [...set, name(item.type) + (item.established ? "" : ", not established"), deaths];
  const lines = [...set, count(item.count, "incident") + (item.k === 2 ? " somewhere on an area or line" : "")];
  for (let at = 0; at < item.mix.length; at += 2) lines.push(`${name(item.mix[at])}: ${number(item.mix[at + 1])}`);
  return [...lines, deaths];
}

/**
 * @param {MarzMap} map
 * @param {Atlas} atlas
 */
export function listenForItems(map, atlas) {
  const tip = element("div", "marz-tip");
  tip.hidden = true;
  map.getContainer().appendChild(tip);
  map.on("mousemove", (event) => {
    const item = itemUnder(atlas, event.containerPoint);
    map.getContainer().classList.toggle("marz-over", !!item);
    tip.hidden = !item;
    if (!item) return;
    const lines = linesOf(atlas, /** @type {SetsShown} */ (atlas.shown), item);
    tip.replaceChildren(...lines.map((line) => element("div", "", line)));
    tip.style.left = `${Math.min(event.containerPoint.x + 14, map.getSize().x - 190)}px`;
    tip.style.top = `${Math.min(event.containerPoint.y + 14, map.getSize().y - 20 - 16 * tip.childElementCount)}px`;
  });
  map.on("mouseout", () => { tip.hidden = true; });
  map.on("click", (event) => {
    const item = itemUnder(atlas, event.containerPoint);
    if (!item) return;
    const at = map.unproject([item.x, item.y], 0);
    // A cell opens while there is something to open; then what is inside is listed.
    if (item.k === 1 && map.getZoom() < map.getMaxZoom() - 0.5) map.setView(at, Math.min(map.getZoom() + 2, map.getMaxZoom()));
    // What is counted here alone is not known to the server by its position.
    else if (!atlas.steps?.items.includes(item)) atlas.options.onPick?.(item.i, [item.s, item.k, atlas.shown.seq ?? 0]);
  });
}

/**
 * Tells the server where the map is now, which it needs to fetch what the view holds.
 *
 * @param {L.Map} map
 * @param {object} [more]
 */
export function tellView(map, more = {}) {
  const bounds = map.getBounds();
  const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((side) => Number(side.toFixed(5)));
  const { x, y } = map.getSize();
  window.marzValue = { ...window.marzValue, view: viewAt(map), size: [x, y], box, ...more };
  window.Streamlit?.setComponentValue(window.marzValue);
}
