/** Moving through a list by keys. */

/**
 * Position that a key leads to, which may lie outside the list; undefined where it leads nowhere.
 *
 * @param {KeyboardEvent} event
 * @param {number} at position now, -1 for none
 * @param {number} count
 * @param {boolean} [across] whether they stand beside each other, too
 * @returns {number | undefined}
 */
export function keyTarget(event, at, count, across = false) {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  switch (event.key) {
    case "ArrowDown": return at + 1;
    case "ArrowUp": return at < 0 ? count - 1 : at - 1;
    case "ArrowRight": return across ? at + 1 : undefined;
    case "ArrowLeft": return across ? at - 1 : undefined;
    case "Home": return 0;
    case "End": return count - 1;
    default: return undefined;
  }
}
