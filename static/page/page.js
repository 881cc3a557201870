/* Puts the page together: one state, and everything shown follows from it. */
(function (marz) {
  "use strict";
  const page = marz.page;
  const { about, add, byId, link, view } = page;
  let state = page.readState();
  let map = null;
  let rows = [];

  const showFilters = page.filters((news) => change({ filter: { ...state.filter, ...news } }));
  const list = page.list((id) => open(id, "list"));
  const timeline = page.timeline((news) => change({ filter: { ...state.filter, ...news } }));

  function change(news) {
    state = { ...state, ...news, wrong: [] };
    page.writeState(state);
    render("");
  }

  /* Opens a record that was picked in the list, on the map, or in another record. */
  function open(id, from) {
    state = { ...state, id, wrong: [] };
    page.writeState(state);
    render(from);
    if (!id) return;
    byId("opened").textContent = "Opened: " + page.records[page.rowOf.get(id)].title;
    // On a narrow screen the record is elsewhere: bring what was asked for to the eye.
    if (from === "record" || (from === "list" && page.narrow())) read();
  }

  /* Whoever closes a record is back where it was chosen. */
  function close() {
    const id = state.id;
    open("", "");
    list.go(id);
  }

  function read() {
    const heading = byId("one").querySelector("h2");
    if (page.narrow()) byId("one").scrollIntoView({ block: "start" });
    if (heading) heading.focus({ preventScroll: page.narrow() });
  }

  function render(from) {
    const filter = page.effective(state.filter);
    rows = page.select(filter);
    byId("summary").textContent = page.sentence(filter, rows);
    byId("empty").hidden = rows.length > 0;
    const nowhere = page.unplaced(rows);
    byId("unplaced").textContent = nowhere ? `${page.count(nowhere, "incident")} without a place: in the list, not on the map.` : "";
    const wrong = byId("wrong");
    wrong.hidden = !state.wrong.length;
    wrong.textContent = state.wrong.length ? `Not understood in the address and left out: ${state.wrong.join(", ")}.` : "";
    const used = Object.entries(state.filter).filter(([name, value]) => value.length && name !== "match").length;
    byId("show-filters").textContent = used ? `Filters (${used})` : "Filters";
    showFilters(state.filter);
    list.show(rows, state.id, from !== "list");
    timeline.show(state.filter);
    if (byId("timeline-table").open) page.timelineTable(byId("timeline-rows"), filter);
    const row = state.id ? page.rowOf.get(state.id) : -1;
    page.detail(state.id, { hidden: !rows.includes(row), open: (id) => open(id, "record"), close });
    list.keep();
    const picked = byId("picked");
    picked.hidden = !state.id;
    picked.textContent = state.id ? `${page.records[row].short}: ${page.records[row].title}` : "";
    if (byId("sources").open) page.bibliography(byId("source-list"), rows);
    if (map) draw(row, (from === "list" || from === "record" || from === "start") && isMapped(row));
  }

  /* Whether there is more than coarse outlines below a record: the map does not go there by itself. */
  function isMapped(row) {
    if (row < 0 || page.records[row].site === undefined) return false;
    const [west, south, east, north] = view.mapped;
    const [x, y] = page.features.features.find((feature) => feature.id === page.records[row].site).geometry.coordinates;
    return x >= west && x <= east && y >= south && y <= north;
  }

  function draw(row, seek) {
    marz.draw(map, page.layer(rows), { sel: row, vintage: page.vintage(rows), lang: "", seek });
  }

  async function start() {
    const [west, south, east, north] = view.extent;
    map = L.map("map", { attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 1, maxZoom: 14 });
    // Drawn before the base map is, so that the lines know which vintage is in force.
    marz.start(map, {
      base: page.base, bounds: [[south, west], [north, east]], view: state.at,
      fit: view.fit && [[view.fit[1], view.fit[0]], [view.fit[3], view.fit[2]]],
      onPick: (row) => open(page.records[row].id, "map"),
      onView: (at) => {
        state = { ...state, at };
        page.writeState(state);
      },
      playBox: byId("play"),
      onStep: (day) => timeline.reach(day),
    });
    render("start");
  }

  /* Light or dark: the system's choice until the reader makes another, kept no longer than the page. */
  function theme() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const node = byId("theme");
    let own = "";
    const dark = () => (own ? own === "dark" : system.matches);
    const say = () => {
      node.textContent = dark() ? "Light" : "Dark";
      node.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
    };
    node.addEventListener("click", () => {
      own = dark() ? "light" : "dark";
      document.documentElement.dataset.theme = own;
      say();
    });
    system.addEventListener("change", say);
    say();
  }

  function panel() {
    const node = byId("show-filters");
    node.addEventListener("click", () => {
      const isOpen = byId("filters").classList.toggle("open");
      node.setAttribute("aria-expanded", String(isOpen));
    });
    byId("clear").addEventListener("click", () => change({ filter: page.blank() }));
    byId("picked").addEventListener("click", read);
    byId("skip").addEventListener("click", () => list.go(state.id));
    byId("one").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && state.id) close();
    });
    byId("timeline-table").addEventListener("toggle", () =>
      page.timelineTable(byId("timeline-rows"), page.effective(state.filter)));
    byId("sources").addEventListener("toggle", () => page.bibliography(byId("source-list"), rows));
  }

  function head() {
    document.title = about.title;
    byId("title").textContent = about.title;
  }

  function foot() {
    const made = page.dayWords(view.today);
    byId("made").textContent = `Made on ${made} with Marz, data version ${about.data_version}. It opened on: ${about.filter}.`;
    for (const licence of about.licences) {
      const li = add(byId("licences"), "li");
      link(li, licence.url, licence.title);
      add(li, "span", ": " + licence.covers);
    }
    for (const line of about.attribution) add(byId("credits"), "li", line);
  }

  addEventListener("hashchange", () => {
    state = page.readState();
    render("start");
    if (state.at) map.setView(state.at.slice(0, 2), state.at[2], { animate: false });
  });

  head();
  theme();
  panel();
  foot();
  start();
})(window.marz);
