/** Play of data sets: thirty steps a second, all in the browser. */
import { isoDay } from "../atlas/days.js";
import { element } from "../atlas/dom.js";
import { number } from "../atlas/numbers.js";
import { playBox, sayPaused, sayPlaying, setMoment, setMoments } from "./playbox.js";
import { control } from "./control.js";
import { countTo, restoreCounts, unpackOnsets } from "./onsets.js";
import { textWidth } from "./style.js";

/** @import { Atlas, Item, Play, SetsShown } from "../types" */

const STEP = 1000 / 30; // milliseconds
const STEPS = 600; // at most, so that twenty seconds show any span of time
const SHORTEST = 3000; // milliseconds that few steps take in all, so that they can be followed

/**
 * Last days of the steps of records alone: days, or spans of as many days as make `STEPS` steps.
 *
 * @param {Item[]} items
 */
export function stepEnds(items) {
  let [first, last] = [Infinity, -Infinity];
  for (const { day } of items) {
    if (day === null) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  if (!(first < last)) return null;
  const width = Math.max(1, Math.ceil((last - first + 1) / STEPS));
  return Array.from({ length: Math.ceil((last - first + 1) / width) }, (_, n) => Math.min(last, first + (n + 1) * width - 1));
}

/**
 * Notes the step in which each record begins; what has no day begins in none.
 *
 * @param {Item[]} items
 * @param {number[]} ends
 */
export function setSteps(items, ends) {
  for (const item of items) {
    if (item.k) continue;
    if (item.day === null) {
      item.at = Infinity;
      continue;
    }
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] < item.day) low = middle + 1;
      else high = middle;
    }
    item.at = low;
  }
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {SetsShown} shown
 */
export function prepareAnimation(map, atlas, shown) {
  const wasFocused = atlas.play?.box.contains(document.activeElement);
  atlas.player?.remove();
  atlas.player = atlas.play = atlas.onsets = null;
  // Of cells and areas the browser knows counts alone until it has asked.
  const isCounted = atlas.cells.some((item) => item.k > 0);
  const ends = isCounted ? null : stepEnds(atlas.cells);
  const askable = shown.plays && atlas.options.onPlay && "DecompressionStream" in window;
  if (isCounted ? !askable : !ends) return;

  const show = (/** @type {number} */ index) => {
    const began = performance.now();
    const isNext = play.box.classList.contains("marz-stepping") && index === play.at + 1;
    setMoment(play, index);
    atlas.step = index;
    if (atlas.onsets) countTo(atlas.numbered, atlas.onsets, index);
    if (isNext) atlas.canvas?.advance();
    else atlas.canvas?.show();
    const { words, note } = stepWords(atlas, play.ends, index, false);
    play.label.textContent = words;
    if (note) play.label.append(element("small", "", note));
    play.slide.setAttribute("aria-valuetext", [words, note].filter(Boolean).join(", "));
    map.getContainer().dataset.frame = String(index);
    play.steps += 1;
    play.spent += performance.now() - began;
  };
  const run = (/** @type {number} */ due) => {
    if (!play.timer) return;
    let next = due;
    if (performance.now() >= due - 4) {
      if (play.at >= play.ends.length - 1) return pause(play);
      show(play.at + 1);
      // A late step does not hurry the next ones.
      next = Math.max(due + play.pace, performance.now() - play.pace);
    }
    play.timer = requestAnimationFrame(() => run(next));
  };
  const begin = () => {
    sayPlaying(play);
    // Thirty times a second would be too much to be read out.
    play.label.setAttribute("aria-live", "off");
    if (play.at >= play.ends.length - 1) show(0);
    play.timer = requestAnimationFrame(() => run(performance.now() + play.pace));
  };
  const play = playBox({
    title: "Step through time on the map: counts so far, and outlined what has just begun",
    slide: (index) => {
      if (!play.ends.length) return;
      pause(play);
      show(index);
    },
    toggle: () => {
      if (play.timer) return pause(play);
      if (play.ends.length) return begin();
      if (play.asked) return;
      play.asked = true;
      play.start.textContent = "Counting …";
      play.start.setAttribute("aria-busy", "true");
      atlas.options.onPlay?.();
    },
    close: () => {
      endAnimation(map, atlas);
      atlas.canvas?.draw();
      play.start.focus();
    },
  });
  const prepare = (/** @type {number[]} */ found) => {
    setMoments(play, found);
    play.pace = Math.max(STEP, SHORTEST / found.length);
    setSteps(atlas.cells, found);
    // As wide as its last words, so that the box stands still while counts grow.
    const { words } = stepWords(atlas, found, play.at, true);
    play.label.style.minWidth = `${Math.ceil(textWidth(words, { weight: 400, size: 12 })) + 6}px`;
  };
  atlas.play = play;
  atlas.player = control(map, "bottomleft", play.box);
  if (wasFocused) play.start.focus({ preventScroll: true });
  if (ends) prepare(ends);
  else if (shown.play && atlas.base) {
    void unpackOnsets(shown.play, atlas.base.types.length).then((onsets) => {
      if (atlas.shown !== shown) return;
      atlas.onsets = onsets;
      prepare(onsets.ends);
      begin();
    });
  }
}

/**
 * What a step shows, in words, and what no step does.
 *
 * @param {Atlas} atlas
 * @param {number[]} ends
 * @param {number} step
 * @param {boolean} all whether cells and areas count whole
 */
function stepWords({ cells, onsets }, ends, step, all) {
  let [shown, undated] = [0, onsets ? onsets.undated : 0];
  for (const item of cells) {
    if (item.k) shown += all && item.whole ? item.whole.count : item.count;
    else if (item.at <= step) shown += 1;
    else if (item.day === null) undated += 1;
  }
  return {
    words: `to ${isoDay(ends[step])} · ${number(shown)}`,
    note: undated ? `${number(undated)} undated left out` : "",
  };
}

/** @param {Play} play */
function pause(play) {
  if (play.timer) cancelAnimationFrame(play.timer);
  play.timer = null;
  sayPaused(play);
  play.label.setAttribute("aria-live", "polite");
  play.label.append(...play.label.childNodes); // so that it is read out where it stops
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
export function endAnimation(map, atlas) {
  atlas.step = undefined;
  restoreCounts(atlas.cells, atlas.onsets);
  if (!atlas.play) return;
  pause(atlas.play);
  if (atlas.play.ends.length) atlas.play.at = atlas.play.ends.length - 1;
  atlas.play.box.classList.remove("marz-stepping");
  delete map.getContainer().dataset.frame;
}
