/** What of time is shown: a range of dates, and how far into it Play has come. */
import { OPEN } from "./days.js";

/** @import { DateRange, Period } from "../types" */

/**
 * The day on which Play lets an incident begin: its first, or its last where the first is open.
 *
 * @param {number} start
 * @param {number} end
 */
export const onset = (start, end) => (start > -OPEN ? start : end);

/**
 * Whether an incident is shown, by its first and last possible day.
 *
 * @param {number} start
 * @param {number} end
 * @param {Period} period
 */
export function isShown(start, end, { from, to, certainly, until }) {
  if (from !== null || to !== null) {
    // What has no date lies neither possibly nor certainly within a range.
    if (start <= -OPEN && end >= OPEN) return false;
    const [early, late] = certainly ? [start, end] : [end, start];
    if ((from !== null && early < from) || (to !== null && late > to)) return false;
  }
  return until === null || onset(start, end) <= until;
}

/**
 * Whether an incident stands out because it has just begun.
 *
 * @param {number} start
 * @param {number} end
 * @param {Period} period
 */
export const isNew = (start, end, { until, since }) =>
  until !== null && onset(start, end) <= until && onset(start, end) >= (since ?? until);

/**
 * How many incidents a period shows.
 *
 * @param {number[]} days first day, last day, incidents; and so on
 * @param {Period} period
 */
export function countShown(days, period) {
  let sum = 0;
  for (let i = 0; i < days.length; i += 3) if (isShown(days[i], days[i + 1], period)) sum += days[i + 2];
  return sum;
}

/**
 * A range without Play.
 *
 * @param {DateRange} range
 * @returns {Period}
 */
export const periodOf = ({ from, to, certainly }) => ({ from, to, certainly, until: null, since: null });

/**
 * @param {DateRange} a
 * @param {DateRange} b
 */
export const isSameRange = (a, b) => a.from === b.from && a.to === b.to && a.certainly === b.certainly;
