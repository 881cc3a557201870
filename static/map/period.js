/** Shows of the incidents those that lie in a period: at once, without the server. */
import { isShown, isSameRange, periodOf } from "../atlas/period.js";
import { cluster, regroup, standsOut } from "./clusters.js";
import { drawMotion, isInUse } from "./motion.js";
import { spread } from "./names.js";
import { shadeSites } from "./shading.js";
import { shownOf } from "./sites.js";
import { drawVintage } from "./vintage.js";

const STILL = 150; // milliseconds without a change until names and legend follow

/** @import { Atlas, MarzMap, Member, Shown } from "../types" */

/**
 * Takes over the dates that the server sends, unless the reader has moved them since.
 *
 * @param {Atlas} atlas
 * @param {Shown} shown
 */
export function adoptRange(atlas, { range, turn = 0 }) {
  if (!range || turn < atlas.turn) return;
  atlas.turn = turn;
  if (!isSameRange(range, atlas.period)) atlas.period = periodOf(range);
}

/**
 * Does once what can wait until the dates have not been moved for a while.
 *
 * @param {Atlas} atlas
 * @param {() => void} action
 * @param {number} [wait] milliseconds
 */
export function atStandstill(atlas, action, wait = STILL) {
  clearTimeout(atlas.still);
  atlas.still = window.setTimeout(action, wait);
}

/**
 * Draws the symbols of what the period shows.
 *
 * @param {MarzMap} map
 * @param {boolean} [moves] whether it is still being moved: then symbols stay where they stand
 */
export function drawPeriod(map, moves) {
  const atlas = map._marz;
  const { period } = atlas;
  const within = (/** @type {Member} */ m) => isShown(m[4], m[5], period);
  for (const { marz } of atlas.symbols) marz.visible = marz.members.filter(within);
  drawVintage(map, atlas);
  if (moves && !isInUse(map)) {
    regroup(map);
    drawMotion(map, ({ marz }) => marz.group.some((one) => standsOut(shownOf(one), period)));
  } else cluster(map, true);
  shadeSites(map, atlas);
  if (!moves && atlas.base) spread(map, atlas);
  for (const { marker, lines } of moves && !atlas.motion ? atlas.leaders : []) {
    if (!marker.marz.group.some((one) => shownOf(one).length)) lines.remove();
    else if (!map.hasLayer(lines)) lines.addTo(map);
  }
  const data = map.getContainer().dataset;
  const counts = atlas.symbols.map((marker) => shownOf(marker).length).filter(Boolean);
  data.shown = String(counts.reduce((sum, n) => sum + n, 0));
  data.sites = String(counts.length);
  if (period.until === null) delete data.until;
  else data.until = String(period.until);
}
