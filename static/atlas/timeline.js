/**
 * The timeline: counts over time with spans of uncertain dates below, two handles that set the
 * dates shown, the brush between them that moves them both, and Play.
 *
 * Whatever is moved is previewed at once and set when it is let go.
 */
import { dayWords, firstOf, floor, monthOf, shortDayWords, shortMonthWords, yearOf } from "./days.js";
import { add, button, setAttribute, shape, write } from "./dom.js";
import { count, number, short as brief } from "./numbers.js";
import { countShown, isSameRange, periodOf } from "./period.js";
import { player, stepEnds } from "./play.js";

/** @import { DateRange, Period, TimelineData } from "../types" */
/** @typedef {"from" | "to" | "both"} Grip what moves the first day, the last one, or both */

const LEFT = 30, RIGHT = 14; // pixels beside the plot, for the labels of the counts
const BARS = 78, LABELS = 24, LANE = 6; // heights of the bars, of the axis and of one lane
const ROOM = 46; // pixels that the label of a year needs
const CLICK = 4; // a drag shorter than this is none
const DAYS = 14; // a step of the page keys where days count
/** @type {Record<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12,
  Home: -Infinity, End: Infinity };

/**
 * Lanes in which no two spans overlap.
 *
 * @param {{ start: number, end: number }[]} spans in the order of their starts
 * @returns {number[]}
 */
