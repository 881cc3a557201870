/* Land far from the borders: coarse, pale, and asked for only when the view leaves the layers. */
(function (marz) {
  "use strict";
  const kit = marz.kit;
  const SEA = "#e6ecee", LAND = "#e3e0da", PAPER = "#f3f1ec", LINE = "#b4aea3";
  const NEAR = 1e-3;

  /* Waits until the map shows more than the layers cover; then it is drawn once and for all. */
  function world(map, base) {
    if (!base.world) return;
    const layer = base.layers.countries;
    const covered = layer && layer.features.length ? L.geoJSON(layer).getBounds() : null;
    const look = async () => {
      if (covered && covered.contains(map.getBounds())) return;
      map.off("moveend", look);
      try {
        draw(map, base, base.world.areas ? base.world : await kit.fetched(base.world.url));
      } catch (error) {
        map.on("moveend", look); // A map without it is a map; the next move asks again.
      }
    };
    map.on("moveend", look);
    return look();
  }

  function draw(map, base, found) {
    // Below online tiles, which hide it where they are switched on.
    map.createPane("world").style.zIndex = 190;
    map.getPane("world").style.pointerEvents = "none";
    const shared = { renderer: L.canvas({ pane: "world", padding: 0.5 }), interactive: false, fillOpacity: 1 };
    for (const rings of found.areas) {
      L.polygon(rings.map((flat) => points(flat, found.grid)),
        { ...shared, fillColor: LAND, color: LINE, weight: 0.7 }).addTo(map);
    }
    // Where the layers lie they alone are seen.
    const finer = base.layers.countries;
    if (finer) L.geoJSON(finer, { ...shared, style: { ...shared, fillColor: PAPER, stroke: false } }).addTo(map);
    map.getContainer().style.background = SEA;
  }

  function points(flat, grid) {
    const found = [];
    let x = 0;
    let y = 0;
    for (let i = 0; i < flat.length; i += 2) {
      x += flat[i];
      y += flat[i + 1];
      found.push([y / grid, x / grid]);
    }
    return found;
  }

  /* Outlines of areas without the straight edges at which the layer was cut: no border is there. */
  function outlines(features, window) {
    if (!window) return features;
    const [west, south, east, north] = window;
    const cut = (a, b) => [[0, west], [1, south], [0, east], [1, north]]
      .some(([axis, at]) => Math.abs(a[axis] - at) < NEAR && Math.abs(b[axis] - at) < NEAR);
    return features.map((feature) => {
      const { type, coordinates } = feature.geometry;
      const rings = type === "Polygon" ? coordinates : coordinates.flat();
      const lines = rings.flatMap((ring) => {
        const runs = [[ring[0]]];
        for (let i = 1; i < ring.length; i++) {
          if (cut(ring[i - 1], ring[i])) runs.push([ring[i]]);
          else runs[runs.length - 1].push(ring[i]);
        }
        return runs.filter((run) => run.length > 1);
      });
      return { ...feature, geometry: { type: "MultiLineString", coordinates: lines } };
    });
  }

  Object.assign(kit, { outlines, world });
})(window.marz);
