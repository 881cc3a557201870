/* The exported page of Marz: list, map and detail of the incidents embedded in it.
 *
 * Text from data is shown through textContent alone, and a link is made only of an address
 * that the browser itself reads as http or https.
 */
(function () {
  "use strict";
  const read = (name) => JSON.parse(document.getElementById("marz-" + name).textContent);
  const about = read("about");
  const records = read("records");
  const features = read("features");
  const base = read("base");
  const view = read("view");
  const colors = Object.fromEntries(base.types.map((type) => [type.name, type.color]));
  const buttons = new Map();
  const one = document.getElementById("one");
  let map = null;

  function add(parent, tag, text, className) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== "") node.textContent = text;
    if (className) node.className = className;
    parent.appendChild(node);
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
  }

  function head() {
    document.title = about.title;
    document.getElementById("title").textContent = about.title;
    document.getElementById("summary").textContent = about.summary;
    document.getElementById("filter").textContent = "Shown: " + about.filter + ".";
  }

  function list() {
    const ol = document.querySelector("#list ol");
    for (const record of records) {
      const button = add(add(ol, "li"), "button");
      button.type = "button";
      const dot = add(button, "span", "", "dot");
      dot.style.borderColor = colors[record.type] || "currentColor";
      if (record.established) dot.style.backgroundColor = colors[record.type];
      add(button, "span", record.title, "title").dir = "auto";
      const place = record.site === null ? "place not known, not on the map" : record.where;
      add(button, "span", [record.when, record.type, record.status, place].join(" · "), "soft");
      button.addEventListener("click", () => pick(record.row, "list"));
      buttons.set(record.row, button);
    }
    if (!records.length) add(document.getElementById("list"), "p", about.summary);
  }

  function terms(parent, pairs) {
    const dl = add(parent, "dl");
    for (const [term, text] of pairs) {
      if (!text) continue;
      add(dl, "dt", term);
      add(dl, "dd", text).dir = "auto";
    }
  }

  function cite(parent, source) {
    link(parent, source.url, source.line);
    add(parent, "span", source.paragraphs ? " (" + source.paragraphs + ")" : "");
  }

  function claims(record) {
    if (!record.claims.length) return;
    add(one, "h3", "Who says what");
    const grid = add(one, "div", "", "claims");
    for (const claim of record.claims) {
      const card = add(grid, "div");
      const line = add(card, "p");
      add(line, "strong", claim.claimant);
      add(line, "span", " · " + claim.stance_words, "soft");
      add(card, "p", claim.statement).dir = "auto";
      if (claim.deaths !== null) add(card, "p", "Deaths by this account: " + claim.deaths);
      if (claim.when) add(card, "p", "Said: " + claim.when, "soft");
      cite(add(card, "p", "", "soft"), claim.source);
    }
  }

  function detail(record) {
    one.textContent = "";
    one.hidden = false;
    add(one, "h2", record.title).dir = "auto";
    if (record.summary) add(one, "p", record.summary).dir = "auto";
    terms(one, [
      ["When", record.when],
      ["Where", [record.where, record.place_note].filter(Boolean).join(". ")],
      ["Type", [record.type, record.sub_event_type].filter(Boolean).join(": ")],
      ["Status", record.status],
      ["Deaths", record.deaths],
      ["Injured", record.injuries],
      ["Countries", record.countries.join(", ")],
      ["Actors", record.actors.join("; ")],
      ["Part of", record.part_of_title || record.part_of],
      ["Note", record.note],
    ]);
    claims(record);
    add(one, "h3", "Sources");
    const ul = add(one, "ul");
    for (const source of record.sources) cite(add(ul, "li"), source);
    add(one, "h3", "Cite as");
    add(one, "p", record.cite, "soft");
  }

  function pick(row, from) {
    const record = records.find((candidate) => candidate.row === row);
    if (!record) return;
    for (const [other, button] of buttons) {
      if (other === row) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    const button = buttons.get(row);
    const ol = button.closest("ol");
    if (ol.scrollHeight > ol.clientHeight) {
      const off = button.getBoundingClientRect().top - ol.getBoundingClientRect().top;
      ol.scrollTop += off - ol.clientHeight / 3;
    }
    detail(record);
    if (map) draw(row, from === "list");
    // On a narrow screen the detail stands above the list: bring what was asked for to the eye.
    if (from === "list" && matchMedia("(max-width: 820px)").matches) {
      one.scrollIntoView({ block: "start" });
      one.focus({ preventScroll: true });
    }
  }

  function draw(row, seek) {
    marz.draw(map, features, { sel: row, vintage: view.vintage, lang: "", seek });
  }

  async function start() {
    const [west, south, east, north] = view.extent;
    map = L.map("map", { attributionControl: false, zoomSnap: 0.25 });
    // Drawn before the base map is, so that the lines know which vintage is in force.
    const ready = marz.start(map, {
      base, bounds: [[south, west], [north, east]], onPick: (row) => pick(row, "map"),
    });
    draw(-1, false);
    await ready;
    if (records.length) pick(records[0].row, "");
  }

  function foot() {
    const parent = document.getElementById("foot");
    const made = new Date(about.made);
    const day = made.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    add(parent, "p", `Made on ${day} with Marz, data version ${about.data_version}.`);
    section(parent, "Sources", about.sources, (li, source) => cite(li, source));
    section(parent, "Licences", about.licences, (li, licence) => {
      link(li, licence.url, licence.title);
      add(li, "span", ": " + licence.covers);
    });
    section(parent, "Credits", about.attribution, (li, line) => { li.textContent = line; });
  }

  function section(parent, heading, items, show) {
    if (!items.length) return;
    const box = add(parent, "section");
    add(box, "h2", heading);
    const ul = add(box, "ul");
    for (const item of items) show(add(ul, "li"), item);
  }

  head();
  list();
  foot();
  start();
})();
