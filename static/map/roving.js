/** The symbols of a map as one stop of the Tab key; arrows, Home and End go from one to the next. */

import { setAttribute } from "../atlas/dom.js";

/** @import { Atlas, MarzMap, SiteMarker } from "../types" */

const EDGE = 40; // pixels from the edge of the map that a symbol reached by an arrow keeps

/** @type {Record<string, (at: number, count: number) => number>} */
const MOVES = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Symbols that are shown, from west to east.
 *
 * @param {Atlas} atlas
 */
const shownSymbols = (atlas) => atlas.symbols.filter((marker) => marker.getElement()?.firstElementChild)
  .sort((a, b) => a.marz.at.lng - b.marz.at.lng || a.marz.n - b.marz.n);

/**
 * Lets Tab reach one symbol alone: the one it was on last, else that of the open incident, else
 * the first in view.
 *
 * @param {MarzMap} map
 */
export function rove(map) {
  const atlas = map._marz;
  const shown = shownSymbols(atlas);
  const view = map.getBounds();
  const holds = (/** @type {number | null} */ n) => (/** @type {SiteMarker} */ { marz }) =>
    marz.group.some((one) => one.marz.n === n);
  const stop = shown.find(holds(atlas.stop)) ??
    shown.find(({ marz }) => marz.group.some((one) => one.marz.members.some((m) => m[0] === atlas.shown.sel))) ??
    shown.find(({ marz }) => view.contains(marz.at)) ?? shown[0];
  for (const marker of atlas.kept.values()) {
    const icon = marker.getElement();
    if (icon) setAttribute(icon, "tabindex", marker === stop ? "0" : "-1");
  }
}

/**
 * Answers a key on a symbol.
 *
 * @param {MarzMap} map
 * @param {SiteMarker} marker
 * @param {KeyboardEvent} event
 */
export function roveBy(map, marker, event) {
  const move = MOVES[event.key];
  if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
  // The map would move by the same key.
  event.preventDefault();
  event.stopPropagation();
  const shown = shownSymbols(map._marz);
  const next = shown[move(shown.indexOf(marker), shown.length)];
  // An arrow may bring a symbol into view; Tab never moves the map.
  if (!map.getBounds().contains(next.marz.at)) map.panInside(next.marz.at, { padding: [EDGE, EDGE], animate: false });
  next.getElement()?.focus({ preventScroll: true });
}
