/* The state of the page, as its hash says it in the words of the dashboard's address. */
(function (page) {
  "use strict";
  const { facets } = page.query;
  const VIEW = /^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?,\d{1,2}(\.\d+)?$/;
  const MAX_TEXT = 200;

  function blank() {
    const lists = Object.fromEntries(facets.map((facet) => [facet.name, []]));
    return { from: "", to: "", match: "possibly", text: "", ...lists };
  }

  /* Pairs -> filter, selection, view; what makes no sense is left out and said. */
  function parse(pairs) {
    const given = new URLSearchParams(pairs);
    const filter = blank();
    const wrong = [];
    for (const name of ["from", "to"]) {
      const text = given.get(name) || "";
      if (!text || !Number.isNaN(page.dayOf(text))) filter[name] = text;
      else wrong.push(`${name}=${text}`);
    }
    const match = given.get("match") || "possibly";
    if (match === "possibly" || match === "certainly") filter.match = match;
    else wrong.push(`match=${match}`);
    for (const facet of facets) {
      for (const value of new Set(given.getAll(facet.parameter))) {
        if (facet.options.some((option) => option[0] === value)) filter[facet.name].push(value);
        else wrong.push(`${facet.parameter}=${value}`);
      }
    }
    filter.text = (given.get("q") || "").slice(0, MAX_TEXT);
    const id = given.get("id") || "";
    if (id && !page.rowOf.has(id)) wrong.push(`id=${id}`);
    const at = given.get("at") || "";
    if (at && !VIEW.test(at)) wrong.push(`at=${at}`);
    return {
      filter, wrong,
      id: page.rowOf.has(id) ? id : "",
      at: VIEW.test(at) ? at.split(",").map(Number) : null,
    };
  }

  /* A hash is the whole state; without one the page is as it was taken away. */
  function read() {
    const hash = location.hash.replace(/^#/, "");
    return parse(hash || page.view.start);
  }

  function pairs({ filter, id, at }) {
    const found = [["from", filter.from], ["to", filter.to], ["match", filter.match === "possibly" ? "" : filter.match]];
    for (const facet of facets) for (const value of filter[facet.name]) found.push([facet.parameter, value]);
    found.push(["q", page.split(filter.text).join(" ")], ["id", id], ["at", at ? at.join(",") : ""]);
    return found.filter(([, value]) => value);
  }

  let timer = null;
  let latest = null;

  function flush() {
    clearTimeout(timer);
    if (!latest) return;
    // “all” stands for no filter at all: an empty hash would mean the state at the start.
    const hash = "#" + (new URLSearchParams(pairs(latest)).toString() || "all");
    latest = null;
    if (hash !== location.hash) history.replaceState(null, "", hash);
  }

  /* Browsers refuse addresses that change too often: those of one movement become one. */
  function write(state) {
    latest = state;
    clearTimeout(timer);
    timer = setTimeout(flush, 150);
  }

  addEventListener("pagehide", flush);
  // An address that comes in counts for more than what was about to be written.
  addEventListener("hashchange", () => {
    clearTimeout(timer);
    latest = null;
  });

  const isFiltered = (filter) => pairs({ filter, id: "", at: null }).length > 0;
  const isReversed = (filter) => Boolean(filter.from && filter.to && filter.to < filter.from);

  /* What is asked: a reversed window asks nothing until it is put right. */
  const effective = (filter) => (isReversed(filter) ? { ...filter, from: "", to: "" } : filter);

  Object.assign(page, { MAX_TEXT, blank, effective, isFiltered, isReversed, readState: read, writeState: write });
})(window.marz.page);
