/* Data sets on the map: records, or cells of a grid where there are too many, on one canvas.
 *
 *   marz.cell, marz.cellFeature      pointToLayer and onEachFeature of the layer of the sets
 *   marz.commitCells(map, state)     after that layer was made anew
 *
 * A feature of the layer is a MultiPoint: `s` its set, `k` 0 records, 1 cells, 2 areas and lines;
 * `c` holds a column of numbers each, see geo/setmap.py. Two thousand symbols as elements of the
 * document would cost a second; on a canvas they cost a few milliseconds.
 */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const { INK, element } = kit;
  const PAD = 0.2; // of the view, drawn around it
  const GIVE = 16; // pixels that a cell may give way to another

  let pending = [];
  const nothing = L.layerGroup();
  marz.cell = () => nothing;
  marz.cellFeature = function (feature, layer) {
    if (feature.geometry.type === "MultiPoint") pending.push(feature);
    else if (feature.geometry.type.includes("Line")) layer.setStyle({ weight: 11, opacity: 0.16, dashArray: null, fill: false });
  };

  /* Lines and areas of the base map on which Marz's own records hang, as the atlas veils them. */
  function veils(map, own, features) {
    const before = own.veils || new Map();
    own.veils = new Map();
    for (const n of features.flatMap((feature) => feature.properties.n || [])) {
      const feature = own.features && own.features[n];
      if (!feature || feature.geometry.type === "Point" || own.veils.has(n)) continue;
      const style = feature.geometry.type.includes("Line")
        ? { color: INK, weight: 13, opacity: 0.16, fill: false }
        : { color: INK, weight: 1.2, opacity: 0.8, dashArray: "6 4", fillColor: INK,
            fillOpacity: feature.layer === "countries" ? 0.03 : 0.07 };
      own.veils.set(n, before.get(n) || L.geoJSON(feature, { pane: "mark", interactive: false, style }).addTo(map));
      before.delete(n);
    }
    for (const veil of before.values()) veil.remove();
  }

  function items(map, features) {
    const found = [];
    for (const { properties: { s, k, c }, geometry: { coordinates } } of features) {
      coordinates.forEach(([lon, lat], i) => {
        const { x, y } = map.project([lat, lon], 0);
        const item = { s, k, i, x, y, px: 0, py: 0, n: found.length };
        if (k === 0) {
          Object.assign(item, { type: c[0][i], established: c[1][i], low: c[2][i], high: c[3][i], day: c[4][i], count: 1, r: 5.5 });
        } else {
          Object.assign(item, { count: c[0][i], low: c[1][i], high: c[2][i], mix: c[3][i] });
          item.r = kit.radius(item);
        }
        found.push(item);
      });
    }
    // Big below small, points above all, so that nothing is hidden.
    return found.sort((a, b) => (b.k === 1) - (a.k === 1) || b.r - a.r);
  }

  const Canvas = L.Layer.extend({
    onAdd(map) {
      this._map = map;
      this.ground = element("canvas", "leaflet-zoom-hide"); // cells and areas
      this.node = element("canvas", "leaflet-zoom-hide marz-cells"); // records
      this.top = element("canvas", "leaflet-zoom-hide"); // what stands out in a step of Play
      this.node.setAttribute("role", "img");
      map.createPane("cells").style.zIndex = 620;
      map.getPane("cells").style.pointerEvents = "none";
      map.getPane("cells").append(this.ground, this.node, this.top);
      map.on("moveend zoomend viewreset resize", this.draw, this);
    },
    draw() {
      const map = this._map;
      const own = map._marz;
      const size = map.getSize();
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const pad = size.multiplyBy(PAD)._round();
      const [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
      for (const node of [this.ground, this.node, this.top]) {
        if (node.width !== Math.round(width * ratio) || node.height !== Math.round(height * ratio)) {
          node.width = Math.round(width * ratio);
          node.height = Math.round(height * ratio);
          node.style.cssText += `;width:${width}px;height:${height}px;position:absolute;left:0;top:0`;
        }
        L.DomUtil.setPosition(node, map.containerPointToLayerPoint(pad.multiplyBy(-1)));
      }
      const scale = 2 ** map.getZoom();
      const corner = map.getPixelBounds().min.subtract(pad);
      this.view = { ratio, width, height };
      this.placed = own.cells.filter((item) => {
        item.px = item.x * scale - corner.x;
        item.py = item.y * scale - corner.y;
        return item.px > -30 && item.py > -30 && item.px < width + 30 && item.py < height + 30;
      });
      this.gathered = this.placed.filter((item) => item.k > 0);
      // Where they lie once all is counted, so that none moves while it grows.
      apart(this.gathered);
      own.pad = pad;
      const shown = this.show(own);
      const sel = own.state.sel;
      const one = sel && shown.find((item) => item.s === sel[0] && item.k === sel[1] && item.i === sel[2]);
      if (one) kit.chosen(this.node.getContext("2d"), one);
      this.node.setAttribute("aria-label", `${shown.length} symbols in view; the table below the map holds the same`);
    },
    /* Everything that has begun by the step of Play, or all. */
    show(own) {
      own.seen = this.placed.filter((item) => (own.step === undefined ? true : item.k ? item.count : item.at <= own.step));
      this.grow(own);
      const context = this.cleared(this.node);
      const paint = painter(own);
      for (const item of own.seen) if (!item.k) kit.sketch(context, item, paint, this.view.ratio);
      this.highlight(own, own.seen.filter((item) => !item.k && item.at === own.step));
      return own.seen;
    },
    /* A step forward of Play: records that were drawn stay, what has begun is added. */
    advance() {
      const own = this._map._marz;
      const began = this.placed.filter((item) => (item.k ? item.added && item.added === item.count : item.at === own.step));
      own.seen.push(...began);
      if (this.gathered.some((item) => item.added)) this.grow(own);
      const paint = painter(own);
      const context = this.node.getContext("2d");
      const records = began.filter((item) => !item.k);
      for (const item of records) kit.sketch(context, item, paint, this.view.ratio);
      this.highlight(own, records);
    },
    /* Cells and areas by what they count now. */
    grow(own) {
      const context = this.cleared(this.ground);
      const paint = painter(own);
      const shown = this.gathered.filter((item) => item.count);
      kit.sketchTolls(context, shown);
      for (const item of shown) kit.sketch(context, item, paint, this.view.ratio);
    },
    /* What begins in the step that is shown stands out. */
    highlight(own, records) {
      const context = this.cleared(this.top);
      if (own.step === undefined) return;
      for (const item of records) kit.begins(context, item, 1);
      const full = own.begun ? Math.log1p(own.begun.most) : 1;
      for (const item of this.gathered) if (item.added) kit.begins(context, item, Math.log1p(item.added) / full);
    },
    cleared(node) {
      const { ratio, width, height } = this.view;
      const context = node.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      return context;
    },
    /* What the larger symbols cover, for names to keep clear of. */
    boxes() {
      const { seen = [], pad } = this._map._marz;
      const corner = this._map.containerPointToLayerPoint([0, 0]);
      return [...seen].sort((a, b) => (b.k > 0) - (a.k > 0)).slice(0, 400).map(({ px, py, r }) => {
        const [x, y] = [px - pad.x + corner.x, py - pad.y + corner.y];
        return [x - r, y - r, x + r, y + r, -1];
      });
    },
  });

  function painter(own) {
    if (own.state.bySet) return (type, set) => kit.SET_COLORS[set % kit.SET_COLORS.length];
    return (type) => (own.base && own.base.types[type] ? own.base.types[type].color : kit.GREY);
  }

  /* Cells of several sets, or at the rims of neighbours, give way to each other a little. */
  function apart(cells) {
    for (const cell of cells) [cell.hx, cell.hy] = [cell.px, cell.py];
    for (let round = 0; round < 6; round++) {
      const grid = new Map();
      for (const cell of cells) {
        const key = (cell.px >> 6) * 4096 + (cell.py >> 6);
        (grid.get(key) || grid.set(key, []).get(key)).push(cell);
      }
      let moved = false;
      for (const a of cells) {
        for (let dx = -1; dx < 2; dx++) for (let dy = -1; dy < 2; dy++) {
          for (const b of grid.get(((a.px >> 6) + dx) * 4096 + (a.py >> 6) + dy) || []) {
            if (a === b || (a.s === b.s && a.k === b.k && a.i >= b.i)) continue;
            const [x, y] = [b.px - a.px || 0.1, b.py - a.py || 0.02];
            const distance = Math.hypot(x, y);
            const overlap = (a.whole || a).r + (b.whole || b).r + 1 - distance;
            if (overlap <= 0) continue;
            moved = true;
            const push = overlap / distance / 2;
            [a.px, a.py, b.px, b.py] = [a.px - x * push, a.py - y * push, b.px + x * push, b.py + y * push];
          }
        }
      }
      if (!moved) break;
    }
    for (const cell of cells) {
      const [dx, dy] = [cell.px - cell.hx, cell.py - cell.hy];
      const far = Math.hypot(dx, dy);
      if (far > GIVE) [cell.px, cell.py] = [cell.hx + (dx * GIVE) / far, cell.hy + (dy * GIVE) / far];
    }
  }

  /* Every ten degrees a line, for data sets that reach beyond the base map. */
  function graticule(map) {
    map.createPane("graticule").style.zIndex = 203;
    const lines = [];
    for (let at = -180; at <= 180; at += 10) {
      lines.push([[-84, at], [84, at]]);
      if (Math.abs(at) <= 80) lines.push([[at, -180], [at, 180]]);
    }
    L.polyline(lines, { pane: "graticule", renderer: L.canvas({ pane: "graticule", padding: 0.5 }),
      color: "#d5d1c6", weight: 0.8, interactive: false }).addTo(map);
  }

  marz.commitCells = function (map, state) {
    const own = map._marz;
    if (window.feature_group) window.feature_group.length = 0;
    const found = pending;
    pending = [];
    own.state = state;
    // A change that a newer one overtakes is not drawn, but where it wanted to go to counts.
    if (state.fit && state.fit[4] !== own.fitted) [own.toFit, own.fitted] = [state.fit, state.fit[4]];
    own.ready.then(() => {
      if (own.state !== state) return;
      if (!own.canvas) {
        own.options.onView = window.Streamlit ? () => kit.tellView(map) : null;
        // Each press has a number of its own, so that it is answered once.
        own.options.onPlay = window.Streamlit ? () => kit.tellView(map, { play: Date.now() }) : null;
        own.canvas = new Canvas();
        own.cells = [];
        kit.listenCells(map, own);
        own.canvas.addTo(map);
        graticule(map);
      }
      kit.endPlay(map, own);
      own.cells = items(map, found);
      own.numbered = [...own.cells].sort((a, b) => a.n - b.n);
      if (own.toFit) {
        const [west, south, east, north] = own.toFit;
        own.touched = true; // a frame that changes its size leaves the view alone from now on
        own.toFit = null;
        map.fitBounds([[south, west], [north, east]], { animate: false, padding: [24, 24], maxZoom: 11 });
      }
      veils(map, own, found);
      kit.drawVintage(map, own);
      kit.tiles(map, own);
      own.canvas.draw();
      const data = map.getContainer().dataset;
      const first = data.commit === undefined;
      data.shown = own.cells.reduce((sum, item) => sum + item.count, 0);
      data.symbols = own.cells.length;
      data.commit = state.seq;
      const furnish = () => {
        if (own.state !== state) return;
        kit.cellLegend(map, own);
        kit.cellPlayer(map, own);
        kit.layout(map);
        if (first && own.options.onView) own.options.onView();
      };
      if (first) furnish();
      else requestAnimationFrame(() => setTimeout(furnish));
    });
  };
})(window.marz);