export function lanes(spans) {
  /** @type {number[]} */
  const ends = [];
  return spans.map((span) => {
    const free = ends.findIndex((end) => end < span.start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.end;
    return lane;
  });
}

/**
 * First day of the bin after the one that begins on a day.
 *
 * @param {number} day
 * @param {string} by
 */
export function nextBin(day, by) {
  if (by === "year") return firstOf(yearOf(day) + 1);
  return by === "month" ? firstOf(yearOf(day), monthOf(day) + 1) : day + 1;
}

/**
 * Builds it once.
 *
 * @param {HTMLElement} root
 * @param {object} on
 * @param {(period: Period) => void} on.preview shows a period for the moment
 * @param {(range: DateRange) => void} on.change sets the dates
 */
export function timeline(root, on) {
  root.classList.add("timeline");
  const bar = add(root, "div", "", "bar");
  const plot = add(root, "div", "", "plot");
  const note = add(root, "p", "", "note");
  const svg = shape("svg", { role: "img" }, plot);
  const shade = add(plot, "div", "", "shade");
  const grips = { both: grip("both"), from: grip("from"), to: grip("to") };
  const head = playhead();
  const play = player(bar, {
    steps: () => stepEnds(...bounds(range), data.axis.by),
    reach: (until, since) => preview({ ...range, until, since }),
    end: () => preview(periodOf(range)),
  });
  const told = add(bar, "span", "", "told");
  const toldDates = add(told, "b", "");
  const toldCount = add(told, "span", "");
  const all = button(bar, "All dates", () => set({ ...range, from: null, to: null }), "all");

  /** @type {TimelineData} */
  let data = { extent: [0, 0], axis: { first: 0, last: 364, by: "year" }, kinds: [], stacked: "type", bins: [],
    spans: [], beside: 0, undated: 0, days: [], total: 0, range: { from: null, to: null, certainly: false } };
  /** Dates that are set. @type {DateRange} */
  let range = data.range;
  /** What is shown at this moment. @type {Period} */
  let period = periodOf(range);
  /** @type {{ grip: Grip | "", x: number, day: number, range: DateRange, moved: boolean } | null} */
  let drag = null;
  /** What came while something was being moved. @type {TimelineData | null} */
  let waiting = null;
  let isKeyed = false;
  let isHeadHeld = false;

  /** Pixels of the plot: asked for once a drawing, since each question has the page laid out anew. */
  let wide = 40;
  /** Where the plot begins in the window: asked for when something is taken hold of. */
  let edge = 0;

  /** @param {number} day */
  function x(day) {
    const { first, last } = data.axis;
    return LEFT + wide * Math.min(1, Math.max(0, (day - first) / (last + 1 - first)));
  }

  /** @param {number} clientX */
  function dayAt(clientX) {
    const { first, last } = data.axis;
    const share = (clientX - edge - LEFT) / wide;
    return first + Math.min(last - first, Math.max(0, Math.floor(share * (last + 1 - first))));
  }

  /**
   * First and last day of a range; those of the data where it is open.
   *
   * @param {DateRange} one
   * @returns {[number, number]}
   */
  function bounds({ from, to }) {
    const [earliest, latest] = data.extent;
    return [Math.max(earliest, Math.min(from ?? earliest, latest)), Math.min(latest, Math.max(to ?? latest, earliest))];
  }

  /**
   * A range that is open where it reaches the end of the data.
   *
   * @param {number} a
   * @param {number} b
   * @returns {DateRange}
   */
  function rangeOf(a, b) {
    const [earliest, latest] = data.extent;
    return { from: a > earliest ? a : null, to: b < latest ? b : null, certainly: range.certainly };
  }

  // ------------------------------------------------------------ what is moved
  /** @param {Period} next */
  function preview(next) {
    period = next;
    place();
    on.preview(next);
  }

  /** @param {DateRange} next */
  function set(next) {
    play.end();
    const isSame = isSameRange(next, range);
    range = next;
    // What is let go is on the map already.
    if (period.until === null && isSameRange(next, period)) place();
    else preview(periodOf(next));
    if (!isSame) on.change(next);
  }

  /**
   * By year whole months are chosen: a pixel is many days then.
   *
   * @param {number} a
   * @param {number} b
   * @returns {[number, number]}
   */
  function snapped(a, b) {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    if (data.axis.by !== "year") return [from, to];
    return [floor(from, "month"), firstOf(yearOf(to), monthOf(to) + 1) - 1];
  }

  /**
   * A day some steps away: the first or last of a month by year, else days; page keys leap.
   *
   * @param {number} day
   * @param {number} steps
   * @param {0 | 1} end
   */
  function stepped(day, steps, end) {
    const [earliest, latest] = data.extent;
    if (!Number.isFinite(steps)) return steps < 0 ? earliest : latest;
    if (data.axis.by !== "year") {
      return Math.max(earliest, Math.min(latest, day + (Math.abs(steps) > 1 ? Math.sign(steps) * DAYS : steps)));
    }
    const month = (/** @type {number} */ by) => firstOf(yearOf(day), monthOf(day) + by + end) - end;
    const near = month(0);
    const half = steps < 0 && near < day ? 1 : steps > 0 && near > day ? -1 : 0;
    return Math.max(earliest, Math.min(latest, month(steps + half)));
  }

  /**
   * Both days moved alike, as far as the data reach.
   *
   * @param {[number, number]} days
   * @param {number} by days
   * @returns {[number, number]}
   */
  function shifted([from, to], by) {
    const [earliest, latest] = data.extent;
    const most = Math.max(earliest - from, Math.min(latest - to, by));
    return [from + most, to + most];
  }

  /**
   * @param {Grip} name
   * @param {number} steps
   */
  function key(name, steps) {
    const days = bounds(isKeyed ? period : range);
    let [from, to] = days;
    if (name === "from") from = Math.min(stepped(from, steps, 0), to);
    else if (name === "to") to = Math.max(stepped(to, steps, 1), from);
    else if (steps < 0) [from, to] = shifted(days, stepped(from, steps, 0) - from);
    else [from, to] = shifted(days, stepped(to, steps, 1) - to);
    if (!isKeyed) play.end();
    isKeyed = true;
    preview(periodOf(rangeOf(from, to)));
  }

  function keyed() {
    if (!isKeyed) return;
    isKeyed = false;
    set(period);
    catchUp();
  }

  /** Shows what came in the meantime. */
  function catchUp() {
    if (!waiting) return;
    const late = waiting;
    waiting = null;
    show({ ...late, range });
  }

  /** @param {Grip} name */
  function grip(name) {
    const node = add(plot, "div", "", name === "both" ? "brush" : "handle");
    node.tabIndex = 0;
    node.dataset.grip = name;
    node.setAttribute("role", "slider");
    node.setAttribute("aria-label", { from: "First day shown", to: "Last day shown", both: "Dates shown; moves both days" }[name]);
    node.addEventListener("keydown", (event) => {
      const steps = KEYS[event.key];
      if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      key(name, steps);
    });
    node.addEventListener("keyup", keyed);
    node.addEventListener("blur", keyed);
    return node;
  }

  function playhead() {
    const node = add(plot, "div", "", "now");
    node.tabIndex = 0;
    node.setAttribute("role", "slider");
    node.setAttribute("aria-label", "Day that Play has reached");
    node.addEventListener("keydown", (event) => {
      const steps = KEYS[event.key];
      if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      play.move((at, last) => (Number.isFinite(steps) ? at + steps : steps < 0 ? 0 : last));
    });
    return node;
  }

  /** @param {number} clientX */
  function dragged(clientX) {
    if (!drag) return;
    const day = dayAt(clientX);
    const [from, to] = bounds(drag.range);
    if (drag.grip === "both") preview(periodOf(rangeOf(...moved([from, to], day - drag.day))));
    else {
      // What is not held stays to the day as it was set.
      const fixed = drag.grip === "from" ? to : drag.grip === "to" ? from : null;
      const [a, b] = snapped(fixed ?? drag.day, day);
      const days = fixed === null ? [a, b] : day < fixed ? [a, fixed] : [fixed, b];
      preview(periodOf(rangeOf(Math.max(days[0], data.extent[0]), Math.min(days[1], data.extent[1]))));
    }
  }

  /**
   * Both days moved by a drag: by year to whole months, so that as many months stay.
   *
   * @param {[number, number]} days
   * @param {number} by
   * @returns {[number, number]}
   */
  function moved([from, to], by) {
    if (data.axis.by !== "year") return shifted([from, to], by);
    const [earliest, latest] = data.extent;
    const months = Math.round(by / 30.4375);
    const first = firstOf(yearOf(from), monthOf(from) + months);
    const last = firstOf(yearOf(to), monthOf(to) + months + 1) - 1;
    if (first < earliest || last > latest) return shifted([from, to], by);
    return [first, last];
  }

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || data.extent[0] === data.extent[1]) return;
    const node = event.target instanceof HTMLElement ? event.target : null;
    edge = plot.getBoundingClientRect().left;
    drag = { grip: /** @type {Grip | ""} */ (node?.dataset.grip ?? ""), x: event.clientX, day: dayAt(event.clientX),
      range, moved: false };
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!drag) {
      if (isHeadHeld) play.seek(dayAt(event.clientX));
      return;
    }
    if (!drag.moved) {
      if (Math.abs(event.clientX - drag.x) < CLICK) return;
      drag.moved = true;
      play.end();
    }
    dragged(event.clientX);
  });
  head.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    edge = plot.getBoundingClientRect().left;
    head.setPointerCapture(event.pointerId);
    isHeadHeld = true;
  });
  head.addEventListener("lostpointercapture", () => {
    isHeadHeld = false;
    place();
  });
  plot.addEventListener("pointerenter", place);
  plot.addEventListener("focusin", place);
  const drop = (/** @type {PointerEvent} */ event) => {
    const done = drag;
    drag = null;
    if (!done) return;
    if (done.moved && event.type === "pointerup") set(period);
    else if (done.moved) preview(periodOf(range));
    catchUp();
  };
  plot.addEventListener("pointerup", drop);
  plot.addEventListener("pointercancel", drop);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag?.moved) return;
    drag = null;
    preview(periodOf(range));
    catchUp();
  });

  // ------------------------------------------------------------ what is drawn
  function draw() {
    const { axis, spans, stacked } = data;
    const inside = spans.map(([start, end, kind, title]) => ({ start, end, kind, title }))
      .filter((span) => span.end >= axis.first && span.start <= axis.last)
      .sort((a, b) => a.start - b.start);
    const levels = lanes(inside);
    const pixels = plot.clientWidth;
    wide = Math.max(pixels - LEFT - RIGHT, 40);
    const height = BARS + LABELS + LANE * (levels.length ? Math.max(...levels) + 1 : 0) + 4;
    plot.style.height = `${height}px`;
    svg.replaceChildren();
    svg.setAttribute("width", String(pixels));
    svg.setAttribute("height", String(height));
    svg.setAttribute("aria-label", `Incidents by ${axis.by} and ${stacked}; the same numbers are in the table below.`);
    bars();
    ticks();
    inside.forEach((span, i) => {
      const y = BARS + LABELS + LANE * levels[i] + 2;
      const line = shape("line", { x1: x(span.start), x2: Math.max(x(span.end + 1), x(span.start) + 2), y1: y, y2: y,
        stroke: data.kinds[span.kind].color, "stroke-width": 3, "stroke-linecap": "round" }, svg);
      const when = span.title ?? `${dayWords(span.start)} – ${dayWords(span.end)}`;
      shape("title", {}, line, `${when}: ${data.kinds[span.kind].name}`);
    });
    note.textContent = [
      `Incidents by ${axis.by}${inside.length ? "; the lines below are uncertain dates" : ""}.`,
      data.beside ? `Not in the bars: ${count(data.beside, "incident")} whose date is not known to the ${axis.by}.` : "",
      data.undated ? `${count(data.undated, "incident")} without any date.` : "",
      "Drag to select dates.",
    ].filter(Boolean).join(" ");
    place();
  }

  function bars() {
    const { axis, kinds } = data;
    /** @type {Map<number, number[]>} */
    const stacks = new Map();
    for (const [start, kind, n] of data.bins) {
      if (start < axis.first || start > axis.last) continue;
      const stack = stacks.get(start) ?? kinds.map(() => 0);
      stack[kind] += n;
      stacks.set(start, stack);
    }
    const most = Math.max(1, ...[...stacks.values()].map((stack) => stack.reduce((a, b) => a + b, 0)));
    const step = niceStep(most / 3);
    const top = Math.ceil(most / step) * step;
    const y = (/** @type {number} */ value) => BARS - (BARS - 8) * (value / top);
    for (let value = 0; value <= top; value += step) {
      shape("line", { class: "grid", x1: LEFT, x2: LEFT + wide, y1: y(value), y2: y(value) }, svg);
      shape("text", { x: LEFT - 6, y: y(value), dy: "0.35em", "text-anchor": "end" }, svg, brief(value));
    }
    const names = { year: (/** @type {number} */ day) => String(yearOf(day)), month: shortMonthWords, day: dayWords };
    for (const [bin, stack] of stacks) {
      const [left, right] = [x(bin), x(nextBin(bin, axis.by))];
      const name = names[/** @type {keyof typeof names} */ (axis.by)](bin);
      let sum = 0;
      stack.forEach((n, kind) => {
        if (!n) return;
        const gap = right - left > 4 ? 0.5 : 0;
        const rect = shape("rect", { x: left + gap, width: Math.max(right - left - 2 * gap, 1),
          y: y(sum + n), height: y(sum) - y(sum + n), fill: kinds[kind].color }, svg);
        shape("title", {}, rect, `${name}: ${number(n)} ${kinds[kind].name}`);
        sum += n;
      });
    }
  }

  function ticks() {
    const { axis } = data;
    const days = axis.by === "day" ? axis.last - axis.first + 1 : 0;
    const years = yearOf(axis.last) - yearOf(axis.first) + 1;
    const months = axis.by === "month" ? 12 * years : 0;
    const many = days || months || years;
    const room = many === years ? ROOM : ROOM + 20;
    const steps = days ? [1, 2, 7, 14, 28] : months ? [1, 2, 3, 6, 12, 24, 36] : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
    const step = steps.find((n) => (wide / many) * n >= room) ?? steps[steps.length - 1];
    const start = yearOf(axis.first);
    for (let n = days || months ? 0 : (step - (start % step)) % step; n < many; n += step) {
      const day = days ? axis.first + n : months ? firstOf(start, n) : firstOf(start + n);
      const text = days ? shortDayWords(day) : months ? shortMonthWords(day) : String(yearOf(day));
      shape("line", { class: "tick", x1: x(day), x2: x(day), y1: BARS, y2: BARS + 4 }, svg);
      const anchor = x(day) < LEFT + 16 ? "start" : x(day) > LEFT + wide - 16 ? "end" : "middle";
      shape("text", { x: x(day), y: BARS + 16, "text-anchor": anchor }, svg, text);
    }
    shape("line", { class: "tick", x1: LEFT, x2: LEFT + wide, y1: BARS, y2: BARS }, svg);
  }

  /** Pales what lies outside the dates shown, or beyond what Play has reached; says what is shown. */
  function place() {
    const [earliest, latest] = data.extent;
    const [from, to] = bounds(period);
    const end = LEFT + wide;
    const left = period.from === null ? LEFT : x(from);
    const right = period.to === null ? end : x(to + 1);
    const until = period.until === null ? right : Math.min(right, Math.max(left, x(period.until + 1)));
    const isWhole = period.from === null && period.to === null;
    const marks = { first: LEFT, from: left, to: right, until, end, brush: isWhole ? 0 : right - left,
      now: period.until === null ? -LEFT : until };
    for (const [name, at] of Object.entries(marks)) shade.style.setProperty(`--${name}`, `${Math.round(at)}px`);
    head.hidden = period.until === null;
    if (period.until !== null) slider(head, from, to, period.until, dayWords(period.until));
    // What can be taken hold of is painted by the shade. It follows unless it is held: what moves in
    // the document makes the browser put all layers of page and map together.
    if (!isHeld() && (period.until === null || plot.matches(":is(:hover, :focus-within)"))) follow(left, right, until);
    // Without dates there is nothing to move: a drag then chooses some.
    if (!isHeld()) grips.both.hidden = all.hidden = isWhole;
    slider(grips.from, earliest, to, from, dayWords(from));
    slider(grips.to, from, latest, to, dayWords(to));
    slider(grips.both, earliest, latest, from, `${dayWords(from)} to ${dayWords(to)}`);
    const { total } = data;
    const shown = isWhole && period.until === null ? total : countShown(data.days, period);
    const dates = period.until !== null ? `to ${dayWords(period.until)}` : isWhole ? "All dates" : `${dayWords(from)} – ${dayWords(to)}`;
    write(toldDates, dates);
    write(toldCount, ` · ${shown === total ? count(total, "incident") : `${number(shown)} of ${count(total, "incident")}`}`);
    root.dataset.shown = String(shown);
  }

  const isHeld = () => drag?.moved || isHeadHeld;

  /**
   * @param {number} left
   * @param {number} right
   * @param {number} until
   */
  function follow(left, right, until) {
    grips.from.style.left = `${left}px`;
    grips.to.style.left = `${right}px`;
    Object.assign(grips.both.style, { left: `${left}px`, width: `${right - left}px` });
    head.style.left = `${until}px`;
  }

  /** @param {TimelineData} next */
  function show(next) {
    if (drag || isKeyed) {
      waiting = next;
      return;
    }
    const isSame = isSameRange(next.range, range) && String(next.days) === String(data.days);
    data = next;
    range = next.range;
    const isDay = data.extent[0] === data.extent[1];
    for (const node of [...play.nodes.slice(0, 1), play.nodes[2], shade, grips.from, grips.to]) node.hidden = isDay;
    if (!isSame) {
      play.end();
      period = periodOf(range);
    }
    draw();
  }

  new ResizeObserver(() => {
    if (svg.getAttribute("width") !== String(plot.clientWidth)) draw();
  }).observe(plot);

  return { show };
}

/**
 * @param {HTMLElement} node
 * @param {number} least
 * @param {number} most
 * @param {number} now
 * @param {string} words
 */
function slider(node, least, most, now, words) {
  setAttribute(node, "aria-valuemin", String(least));
  setAttribute(node, "aria-valuemax", String(most));
  setAttribute(node, "aria-valuenow", String(now));
  setAttribute(node, "aria-valuetext", words);
}

/**
 * A round number that is no smaller: 1, 2, 5, 10 and so on.
 *
 * @param {number} least
 */
function niceStep(least) {
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= least) ?? 10 * ten;
}
