/** Numbers in words and figures. */

const grouped = new Intl.NumberFormat("en-GB"); // made once: it costs more than its use

/** @param {number} value */
export const number = (value) => grouped.format(value);

/**
 * “1 incident”, “1,400 incidents”.
 *
 * @param {number} value
 * @param {string} noun
 */
export const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

/**
 * A count in few characters: 999, 1.2k, 3.4M.
 *
 * @param {number} value
 */
export function short(value) {
  if (value < 1000) return String(value);
  const [scaled, unit] = value < 999500 ? /** @type {const} */ ([value / 1000, "k"]) : /** @type {const} */ ([value / 1e6, "M"]);
  return (scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)) + unit;
}
