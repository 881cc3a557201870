/** Days as numbers since 1970-01-01, as dates, and in words. */

export const DAY = 864e5; // milliseconds
export const OPEN = 2 ** 30; // days that stand for an open end, as in the Python package

/**
 * Number of a day such as 2022-09-14; NaN where it is none.
 *
 * @param {string} text
 */
export function dayOf(text) {
  const found = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return new Date(found).toJSON()?.slice(0, 10) === text ? found / DAY : NaN;
}

/** @param {number} day */
export const isoDay = (day) => new Date(day * DAY).toISOString().slice(0, 10);

/** @param {number} day */
export const yearOf = (day) => new Date(day * DAY).getUTCFullYear();

/** @param {number} day */
export const monthOf = (day) => new Date(day * DAY).getUTCMonth();

/**
 * First day of a month; a month may be beyond its year: month 12 is January of the next.
 *
 * @param {number} year
 * @param {number} [month]
 */
export const firstOf = (year, month = 0) => Date.UTC(year, month, 1) / DAY;

/**
 * First day of the month or year that a day lies in; by day it is that day.
 *
 * @param {number} day
 * @param {string} by
 */
export const floor = (day, by) => (by === "day" ? day : firstOf(yearOf(day), by === "month" ? monthOf(day) : 0));

/** @param {Intl.DateTimeFormatOptions} parts */
function formatter(parts) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", year: "numeric", ...parts });
  return (/** @type {number} */ day) => format.format(new Date(day * DAY));
}

/** A day as “14 September 2022”. */
export const dayWords = formatter({ day: "numeric", month: "long" });
/** Its month as “Sept 2022”. */
export const shortMonthWords = formatter({ month: "short" });
/** A day as “14 Sept”, for what names its year elsewhere. */
export const shortDayWords = formatter({ day: "numeric", month: "short", year: undefined });
/** Its month as “September 2022”. */
export const monthWords = formatter({ month: "long" });
const yearWords = formatter({});

/**
 * A day as precisely as it is known.
 *
 * @param {number} day
 * @param {number} span days that its date leaves open
 */
export function roundedWords(day, span) {
  if (span === 0) return dayWords(day);
  return span < 32 ? monthWords(day) : yearWords(day);
}
