/** The borders in force as they run across the map, in pixels. */
import { featuresOf, nameOf } from "./sites.js";
import { inForce } from "./vintage.js";

/** @import { Atlas } from "../types" */

/**
 * Name and course of each.
 *
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @returns {{ text: string, parts: L.Point[][] }[]}
 */
export function borderTracks(map, atlas) {
  return featuresOf(atlas, "borders").flatMap((feature) => {
    const { geometry } = feature;
    if (!inForce(feature, atlas.drawnDay)) return [];
    if (geometry.type !== "LineString" && geometry.type !== "MultiLineString") return [];
    const parts = geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
    return [{ text: nameOf(feature, atlas.shown.lang), parts: parts.map((part) => track(map, part)) }];
  });
}

/**
 * A line in pixels, thinned to a point every 6 px.
 *
 * @param {L.Map} map
 * @param {GeoJSON.Position[]} part
 */
function track(map, part) {
  /** @type {L.Point[]} */
  const points = [];
  for (const [lon, lat] of part) {
    const point = map.latLngToLayerPoint([lat, lon]);
    if (!points.length || point.distanceTo(points[points.length - 1]) >= 6) points.push(point);
  }
  return points;
}
