/** Near points share a symbol while the map is too coarse to hold them apart. */
import { isNew } from "../atlas/period.js";
import { endMotion } from "./motion.js";
import { rove } from "./roving.js";
import { isPoint, shownOf } from "./sites.js";
import { drawSymbol } from "./symbols.js";

/** @import { MarzMap, Member, Period, SiteMarker } from "../types" */

const NEAR = 24; // pixels between two points that are drawn apart
const OPEN_AT = 10.5; // from this zoom on all stand by themselves, spread if need be

/**
 * Puts near points together, greedily, the fullest first and then by number, so that the same
 * view clusters alike; lines and areas stay by themselves. As the pictures of Marz do.
 *
 * A hundred sites need no index: all pairs cost less than one symbol's drawing.
 *
 * @template {{ n: number, count: number, point: boolean, x: number, y: number }} Site
 * @param {Site[]} sites
 * @param {number} near
 * @returns {Site[][]} each with the site first at which it stands
 */
export function clustered(sites, near) {
  /** @type {Site[][]} */
  const found = [];
  const order = [...sites].sort((a, b) => b.count - a.count || a.n - b.n);
  for (const site of order) {
    const group = site.point && found.find(([lead]) => lead.point && Math.hypot(lead.x - site.x, lead.y - site.y) < near);
    if (group) group.push(site);
    else found.push([site]);
  }
  return found;
}

/**
 * Gives every marker its group: itself first, empty where another stands for it.
 *
 * @param {MarzMap} map
 */
export function regroup(map) {
  const atlas = map._marz;
  atlas.clusteredAt = map.getZoom();
  const coarse = map.getZoom() < OPEN_AT;
  const sites = [];
  for (const marker of atlas.symbols) {
    const { x, y } = map.latLngToLayerPoint(marker.marz.at);
    const count = shownOf(marker).length;
    marker.marz.group = count ? [] : [marker];
    if (count) sites.push({ marker, n: marker.marz.n, count, point: coarse && isPoint(atlas, marker), x, y });
  }
  for (const found of clustered(sites, NEAR)) found[0].marker.marz.group = found.map((site) => site.marker);
}

/**
 * Whether what has just begun is among the incidents of a symbol.
 *
 * @param {Member[]} members
 * @param {Period} period
 */
export const standsOut = (members, period) => period.until !== null && members.some((m) => isNew(m[4], m[5], period));

/**
 * Draws the elements of all symbols, grouped.
 *
 * @param {MarzMap} map
 * @param {boolean} [anew] whether what is shown has changed; panning leaves distances as they are
 */
export function cluster(map, anew) {
  const atlas = map._marz;
  if (!anew && !atlas.motion && atlas.clusteredAt === map.getZoom()) return;
  regroup(map);
  for (const marker of atlas.symbols) {
    const members = marker.marz.group.flatMap(shownOf);
    drawSymbol(map, marker, members);
    marker.getElement()?.classList.toggle("marz-now", standsOut(members, atlas.period));
  }
  endMotion(map);
  rove(map);
}

/**
 * Zooms to where the members of a cluster stand apart.
 *
 * @param {L.Map} map
 * @param {SiteMarker[]} group
 */
export function openCluster(map, group) {
  const bounds = L.latLngBounds(group.map((marker) => marker.marz.at));
  const fitting = map.getBoundsZoom(bounds.pad(0.3));
  map.setView(bounds.getCenter(), Math.max(map.getZoom() + 1, Math.min(fitting, OPEN_AT)));
}
