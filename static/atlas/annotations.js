/** What a reader has drawn on the map, as the address says it: the twin of `geo.address.annotation_of`. */

/** @import { Annotation } from "../types" */

export const MAX_ANNOTATIONS = 20;
export const MAX_ANNOTATION = 80; // characters
const MAX_KM = 2000;
const NUMBER = /^-?\d{1,4}(\.\d+)?$/;
/** Kind -> figures before its text. @type {Record<string, number>} */
const FIGURES = { callout: 2, text: 2, arrow: 4, circle: 3 };

/**
 * Reads `callout,39.9,70.6,Words`; null where it is none.
 *
 * @param {string} text
 * @returns {Annotation | null}
 */
export function annotationOf(text) {
  const [kind, ...rest] = text.split(",");
  const count = Object.hasOwn(FIGURES, kind) ? FIGURES[kind] : 0;
  if (!count || rest.length < count || !rest.slice(0, count).every((part) => NUMBER.test(part))) return null;
  const figures = rest.slice(0, count).map(Number);
  const points = kind === "arrow" ? [figures.slice(0, 2), figures.slice(2)] : [figures.slice(0, 2)];
  const onMap = points.every(([lat, lon]) => Math.abs(lat) <= 85 && Math.abs(lon) <= 180);
  const km = kind === "circle" ? figures[2] : 0;
  const words = rest.slice(count).join(",").trim().slice(0, MAX_ANNOTATION);
  if (!onMap || (kind === "circle" && !(km > 0 && km <= MAX_KM)) || (count === 2 && !words)) return null;
  return { kind, points: /** @type {[number, number][]} */ (points), km, words };
}

/**
 * Writes what `annotationOf` reads.
 *
 * @param {Annotation} one
 */
export function annotationText({ kind, points, km, words }) {
  const figures = [...points.flat(), ...(kind === "circle" ? [km] : [])];
  return [kind, ...figures.map((value) => String(Number(value.toFixed(6)))), words].join(",");
}

/**
 * Each with its number, where it is a callout, else 0.
 *
 * @param {Annotation[]} all
 */
export function numbered(all) {
  let last = 0;
  return all.map((one) => ({ one, number: one.kind === "callout" ? (last += 1) : 0 }));
}
