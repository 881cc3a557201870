/* The page to send: filters, timeline, list and detail around the map, with no server behind.
 *
 * In eight files: kit, select, words, state, filters, timeline, records, page. Text from data is
 * shown through textContent alone, and a link is made only of an address that the browser itself
 * reads as http or https.
 *
 * This file: what is embedded, and small helpers that the others share.
 */
(function (marz) {
  "use strict";
  const page = (marz.page = {});
  const DAY = 864e5;
  const NARROW = "(max-width: 820px)";

  const read = (name) => JSON.parse(document.getElementById("marz-" + name).textContent);
  const byId = (id) => document.getElementById(id);

  function add(parent, tag, text, className) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== "") node.textContent = text;
    if (className) node.className = className;
    parent.appendChild(node);
    return node;
  }

  function button(parent, text, action, className) {
    const node = add(parent, "button", text, className);
    node.type = "button";
    node.addEventListener("click", action);
    return node;
  }

  function link(parent, address, text) {
    let url = null;
    try {
      url = new URL(address);
    } catch {
      /* no address: the text alone is shown */
    }
    const safe = url && (url.protocol === "https:" || url.protocol === "http:");
    const node = add(parent, safe ? "a" : "span", text);
    if (safe) {
      node.href = url.href;
      node.rel = "noopener noreferrer nofollow";
      node.target = "_blank";
    }
    return node;
  }

  /* Days since 1970-01-01 of a day such as 2022-09-14; NaN where it is none. */
  function dayOf(text) {
    const found = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text + "T00:00:00Z") : NaN;
    return new Date(found).toJSON()?.slice(0, 10) === text ? found / DAY : NaN;
  }

  const isoOf = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const yearOf = (day) => new Date(day * DAY).getUTCFullYear();
  const monthOf = (day) => new Date(day * DAY).getUTCMonth();
  /* A month may be beyond its year: month 12 is January of the next. */
  const firstOf = (year, month = 0) => Date.UTC(year, month, 1) / DAY;

  /* Coordinates written as steps from point to point; see geo/sendpage.py. */
  function unpack(base) {
    const points = (flat) => {
      const found = [];
      let x = 0;
      let y = 0;
      for (let i = 0; i < flat.length; i += 2) {
        x += flat[i];
        y += flat[i + 1];
        found.push([x / base.grid, y / base.grid]);
      }
      return found;
    };
    const walk = (part) => (Array.isArray(part[0]) ? part.map(walk) : points(part));
    for (const name in base.layers) {
      for (const { geometry } of base.layers[name].features) {
        if (geometry.type !== "Point") geometry.coordinates = walk(geometry.coordinates);
      }
    }
    return base;
  }

  const about = read("about");
  const records = read("records");
  const base = unpack(read("base"));
  Object.assign(page, {
    about, records, base,
    sources: read("sources"), query: read("query"), features: read("features"), view: read("view"),
    colors: Object.fromEntries(base.types.map((type) => [type.name, type.color])),
    rowOf: new Map(records.map((record) => [record.id, record.row])),
    DAY, add, button, byId, dayOf, firstOf, isoOf, link, monthOf, yearOf,
    narrow: () => matchMedia(NARROW).matches,
  });
})(window.marz);
