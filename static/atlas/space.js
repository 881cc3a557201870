/** Where incidents may be: near a place or in an extent, possibly or certainly, as Python says it. */

/** @import { Bbox, Near, Space } from "../types" */

const EARTH_KM = 6371.0088;
export const MAX_KM = 2000;
const MAX_LATITUDE = 85;
const NUMBER = "-?\\d{1,3}(?:\\.\\d+)?";
const EXTENT = new RegExp(`^${NUMBER}(?:,${NUMBER}){3}$`);
const POINT = new RegExp(`^${NUMBER},${NUMBER}$`);

const radians = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
const clip = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
  Math.min(Math.max(value, low), high);

/**
 * Square of the sine of half the angle between two points.
 *
 * @param {number} lon
 * @param {number} lat
 * @param {number} east
 * @param {number} north
 */
function halfChord(lon, lat, east, north) {
  const up = Math.sin((radians(north) - radians(lat)) / 2);
  const across = Math.sin((radians(east) - radians(lon)) / 2);
  return up * up + Math.cos(radians(lat)) * Math.cos(radians(north)) * across * across;
}

/**
 * Reads “isfara,25” or “40.1,70.6,25”; null where it is neither.
 *
 * @param {string} text
 * @param {Space["places"]} places
 * @returns {Near | null}
 */
export function nearOf(text, places) {
  const at = text.lastIndexOf(",");
  const [where, distance] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  const km = Number(distance);
  if (at < 0 || !distance || !(km > 0 && km <= MAX_KM)) return null;
  if (POINT.test(where)) {
    const [lat, lon] = where.split(",").map(Number);
    return Math.abs(lat) <= MAX_LATITUDE && Math.abs(lon) <= 180 ? { lon, lat, km, place: "", name: "" } : null;
  }
  if (!Object.hasOwn(places, where)) return null;
  const [name, lon, lat] = places[where];
  return { lon, lat, km, place: where, name };
}

/**
 * Reads “west,south,east,north”; null where it is none.
 *
 * @param {string} text
 * @returns {Bbox | null}
 */
export function extentOf(text) {
  if (!EXTENT.test(text)) return null;
  const [west, south, east, north] = text.split(",").map(Number);
  const fits = -180 <= west && west < east && east <= 180 && -MAX_LATITUDE <= south && south < north && north <= MAX_LATITUDE;
  return fits ? [west, south, east, north] : null;
}

/**
 * What a map shows as the address says it.
 *
 * @param {{ getWest(): number, getSouth(): number, getEast(): number, getNorth(): number }} bounds
 */
export function extentText(bounds) {
  const cut = (/** @type {number} */ value, /** @type {number} */ most) => Number(clip(value, -most, most).toFixed(3));
  return [cut(bounds.getWest(), 180), cut(bounds.getSouth(), MAX_LATITUDE),
    cut(bounds.getEast(), 180), cut(bounds.getNorth(), MAX_LATITUDE)].join(",");
}

/**
 * Which sites lie at least in part, or `wholly`, where a filter looks.
 *
 * @param {Space} space
 * @param {Near | null} near
 * @param {Bbox | null} within
 * @param {boolean} wholly
 */
export function sitesIn({ boxes }, near, within, wholly) {
  const reach = near ? Math.sin(near.km / EARTH_KM / 2) ** 2 : 0;
  /** @param {number} west @param {number} south @param {number} east @param {number} north */
  function holds(west, south, east, north) {
    if (within) {
      const [left, low, right, high] = within;
      if (wholly ? west < left || east > right || south < low || north > high
        : west > right || east < left || south > high || north < low) return false;
    }
    if (!near) return true;
    const { lon, lat } = near;
    if (!wholly) return halfChord(lon, lat, clip(lon, west, east), clip(lat, south, north)) <= reach;
    const far = Math.abs(west - lon) > Math.abs(east - lon) ? west : east;
    return Math.max(halfChord(lon, lat, far, south), halfChord(lon, lat, far, north)) <= reach;
  }
  /** @type {Set<number>} */
  const found = new Set();
  for (const [site, edges] of Object.entries(boxes)) {
    const held = [];
    for (let n = 0; n < edges.length; n += 4) held.push(holds(edges[n], edges[n + 1], edges[n + 2], edges[n + 3]));
    if (wholly ? held.every(Boolean) : held.some(Boolean)) found.add(Number(site));
  }
  return found;
}
