/** Boxes in the corners of the map. */
import { button, element } from "../atlas/dom.js";

const NARROW = 600; // pixels: on a narrower map legend and credits are folded at first

/**
 * Whether there is room for legend and credits beside what the map shows.
 *
 * @param {L.Map} map
 */
export const isWide = (map) => map.getSize().x > NARROW;

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
