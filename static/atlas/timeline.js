/**
 * The timeline: counts by month or year in the colours of the types, spans of uncertain dates
 * below, the window set by dragging or by keys, and what Play has reached.
 */
import { dayOf, dayWords, firstOf, floor, isoDay, monthOf, shortMonthWords, yearOf } from "./days.js";
import { add, element, shape } from "./dom.js";
import { count } from "./numbers.js";
import { effective } from "./state.js";

/** @import { Filter } from "../types" */
/** @import { Collection } from "./select.js" */
/** @typedef {ReturnType<Collection["axis"]>} Axis */
/** @typedef {"from" | "to"} End */

const LEFT = 30, RIGHT = 14; // pixels beside the plot, for the labels of the counts
const BARS = 78, LABELS = 24, LANE = 6; // heights of the bars, of the axis and of one lane
const ROOM = 46; // pixels that the label of a year needs
const CLICK = 4; // a drag shorter than this is none

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
 * Builds it once.
 *
 * @param {object} parts
 * @param {HTMLElement} parts.plot
 * @param {HTMLElement} parts.note
 * @param {Collection} collection
 * @param {{ name: string, color: string }[]} types
 * @param {(news: { from: string, to: string }) => void} change takes what is new of the filter
 */
export function timeline({ plot, note }, collection, types, change) {
  const svg = shape("svg", { role: "img" }, plot);
  const before = add(plot, "div", "", "outside");
  const after = add(plot, "div", "", "outside");
  const now = add(plot, "div", "", "now");
  const colors = Object.fromEntries(types.map((type) => [type.name, type.color]));
  const handles = [handle("from"), handle("to")];
  const [earliest, latest] = collection.extent;
  /** Axis and filter of what is drawn. @type {{ filter: Filter, axis: Axis } | null} */
  let drawn = null;
  /** Day that Play has reached. @type {number | null} */
  let reached = null;
  /** @type {{ x: number, days: [number, number], moved?: boolean } | null} */
  let drag = null;

  const width = () => Math.max(plot.clientWidth - LEFT - RIGHT, 40);

  /**
   * @param {Axis} axis
   * @returns {(day: number) => number}
   */
  const scale = ({ first, last }) => (day) =>
    LEFT + width() * Math.min(1, Math.max(0, (day - first) / (last + 1 - first)));

  /**
   * @param {Axis} axis
   * @param {number} clientX
   */
  function dayAt({ first, last }, clientX) {
    const share = (clientX - plot.getBoundingClientRect().left - LEFT) / width();
    return first + Math.min(last - first, Math.max(0, Math.floor(share * (last + 1 - first))));
  }

  /**
   * First and last day that the filter leaves.
   *
   * @param {Filter} filter
   * @returns {[number, number]}
   */
  function range(filter) {
    const from = filter.from ? dayOf(filter.from) : earliest;
    const to = filter.to ? dayOf(filter.to) : latest;
    return [Math.max(earliest, Math.min(from, latest)), Math.min(latest, Math.max(to, earliest))];
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  function set(from, to) {
    change({ from: from > earliest ? isoDay(from) : "", to: to < latest ? isoDay(to) : "" });
  }

  function draw() {
    if (!drawn) return;
    const { filter, axis } = drawn;
    const x = scale(axis);
    const rows = collection.select({ ...filter, from: "", to: "" });
    const { bins, spans, undated } = collection.binned(rows, axis.by);
    const inside = spans.filter((span) => span.end >= axis.first && span.start <= axis.last)
      .sort((a, b) => a.start - b.start || a.row - b.row);
    const levels = lanes(inside);
    const height = BARS + LABELS + LANE * (levels.length ? Math.max(...levels) + 1 : 0) + 4;
    plot.style.height = `${height}px`;
    svg.replaceChildren();
    svg.setAttribute("width", String(plot.clientWidth));
    svg.setAttribute("height", String(height));
    svg.setAttribute("aria-label", `Incidents by ${axis.by} and type; the same numbers are in the table below.`);
    bars(bins, axis);
    ticks(axis);
    inside.forEach((span, i) => {
      const y = BARS + LABELS + LANE * levels[i] + 2;
      const line = shape("line", { x1: x(span.start), x2: Math.max(x(span.end + 1), x(span.start) + 2), y1: y, y2: y,
        stroke: colors[span.type], "stroke-width": 3, "stroke-linecap": "round" }, svg);
      shape("title", {}, line, `${collection.records[span.row].short}: ${span.type}`);
    });
    note.textContent = `Incidents by ${axis.by}` + (inside.length ? "; lines below are dates known less exactly than that." : ".") +
      (undated ? ` ${count(undated, "incident")} without any date.` : "") + " Drag across to filter.";
    place();
  }

  /**
   * @param {Map<number, Record<string, number>>} bins
   * @param {Axis} axis
   */
  function bars(bins, axis) {
    const x = scale(axis);
    const inAxis = [...bins].filter(([bin]) => bin >= axis.first && bin <= axis.last);
    const sums = inAxis.map(([, held]) => Object.values(held).reduce((a, b) => a + b, 0));
    const most = Math.max(1, ...sums);
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => most / n <= 3) || Math.ceil(most / 3);
    const top = Math.ceil(most / step) * step;
    const y = (/** @type {number} */ value) => BARS - (BARS - 8) * (value / top);
    for (let value = 0; value <= top; value += step) {
      shape("line", { class: "grid", x1: LEFT, x2: LEFT + width(), y1: y(value), y2: y(value) }, svg);
      shape("text", { x: LEFT - 6, y: y(value), dy: "0.35em", "text-anchor": "end" }, svg, String(value));
    }
    for (const [bin, held] of inAxis) {
      const end = axis.by === "year" ? firstOf(yearOf(bin) + 1) : firstOf(yearOf(bin), monthOf(bin) + 1);
      const name = axis.by === "year" ? String(yearOf(bin)) : shortMonthWords(bin);
      let sum = 0;
      for (const { name: type } of types) {
        if (!held[type]) continue;
        const bar = shape("rect", { x: x(bin) + 0.5, width: Math.max(x(end) - x(bin) - 1, 1),
          y: y(sum + held[type]), height: y(sum) - y(sum + held[type]), fill: colors[type] }, svg);
        shape("title", {}, bar, `${name}: ${held[type]} ${type}`);
        sum += held[type];
      }
    }
  }

  /** @param {Axis} axis */
  function ticks(axis) {
    const x = scale(axis);
    const years = yearOf(axis.last) - yearOf(axis.first) + 1;
    const months = axis.by === "month" ? 12 * years : 0;
    const wide = months ? ROOM + 20 : ROOM;
    const step = (months ? [1, 2, 3, 6, 12] : [1, 2, 5, 10, 20, 50, 100]).find((n) => (width() / (months || years)) * n >= wide) || 12;
    const start = yearOf(axis.first);
    for (let n = months ? 0 : (step - (start % step)) % step; n < (months || years); n += step) {
      const day = months ? firstOf(start, n) : firstOf(start + n);
      shape("line", { class: "tick", x1: x(day), x2: x(day), y1: BARS, y2: BARS + 4 }, svg);
      shape("text", { x: x(day), y: BARS + 16, "text-anchor": x(day) < LEFT + 16 ? "start" : "middle" }, svg,
        months ? shortMonthWords(day) : String(yearOf(day)));
    }
    shape("line", { class: "tick", x1: LEFT, x2: LEFT + width(), y1: BARS, y2: BARS }, svg);
  }

  /** Pales what lies outside the window, or beyond what Play has reached. */
  function place() {
    if (!drawn) return;
    const { filter, axis } = drawn;
    const x = scale(axis);
    const [from, to] = drag ? [Math.min(...drag.days), Math.max(...drag.days)] : range(filter);
    const left = filter.from || drag ? x(from) : LEFT;
    const right = filter.to || drag ? x(to + 1) : LEFT + width();
    const until = reached === null ? right : Math.min(right, Math.max(left, x(reached + 1)));
    Object.assign(before.style, { left: `${LEFT}px`, width: `${left - LEFT}px`, height: `${BARS}px` });
    Object.assign(after.style, { left: `${until}px`, width: `${LEFT + width() - until}px`, height: `${BARS}px` });
    now.hidden = reached === null;
    now.style.left = `${until}px`;
    handles.forEach((node, end) => {
      node.style.left = `${end ? right : left}px`;
      node.setAttribute("aria-valuemin", String(end ? from : earliest));
      node.setAttribute("aria-valuemax", String(end ? latest : to));
      node.setAttribute("aria-valuenow", String(end ? to : from));
      node.setAttribute("aria-valuetext", dayWords(end ? to : from));
    });
  }

  /** @param {End} name */
  function handle(name) {
    const node = add(plot, "div", "", "handle");
    node.tabIndex = 0;
    node.dataset.end = name;
    node.setAttribute("role", "slider");
    node.setAttribute("aria-label", name === "from" ? "First day shown" : "Last day shown");
    node.title = "Arrow keys: a month; page keys: a year";
    node.addEventListener("keydown", (event) => {
      /** @type {Record<string, number>} */
      const keys = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12,
        Home: -Infinity, End: Infinity };
      const steps = keys[event.key];
      if (steps === undefined || !drawn || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const [from, to] = range(drawn.filter);
      if (name === "from") set(Math.min(moved(from, steps, 0), to), to);
      else set(from, Math.max(moved(to, steps, 1), from));
    });
    return node;
  }

  /**
   * The first (or last) day of a month some steps away; the one of the month itself counts.
   *
   * @param {number} day
   * @param {number} steps
   * @param {0 | 1} end
   */
  function moved(day, steps, end) {
    if (!Number.isFinite(steps)) return steps < 0 ? earliest : latest;
    const month = (/** @type {number} */ by) => firstOf(yearOf(day), monthOf(day) + by + end) - end;
    const near = month(0);
    const half = steps < 0 && near < day ? 1 : steps > 0 && near > day ? -1 : 0;
    return Math.max(earliest, Math.min(latest, month(steps + half)));
  }

  /**
   * By year whole months are set: a pixel is many days then.
   *
   * @param {[number, number]} days
   * @param {string} by
   * @returns {[number, number]}
   */
  function snapped([a, b], by) {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    if (by === "month") return [from, to];
    return [floor(from, "month"), firstOf(yearOf(to), monthOf(to) + 1) - 1];
  }

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !drawn) return;
    const end = event.target instanceof HTMLElement ? event.target.dataset.end : undefined;
    const [from, to] = range(drawn.filter);
    const day = dayAt(drawn.axis, event.clientX);
    drag = { x: event.clientX, days: end === "from" ? [to, from] : end === "to" ? [from, to] : [day, day] };
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    if (!drawn || !drag || (!drag.moved && Math.abs(event.clientX - drag.x) < CLICK)) return;
    drag.moved = true;
    drag.days[1] = dayAt(drawn.axis, event.clientX);
    place();
  });
  const drop = (/** @type {PointerEvent} */ event) => {
    const done = drag;
    drag = null;
    if (!done || !drawn) return;
    if (event.type === "pointerup" && done.moved) set(...snapped(done.days, drawn.axis.by));
    else place();
  };
  plot.addEventListener("pointerup", drop);
  plot.addEventListener("pointercancel", drop);
  new ResizeObserver(() => {
    if (svg.getAttribute("width") !== String(plot.clientWidth)) draw();
  }).observe(plot);

  return {
    show(/** @type {Filter} */ filter) {
      const asked = effective(filter);
      drawn = { filter: asked, axis: collection.axis(asked) };
      draw();
    },
    /** Marks the day that Play has reached; null where it does not play. */
    reach(/** @type {number | null} */ day) {
      reached = day;
      place();
    },
  };
}

/**
 * The numbers of the timeline as a table: years, type, incidents.
 *
 * @param {Collection} collection
 * @param {Filter} filter
 */
export function timelineTable(collection, filter) {
  const { bins, spans } = collection.binned(collection.select(filter), "year");
  /** @type {Map<string, number>} */
  const counted = new Map();
  const tally = (/** @type {string} */ years, /** @type {string} */ type, /** @type {number} */ n) =>
    counted.set(`${years}\n${type}`, (counted.get(`${years}\n${type}`) || 0) + n);
  for (const [bin, types] of bins) for (const type in types) tally(String(yearOf(bin)), type, types[type]);
  for (const span of spans) tally(`${yearOf(span.start)}–${yearOf(span.end)}`, span.type, 1);
  const table = element("table");
  const head = add(add(table, "thead"), "tr");
  for (const name of ["Year", "Type", "Incidents"]) add(head, "th", name).scope = "col";
  const body = add(table, "tbody");
  for (const [key, value] of [...counted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const line = add(body, "tr");
    for (const text of [...key.split("\n"), String(value)]) add(line, "td", text);
  }
  return table;
}
