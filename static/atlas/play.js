/** Play: a playhead that moves through a range of dates by itself, in the browser alone. */
import { firstOf, monthOf, yearOf } from "./days.js";
import { add, button } from "./dom.js";

const PLAY = "▶ Play";
const PAUSE = "❚❚ Pause";
const SPEEDS = [0.5, 1, 2, 4];
const WHOLE = 20_000; // milliseconds that a long range takes at the usual speed
const STEP = [33, 1000]; // milliseconds that a step takes at least and at most
const TAIL = 600; // milliseconds for which what has just begun stands out

/**
 * The last day of each step: months where the timeline counts by year, else days.
 *
 * @param {number} from
 * @param {number} to
 * @param {string} by
 */
export function stepEnds(from, to, by) {
  const ends = [];
  for (let day = from; day <= to;) {
    const last = by === "year" ? firstOf(yearOf(day), monthOf(day) + 1) - 1 : day;
    ends.push(Math.min(last, to));
    day = last + 1;
  }
  return ends;
}

/**
 * @param {Element} bar where its buttons stand
 * @param {object} on
 * @param {() => number[]} on.steps the last days of the steps of what is shown
 * @param {(until: number, since: number) => void} on.reach a day is reached; what began since stands out
 * @param {() => void} on.end everything is shown again
 */
export function player(bar, on) {
  /** @type {number[]} */
  let ends = [];
  let at = -1;
  let frame = 0;

  const start = button(bar, PLAY, () => (frame ? pause() : run()), "play");
  const stop = button(bar, "×", () => {
    end();
    start.focus();
  }, "stop");
  stop.title = "Stop and show all";
  stop.setAttribute("aria-label", stop.title);
  const speed = add(bar, "select");
  speed.setAttribute("aria-label", "Speed of Play");
  for (const value of SPEEDS) add(speed, "option", `${value}×`).value = String(value);
  speed.value = "1";
  stop.hidden = true;

  const pace = () => Math.min(STEP[1], Math.max(STEP[0], WHOLE / ends.length)) / Number(speed.value);

  /** @param {number} index */
  function show(index) {
    at = Math.max(0, Math.min(index, ends.length - 1));
    stop.hidden = false;
    const before = at - Math.ceil(TAIL / pace());
    on.reach(ends[at], before < 0 ? -Infinity : ends[before] + 1);
  }

  function run() {
    if (at < 0) ends = on.steps();
    if (!ends.length) return;
    show(at < 0 || at >= ends.length - 1 ? 0 : at);
    start.textContent = PAUSE;
    let due = performance.now() + pace();
    const turn = () => {
      const now = performance.now();
      if (now >= due - 4) {
        if (at >= ends.length - 1) return pause();
        // A late frame makes up for what it missed, as far as a second's worth.
        const steps = Math.min(1 + Math.floor((now - due) / pace()), Math.ceil(1000 / pace()));
        due = Math.max(due + steps * pace(), now);
        show(at + Math.max(1, steps));
      }
      frame = requestAnimationFrame(turn);
      return undefined;
    };
    frame = requestAnimationFrame(turn);
  }

  function pause() {
    cancelAnimationFrame(frame);
    frame = 0;
    start.textContent = PLAY;
  }

  function end() {
    pause();
    if (at < 0) return;
    at = -1;
    stop.hidden = true;
    on.end();
  }

  return {
    nodes: [start, stop, speed],
    end,
    /** Moves the playhead by hand. @param {(index: number, last: number) => number} move */
    move(move) {
      if (at < 0) return;
      pause();
      show(move(at, ends.length - 1));
    },
    /** Moves it to a day. @param {number} day */
    seek(day) {
      if (at < 0) return;
      pause();
      const found = ends.findIndex((last) => last >= day);
      show(found < 0 ? ends.length - 1 : found);
    },
  };
}
