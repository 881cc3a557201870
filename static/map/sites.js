/** Sites of the incident layer: what kind of place each is, and what it is called. */

/** @import { Atlas, BaseFeature, SiteMarker } from "../types" */

/**
 * Incidents of a site that the period shows.
 *
 * @param {SiteMarker} marker
 */
export const shownOf = (marker) => marker.marz.visible || marker.marz.members;

/**
 * Whether a site is a point, not a line or an area.
 *
 * @param {Atlas} atlas
 * @param {SiteMarker} marker
 */
export function isPoint(atlas, marker) {
  const feature = atlas.features.get(marker.marz.n);
  return !feature || feature.geometry.type === "Point";
}

/**
 * Name of a feature in a language, "" for English; one that is not known is in English and marked.
 *
 * @param {BaseFeature} feature
 * @param {string} language
 */
export const nameOf = ({ properties }, language) => properties[language ? /** @type {const} */ (`name_${language}`) : "name"] || "";

/**
 * Features of a layer of the base map.
 *
 * @param {Atlas} atlas
 * @param {string} layer
 * @returns {BaseFeature[]}
 */
export const featuresOf = (atlas, layer) => atlas.base?.layers[layer]?.features || [];

/** @param {BaseFeature} feature */
export const isLine = (feature) => feature.geometry.type.includes("Line");

/**
 * Where a symbol's incidents were, without taking its point for the place.
 *
 * @param {Atlas} atlas
 * @param {number} n
 */
export function whereabouts(atlas, n) {
  const feature = atlas.features.get(n);
  if (!feature) return "Place";
  const name = nameOf(feature, atlas.shown.lang) || "Place";
  if (feature.geometry.type === "Point") return name;
  return (isLine(feature) ? "Somewhere on the " : "Somewhere in ") + name;
}
