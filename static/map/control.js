/** Boxes in the corners of the map. */
import { button, element } from "../atlas/dom.js";
import { borderTracks } from "./borders.js";

/** @import { Atlas } from "../types" */

const NARROW = 600; // pixels: on a narrower map legend and credits are folded at first
const CLEAR = 12; // pixels between a box and the middle of a border: its casing and some air
/** @type {L.ControlPosition[]} */
const CORNERS = ["topright", "bottomright", "bottomleft", "topleft"];

/**
 * Opens or folds a box, and moves it to the corner, where it covers none of the borders and no
 * place that is to be named: in its own corner if there is room for that, open if there is.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {L.Control} made
 * @param {L.ControlPosition} home
 */
export function settle(map, atlas, made, home) {
  const box = made.getContainer();
  const details = box?.querySelector("details") ?? (box instanceof HTMLDetailsElement ? box : null);
  if (!box || !details || !atlas.base) return;
  const corner = map.containerPointToLayerPoint([0, 0]);
  const named = (atlas.base.layers.places?.features ?? []).filter(({ properties }) => properties.first && properties.at)
    .map(({ properties: { at = [0, 0] } }) => map.latLngToLayerPoint([at[1], at[0]]));
  const kept = [...borderTracks(map, atlas).flatMap(({ parts }) => parts.flat()), ...named]
    .map(({ x, y }) => ({ x: x - corner.x, y: y - corner.y }));
  const frame = map.getContainer().getBoundingClientRect();
  const covers = () => {
    const { left, top, right, bottom } = box.getBoundingClientRect();
    const [west, north, east, south] = [left - frame.left - CLEAR, top - frame.top - CLEAR,
      right - frame.left + CLEAR, bottom - frame.top + CLEAR];
    return kept.some(({ x, y }) => x > west && x < east && y > north && y < south);
  };
  const ways = map.getSize().x > NARROW ? [true, false] : [false];
  // Folded in its own corner it is where a reader looks for it; open in another it would be in the way.
  const tries = [home, ...CORNERS.filter((position) => position !== home)]
    .flatMap((position) => ways.map((open) => /** @type {const} */ ([position, open])));
  for (const [position, open] of tries) {
    details.open = open;
    if (made.options.position !== position) made.setPosition(position);
    if (!covers()) return;
  }
  made.setPosition(home);
}

/**
 * Puts a box on the map that lets no click through.
 *
 * @param {L.Map} map
 * @param {L.ControlPosition} position
 * @param {HTMLElement} box
 */
export function control(map, position, box) {
  const made = new L.Control({ position });
  made.onAdd = () => {
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  return made.addTo(map);
}

/**
 * @param {L.Map} map
 * @param {L.ControlPosition} position
 * @param {string} className
 * @param {string} sign
 * @param {string} label
 * @param {() => void} action
 */
export function controlButton(map, position, className, sign, label, action) {
  const box = element("div", `leaflet-bar ${className}`);
  const node = button(box, sign, action);
  node.title = label;
  node.setAttribute("aria-label", label);
  control(map, position, box);
}
