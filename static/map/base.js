/* The map itself: view, base layers, border vintages, credits, tiles. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, element, inForce, isoDay } = kit;

  const PANES = { relief: 205, ground: 210, water: 220, vintage: 235, casing: 240, line: 245, mark: 250,
    leader: 590, names: 650 };

  marz.start = async function (map, options) {
    const own = (map._marz = { options, symbols: [], state: {}, commits: 0, play: null });
    for (const name in PANES) {
      map.createPane(name).style.zIndex = PANES[name];
      if (name !== "mark") map.getPane(name).style.pointerEvents = "none";
    }
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    const home = options.bounds;
    const first = options.fit || home;
    map.invalidateSize({ animate: false });
    if (options.view) map.setView(options.view.slice(0, 2), options.view[2], { animate: false });
    else if (first) map.fitBounds(first, { animate: false, padding: [8, 8] });
    button(map, "topleft", "marz-home", "⌂", "Show the whole again", () =>
      map.fitBounds(home, { padding: [8, 8] }));
    watchView(map, own);
    // For who asks what is shown: nothing while that is what every map opens on.
    marz.seen = () => (own.touched || own.sought || options.view ? seen(map).flat() : null);
    map.on("resize", () => {
      // Until the reader moves it, the map keeps showing the whole of what it opened on.
      if (!own.touched && !options.view) map.fitBounds(first, { animate: false, padding: [8, 8] });
    });
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      map.getContainer().addEventListener(kind, () => { own.touched = true; }, { capture: true, passive: true });
    }
    map.getContainer().setAttribute("aria-label", "Map of incidents; the list beside it holds the same");
    own.ready = (options.base ? Promise.resolve(options.base) : fetchBase(options.baseUrl)).then(
      (base) => drawLines(map, own, base),
      (error) => failed(map, error));
    // Ground and water cost more than all else of a first view; the symbols do not wait for them.
    own.grounded = own.ready.then(() => new Promise((done) => kit.afterPaint(done))).then(
      () => own.base && drawGround(map, own.base));
    await own.grounded;
    if (document.fonts) document.fonts.ready.then(() => kit.layout(map));
  };

  async function fetched(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return answer.json();
  }

  async function fetchBase(url) {
    const base = await fetched(url);
    const at = new URL(url, document.baseURI);
    for (const part of [base.relief, base.world]) {
      if (part && part.url) part.url = new URL(part.url, at).href;
    }
    return base;
  }

  function failed(map, error) {
    const note = element("div", "marz-failed", "The base map could not be loaded (" +
      error.message + "). The incidents are drawn without it; reload the page to try again.");
    map.getContainer().appendChild(note);
  }

  function button(map, position, className, sign, label, action) {
    const control = L.control({ position });
    control.onAdd = function () {
      const box = element("div", "leaflet-bar " + className);
      const node = element("button", "", sign);
      node.type = "button";
      node.title = label;
      node.setAttribute("aria-label", label);
      box.appendChild(node);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.on(node, "click", action);
      return box;
    };
    return control.addTo(map);
  }

  function watchView(map, own) {
    let timer = null;
    map.on("zoomstart", () => map.getContainer().classList.add("marz-zooming"));
    map.on("zoomend", () => map.getContainer().classList.remove("marz-zooming"));
    map.on("moveend", () => {
      kit.layout(map);
      clearTimeout(timer);
      // The first view is the server's own; only the reader's moves are news.
      if (own.touched && own.options.onView) {
        timer = setTimeout(() => own.options.onView(...seen(map)), 400);
      }
    });
  }

  /* Latitude, longitude and zoom; width and height of the frame. */
  function seen(map) {
    const at = map.getCenter();
    const size = map.getSize();
    return [[+at.lat.toFixed(4), +at.lng.toFixed(4), +map.getZoom().toFixed(2)], [size.x, size.y]];
  }

  /* The relief and the lines that the incidents are about. */
  function drawLines(map, own, base) {
    own.base = base;
    own.features = {};
    const layers = base.layers;
    for (const name in layers) {
      for (const feature of layers[name].features) {
        feature.layer = name;
        if (feature.properties.n !== undefined) own.features[feature.properties.n] = feature;
      }
    }
    if (base.relief) {
      own.relief = L.imageOverlay(base.relief.url, base.relief.bounds,
        { pane: "relief", interactive: false, alt: "Shaded relief" }).addTo(map);
    }
    drawVintage(map, own);
    map.createPane("credits");
    credits(map, base.attribution);
  }

  function drawGround(map, base) {
    const all = (name) => (base.layers[name] ? base.layers[name].features : []);
    const ground = { renderer: L.canvas({ pane: "ground", padding: 0.5 }), interactive: false };
    const water = { renderer: L.canvas({ pane: "water", padding: 0.5 }), interactive: false };
    const paint = (features, style, shared) =>
      features.length && L.geoJSON({ type: "FeatureCollection", features },
        { ...shared, style: (f) => ({ ...shared, ...(style.call ? style(f) : style) }) }).addTo(map);
    const focus = common(all("borders").map((f) => (f.properties.country || "").split(";")));
    paint(all("countries"), (f) => ({
      fill: !focus.includes(f.properties.country), fillColor: "#8d8a84", fillOpacity: 0.16, stroke: false,
    }), ground);
    paint(kit.outlines(all("countries"), base.window),
      { fill: false, color: "#8f8b82", weight: 1, opacity: 0.9 }, ground);
    paint(kit.outlines(all("regions"), base.window),
      { fill: false, color: "#a39e93", weight: 0.7, opacity: 0.7, dashArray: "2 3" }, ground);
    paint(all("rivers"), { fill: false, color: "#7fa6c0", weight: 1.2, opacity: 0.9 }, water);
    paint(all("lakes"), { fillColor: "#a9c6d9", fillOpacity: 0.9, color: "#7fa6c0", weight: 0.6 }, water);
    kit.world(map, base);
    kit.layout(map);
  }

  function common(lists) {
    return lists.length ? lists.reduce((a, b) => a.filter((code) => b.includes(code))) : [];
  }

  /* Lines in force on the day of what is shown are strong; the other vintage is thin. */
  function drawVintage(map, own) {
    const day = own.state.vintage === undefined ? isoDay(Date.now() / 864e5) : isoDay(own.state.vintage);
    if (own.drawnDay === day || !own.base) return;
    own.drawnDay = day;
    const dated = ["exclaves", "borders"].flatMap((name) => (own.base.layers[name] || { features: [] }).features);
    const drawn = dated.map((feature) => +inForce(feature, day)).join("");
    if (own.drawnVintage === drawn) return; // another day of the same lines
    own.drawnVintage = drawn;
    // A line is projected once for each way it can be drawn; afterwards it is shown or hidden.
    own.dated = own.dated || new Map();
    for (const name of ["exclaves", "borders"]) {
      for (const feature of (own.base.layers[name] || { features: [] }).features) {
        const strong = inForce(feature, day);
        const known = own.dated.get(feature) || {};
        const now = (known[strong] = known[strong] || outline(map, own, name, feature, strong));
        for (const line of now) show(line, true);
        for (const line of known[!strong] || []) show(line, false);
        own.dated.set(feature, known);
      }
    }
  }

  function outline(map, own, name, feature, strong) {
    const renderers = own.renderers = own.renderers ||
      Object.fromEntries(["vintage", "casing", "line"].map((p) => [p, L.svg({ pane: p, padding: 0.5 })]));
    const add = (pane, style) => L.geoJSON(feature, {
      renderer: renderers[pane], interactive: false, style: { fill: false, ...style },
    }).addTo(map);
    if (!strong) return [add("vintage", { color: INK, weight: 1, opacity: 0.65, dashArray: "3 3" })];
    if (name === "exclaves") return [add("line", { color: INK, weight: 1.4, opacity: 0.9 })];
    return [add("casing", { color: "#fff", weight: 7, opacity: 0.95 }),
      add("line", { color: INK, weight: 3, opacity: 1 })];
  }

  function show(line, on) {
    line.eachLayer((path) => { path._path.style.display = on ? "" : "none"; });
  }

  function credits(map, lines) {
    const control = L.control({ position: "bottomright" });
    control.onAdd = function () {
      const box = element("details", "marz-credits");
      box.open = map.getSize().x > 600;
      box.appendChild(element("summary", "", "© Map data"));
      box.appendChild(element("span", "", [...lines, "Leaflet"].join(" · ")));
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  function tiles(map, own) {
    if (!own.state.tiles === !own.tiles) return;
    if (own.tiles) {
      own.tiles.remove();
      own.tiles = null;
      if (own.relief) own.relief.addTo(map);
      return;
    }
    // The one thing that asks another server, and only after the reader switched it on.
    own.tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 17 }).addTo(map);
    if (own.relief) own.relief.remove();
  }

  Object.assign(kit, { drawVintage, fetched, tiles });
})(window.marz);
