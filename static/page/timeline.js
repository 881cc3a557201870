/* The timeline: counts by month or year in the colours of the types, spans of uncertain dates
 * below, the window set by dragging or by keys, and what Play has reached. */
(function (page) {
  "use strict";
  const { add, byId } = page;
  const SVG = "http://www.w3.org/2000/svg";
  const LEFT = 30, RIGHT = 14; // pixels beside the plot, for the labels of the counts
  const BARS = 78, LABELS = 24, LANE = 6; // heights of the bars, of the axis and of one lane
  const ROOM = 46; // pixels that the label of a year needs
  const CLICK = 4; // a drag shorter than this is none

  function shape(parent, tag, attributes, text) {
    const node = document.createElementNS(SVG, tag);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    parent.appendChild(node);
    return node;
  }

  /* Lanes in which no two spans overlap. */
  function lanes(spans) {
    const ends = [];
    return spans.map((span) => {
      const free = ends.findIndex((end) => end < span.start);
      const lane = free < 0 ? ends.length : free;
      ends[lane] = span.end;
      return lane;
    });
  }

  function monthWords(day) {
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", year: "numeric" }).format(day * page.DAY);
  }

  /* Builds it once; `change` takes what is new of the filter. */
  function timeline(change) {
    const plot = byId("plot");
    const note = byId("timeline-note");
    const svg = shape(plot, "svg", { role: "img" });
    const before = add(plot, "div", "", "veil");
    const after = add(plot, "div", "", "veil");
    const now = add(plot, "div", "", "now");
    const handles = ["from", "to"].map((name) => handle(name));
    let drawn = null; // axis and filter of what is drawn
    let reached = null; // day that Play has reached
    let drag = null;

    const width = () => Math.max(plot.clientWidth - LEFT - RIGHT, 40);
    const x = (day) => {
      const share = (day - drawn.axis.first) / (drawn.axis.last + 1 - drawn.axis.first);
      return LEFT + width() * Math.min(1, Math.max(0, share));
    };
    const dayAt = (clientX) => {
      const share = (clientX - plot.getBoundingClientRect().left - LEFT) / width();
      const { first, last } = drawn.axis;
      return first + Math.min(last - first, Math.max(0, Math.floor(share * (last + 1 - first))));
    };
    const window = () => {
      const [first, last] = page.extent;
      const from = drawn.filter.from ? page.dayOf(drawn.filter.from) : first;
      const to = drawn.filter.to ? page.dayOf(drawn.filter.to) : last;
      return [Math.max(first, Math.min(from, last)), Math.min(last, Math.max(to, first))];
    };

    function set(from, to) {
      const [first, last] = page.extent;
      change({ from: from > first ? page.isoOf(from) : "", to: to < last ? page.isoOf(to) : "" });
    }

    function show(filter) {
      drawn = { filter: page.effective(filter), axis: page.axis(page.effective(filter)) };
      draw();
    }

    function draw() {
      const { filter, axis } = drawn;
      const rows = page.select({ ...filter, from: "", to: "" });
      const { bins, spans, undated } = page.binned(rows, axis.by);
      const inside = spans.filter((span) => span.end >= axis.first && span.start <= axis.last)
        .sort((a, b) => a.start - b.start || a.row - b.row);
      const levels = lanes(inside);
      const height = BARS + LABELS + LANE * (levels.length ? Math.max(...levels) + 1 : 0) + 4;
      plot.style.height = height + "px";
      svg.replaceChildren();
      svg.setAttribute("width", plot.clientWidth);
      svg.setAttribute("height", height);
      svg.setAttribute("aria-label", `Incidents by ${axis.by} and type; the same numbers are in the table below.`);
      bars(bins, axis);
      ticks(axis);
      inside.forEach((span, i) => {
        const y = BARS + LABELS + LANE * levels[i] + 2;
        const line = shape(svg, "line", { x1: x(span.start), x2: Math.max(x(span.end + 1), x(span.start) + 2), y1: y, y2: y,
          stroke: page.colors[span.type], "stroke-width": 3, "stroke-linecap": "round" });
        shape(line, "title", {}, page.records[span.row].short + ": " + span.type);
      });
      note.textContent = `Incidents by ${axis.by}` + (inside.length ? "; lines below are dates known less exactly than that." : ".") +
        (undated ? ` ${page.count(undated, "incident")} without any date.` : "") + " Drag across to filter.";
      place();
    }

    function bars(bins, axis) {
      const inAxis = [...bins].filter(([bin]) => bin >= axis.first && bin <= axis.last);
      const sums = inAxis.map(([, types]) => Object.values(types).reduce((a, b) => a + b, 0));
      const most = Math.max(1, ...sums);
      const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => most / n <= 3) || Math.ceil(most / 3);
      const top = Math.ceil(most / step) * step;
      const y = (count) => BARS - (BARS - 8) * (count / top);
      for (let count = 0; count <= top; count += step) {
        shape(svg, "line", { class: "grid", x1: LEFT, x2: LEFT + width(), y1: y(count), y2: y(count) });
        shape(svg, "text", { x: LEFT - 6, y: y(count), dy: "0.35em", "text-anchor": "end" }, String(count));
      }
      for (const [bin, types] of inAxis) {
        const end = axis.by === "year" ? page.firstOf(page.yearOf(bin) + 1) : page.firstOf(page.yearOf(bin), page.monthOf(bin) + 1);
        const name = axis.by === "year" ? String(page.yearOf(bin)) : monthWords(bin);
        let sum = 0;
        for (const { name: type } of page.base.types) {
          if (!types[type]) continue;
          const bar = shape(svg, "rect", { x: x(bin) + 0.5, width: Math.max(x(end) - x(bin) - 1, 1),
            y: y(sum + types[type]), height: y(sum) - y(sum + types[type]), fill: page.colors[type] });
          shape(bar, "title", {}, `${name}: ${types[type]} ${type}`);
          sum += types[type];
        }
      }
    }

    function ticks(axis) {
      const years = page.yearOf(axis.last) - page.yearOf(axis.first) + 1;
      const months = axis.by === "month" ? 12 * years : 0;
      const wide = months ? ROOM + 20 : ROOM;
      const step = (months ? [1, 2, 3, 6, 12] : [1, 2, 5, 10, 20, 50, 100]).find((n) => (width() / (months || years)) * n >= wide) || 12;
      const start = page.yearOf(axis.first);
      for (let n = months ? 0 : (step - (start % step)) % step; n < (months || years); n += step) {
        const day = months ? page.firstOf(start, n) : page.firstOf(start + n);
        shape(svg, "line", { class: "tick", x1: x(day), x2: x(day), y1: BARS, y2: BARS + 4 });
        shape(svg, "text", { x: x(day), y: BARS + 16, "text-anchor": x(day) < LEFT + 16 ? "start" : "middle" },
          months ? monthWords(day) : String(page.yearOf(day)));
      }
      shape(svg, "line", { class: "tick", x1: LEFT, x2: LEFT + width(), y1: BARS, y2: BARS });
    }

    /* Veils what lies outside the window, or beyond what Play has reached. */
    function place() {
      const [first, last] = page.extent;
      const [from, to] = drag ? [Math.min(...drag.days), Math.max(...drag.days)] : window();
      const left = drawn.filter.from || drag ? x(from) : LEFT;
      const right = drawn.filter.to || drag ? x(to + 1) : LEFT + width();
      const until = reached === null ? right : Math.min(right, Math.max(left, x(reached + 1)));
      Object.assign(before.style, { left: LEFT + "px", width: left - LEFT + "px", height: BARS + "px" });
      Object.assign(after.style, { left: until + "px", width: LEFT + width() - until + "px", height: BARS + "px" });
      now.hidden = reached === null;
      now.style.left = until + "px";
      handles.forEach((node, end) => {
        node.style.left = (end ? right : left) + "px";
        node.setAttribute("aria-valuemin", end ? from : first);
        node.setAttribute("aria-valuemax", end ? last : to);
        node.setAttribute("aria-valuenow", end ? to : from);
        node.setAttribute("aria-valuetext", page.dayWords(end ? to : from));
      });
    }

    function handle(name) {
      const node = add(plot, "div", "", "handle");
      node.tabIndex = 0;
      node.dataset.end = name;
      node.setAttribute("role", "slider");
      node.setAttribute("aria-label", name === "from" ? "First day shown" : "Last day shown");
      node.title = "Arrow keys: a month; page keys: a year";
      node.addEventListener("keydown", (event) => {
        const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12,
          Home: -Infinity, End: Infinity }[event.key];
        if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        const [from, to] = window();
        if (name === "from") set(Math.min(moved(from, steps, 0), to), to);
        else set(from, Math.max(moved(to, steps, 1), from));
      });
      return node;
    }

    /* The first (or last) day of a month some steps away; the one of the month itself counts. */
    function moved(day, steps, end) {
      const [first, last] = page.extent;
      if (!Number.isFinite(steps)) return steps < 0 ? first : last;
      const month = (by) => page.firstOf(page.yearOf(day), page.monthOf(day) + by + end) - end;
      const own = month(0);
      const half = steps < 0 && own < day ? 1 : steps > 0 && own > day ? -1 : 0;
      return Math.max(first, Math.min(last, month(steps + half)));
    }

    /* By year whole months are set: a pixel is many days then. */
    function snapped([a, b]) {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      if (drawn.axis.by === "month") return [from, to];
      return [page.floor(from, "month"), page.firstOf(page.yearOf(to), page.monthOf(to) + 1) - 1];
    }

    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const end = event.target.dataset.end;
      const [from, to] = window();
      const day = dayAt(event.clientX);
      drag = { x: event.clientX, days: end === "from" ? [to, from] : end === "to" ? [from, to] : [day, day] };
      plot.setPointerCapture(event.pointerId);
    });
    plot.addEventListener("pointermove", (event) => {
      if (!drag || (!drag.moved && Math.abs(event.clientX - drag.x) < CLICK)) return;
      drag.moved = true;
      drag.days[1] = dayAt(event.clientX);
      place();
    });
    const drop = (event) => {
      const done = drag;
      drag = null;
      if (!done) return;
      if (event.type === "pointerup" && done.moved) set(...snapped(done.days));
      else place();
    };
    plot.addEventListener("pointerup", drop);
    plot.addEventListener("pointercancel", drop);
    new ResizeObserver(() => drawn && svg.getAttribute("width") !== String(plot.clientWidth) && draw()).observe(plot);
    return { show, reach(day) { reached = day; if (drawn) place(); } };
  }

  /* The numbers of the timeline as a table: years, type, incidents. */
  function table(parent, filter) {
    const { bins, spans } = page.binned(page.select(filter), "year");
    const counted = new Map();
    const count = (years, type, n) => counted.set(years + "\n" + type, (counted.get(years + "\n" + type) || 0) + n);
    for (const [bin, types] of bins) for (const type in types) count(String(page.yearOf(bin)), type, types[type]);
    for (const span of spans) count(`${page.yearOf(span.start)}–${page.yearOf(span.end)}`, span.type, 1);
    const node = document.createElement("table");
    const head = add(add(node, "thead"), "tr");
    for (const name of ["Year", "Type", "Incidents"]) add(head, "th", name).scope = "col";
    const body = add(node, "tbody");
    for (const key of [...counted.keys()].sort()) {
      const line = add(body, "tr");
      for (const text of [...key.split("\n"), String(counted.get(key))]) add(line, "td", text);
    }
    parent.replaceChildren(node);
  }

  Object.assign(page, { timeline, timelineTable: table });
})(window.marz.page);
