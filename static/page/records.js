/* The list of incidents, and everything known of the one that is open. */
(function (page) {
  "use strict";
  const { add, button, byId, link, records, colors } = page;
  const facets = Object.fromEntries(page.query.facets.map((facet) => [facet.name, new Map(facet.options)]));

  /* Builds the list; `pick` takes the id of what was chosen. Returns what shows rows, goes to one, and keeps it in sight. */
  function list(pick) {
    const ol = byId("list").querySelector("ol");
    const items = records.map((record) => item(record, pick));
    let current = -1;
    let shown = null;
    ol.addEventListener("keydown", (event) => {
      const all = [...ol.querySelectorAll("button")];
      const at = all.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined || !all[to] || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      rove(all[to]);
      all[to].focus();
    });
    /* One stop for the tab key; the arrow keys go from line to line. */
    function rove(node) {
      for (const other of ol.querySelectorAll("button[tabindex='0']")) other.tabIndex = -1;
      if (node) node.tabIndex = 0;
    }
    /* Goes to the line of a record; to the first where it is not shown. */
    function go(id) {
      const own = id && items[page.rowOf.get(id)].firstChild;
      const node = own && own.isConnected ? own : ol.querySelector("button");
      if (!node) return;
      rove(node);
      node.focus({ preventScroll: true });
      node.scrollIntoView({ block: "nearest" });
    }
    function show(rows, id, seek) {
      // A line that is taken out loses the focus, even when it is put back at once.
      if (String(rows) !== String(shown)) ol.replaceChildren(...rows.map((row) => items[row]));
      shown = rows;
      if (items[current]) items[current].firstChild.removeAttribute("aria-current");
      current = id ? page.rowOf.get(id) : -1;
      const own = current >= 0 && rows.includes(current) ? items[current].firstChild : null;
      if (own) own.setAttribute("aria-current", "true");
      rove(own || ol.querySelector("button"));
      if (own && seek && ol.scrollHeight > ol.clientHeight) {
        const off = own.getBoundingClientRect().top - ol.getBoundingClientRect().top;
        if (off < 0 || off + own.offsetHeight > ol.clientHeight) ol.scrollTop += off - ol.clientHeight / 3;
      }
    }
    /* The list grows shorter when a record opens below it: its line stays in sight. */
    function keep() {
      if (current < 0 || !items[current].isConnected || ol.scrollHeight <= ol.clientHeight) return;
      const off = items[current].getBoundingClientRect().top - ol.getBoundingClientRect().top;
      const below = off + items[current].offsetHeight - ol.clientHeight;
      if (off < 0) ol.scrollTop += off;
      else if (below > 0) ol.scrollTop += below;
    }
    return { go, keep, show };
  }

  function item(record, pick) {
    const li = document.createElement("li");
    const node = button(li, "", () => pick(record.id));
    node.tabIndex = -1;
    const dot = add(node, "span", "", "dot");
    dot.style.borderColor = colors[record.type] || "currentColor";
    if (record.established) dot.style.backgroundColor = colors[record.type];
    add(node, "span", record.short, "day");
    add(node, "span", record.title, "title").dir = "auto";
    const place = record.site === undefined ? "place not known, not on the map" : record.where;
    const toll = record.deaths === "not reported" ? "" : record.deaths + " dead";
    const status = record.established ? "" : record.status;
    add(node, "span", [record.type, status, toll, place].filter(Boolean).join(" · "), "soft");
    return li;
  }

  function terms(parent, pairs) {
    const dl = add(parent, "dl");
    for (const [term, content] of pairs) {
      if (!content || content.length === 0) continue;
      add(dl, "dt", term);
      const dd = add(dl, "dd", typeof content === "string" ? content : "");
      dd.dir = "auto";
      if (typeof content !== "string") dd.append(...content);
    }
  }

  function cite(parent, [id, paragraphs]) {
    const [line, url] = page.sources[id];
    link(parent, url, line);
    add(parent, "span", paragraphs ? " (" + paragraphs + ")" : "");
  }

  function claims(one, record) {
    if (!record.claims) return;
    add(one, "h3", "Who says what");
    const grid = add(one, "div", "", "claims");
    for (const claim of record.claims) {
      const card = add(grid, "div");
      const line = add(card, "p");
      add(line, "strong", claim.claimant);
      add(line, "span", " · " + claim.stance_words, "soft");
      add(card, "p", claim.statement).dir = "auto";
      if (claim.deaths !== undefined) add(card, "p", "Deaths by this account: " + claim.deaths);
      if (claim.when) add(card, "p", "Said: " + claim.when, "soft");
      cite(add(card, "p", "", "soft"), claim.source);
    }
  }

  /* A button that opens another record of the page. */
  function other(record, open) {
    const box = document.createElement("span");
    box.className = "other";
    button(box, record.title, () => open(record.id), "link").dir = "auto";
    add(box, "span", " " + record.short, "soft");
    return box;
  }

  function whole(record, open) {
    if (!record.part_of) return "";
    const row = page.rowOf.get(record.part_of);
    return row === undefined ? record.part_of : [other(records[row], open)];
  }

  function citation(record) {
    const origin = (record.sources || []).map(([id, paragraphs]) =>
      page.sources[id][0] + (paragraphs ? ` (${paragraphs})` : "")).join("; ");
    return `${page.about.title}, record ${record.id}, data ${page.about.data_version}. After: ${origin}.`;
  }

  /* Shows one record; `open` takes the id of another, `close` nothing. */
  function detail(id, { hidden, open, close }) {
    const one = byId("one");
    one.replaceChildren();
    one.classList.toggle("empty", !id);
    byId("side").classList.toggle("reading", Boolean(id));
    if (!id) {
      add(one, "p", "Select an incident to read who says what.", "soft");
      return;
    }
    const record = records[page.rowOf.get(id)];
    button(one, "Close", close, "close");
    const heading = add(one, "h2", record.title);
    heading.dir = "auto";
    heading.tabIndex = -1;
    if (hidden) add(one, "p", "The filters hide this incident; it is shown because it is selected.", "soft");
    if (record.summary) add(one, "p", record.summary).dir = "auto";
    const parts = records.filter((part) => part.part_of === id).map((part) => other(part, open));
    terms(one, [
      ["When", record.when],
      ["Where", [record.where, record.place_note].filter(Boolean).join(". ")],
      ["Type", [record.type, record.sub_event_type].filter(Boolean).join(" · ")],
      ["Status", record.status],
      ["Countries", (record.countries || []).join(", ")],
      ["Actors", (record.actors || []).join("; ")],
      ["Deaths", record.deaths],
      ["Injured", record.injuries],
      ["Part of", whole(record, open)],
      ["Its parts", parts],
      ["Marked", (record.tags || []).map((tag) => facets.tag.get(tag) || tag).join(", ")],
      ["Taken from", facets.collection.get(record.collection) || record.collection],
      ["Checked", record.audited ? "A second reader has compared it with its page." : ""],
      ["Note", record.note],
    ]);
    claims(one, record);
    add(one, "h3", "Sources");
    const ul = add(one, "ul");
    for (const source of record.sources || []) cite(add(ul, "li"), source);
    add(one, "h3", "Cite as");
    add(one, "p", citation(record), "soft");
  }

  /* Sources of the rows shown, each once. */
  function bibliography(parent, rows) {
    const ids = new Set(rows.flatMap((row) =>
      [...(records[row].sources || []), ...(records[row].claims || []).map((claim) => claim.source)].map((s) => s[0])));
    const ul = document.createElement("ul");
    for (const id of [...ids].sort()) cite(add(ul, "li"), [id, ""]);
    parent.replaceChildren(ul);
    return ids.size;
  }

  Object.assign(page, { bibliography, detail, list });
})(window.marz.page);
