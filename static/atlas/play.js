/** The box of Play: a button, a slider of moments, what is shown, and the way back to everything. */
import { add, button, element } from "./dom.js";

/** @import { Play } from "../types" */

const PLAY = "▶ Play";
const PAUSE = "❚❚ Pause";

/**
 * @param {object} what
 * @param {string} what.title of the button
 * @param {(play: Play) => void} what.toggle
 * @param {(index: number) => void} what.slide
 * @param {() => void} what.close
 * @returns {Play}
 */
export function playBox({ title, toggle, slide: move, close }) {
  const box = element("div", "marz-play");
  const start = button(box, PLAY, () => toggle(play));
  const slide = add(box, "input");
  const label = add(box, "output");
  const end = button(box, "×", close, "marz-close");
  start.title = title;
  end.title = "Stop and show all incidents";
  end.setAttribute("aria-label", end.title);
  slide.type = "range";
  slide.setAttribute("aria-label", "Moment shown on the map");
  slide.addEventListener("input", () => move(Number(slide.value)));
  label.setAttribute("aria-live", "polite");
  /** @type {Play} */
  const play = { box, start, slide, label, timer: null, at: 0, ends: [], pace: 0, asked: false, steps: 0, spent: 0 };
  return play;
}

/**
 * Sets the moments; everything is shown at first.
 *
 * @param {Play} play
 * @param {number[]} ends last day of each step
 */
export function setMoments(play, ends) {
  play.ends = ends;
  play.at = ends.length - 1;
  Object.assign(play.slide, { min: 0, max: play.at, step: 1, value: play.at });
}

/**
 * Says that a moment is shown.
 *
 * @param {Play} play
 * @param {number} index
 */
export function setMoment(play, index) {
  play.at = index;
  play.slide.value = String(index);
  play.box.classList.add("marz-stepping");
}

/** @param {Play} play */
export const sayPlaying = (play) => { play.start.textContent = PAUSE; };

/** @param {Play} play */
export const sayPaused = (play) => { play.start.textContent = PLAY; };
