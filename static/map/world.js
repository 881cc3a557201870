/** Land far from the borders: coarse, pale, and asked for only when the view leaves the layers. */
import { points } from "../atlas/packing.js";

/** @import { BaseDocument, BaseFeature, Bbox, World } from "../types" */

const LAND = "#e3e0da", PAPER = "#f3f1ec", LINE = "#b4aea3";
const NEAR = 1e-3; // degrees from an edge at which a layer was cut

/**
 * Waits until the map shows more than the layers cover; then it is drawn once and for all.
 *
 * @param {L.Map} map
 * @param {BaseDocument} base
 * @param {(url: string) => Promise<any>} fetched
 */
export function world(map, base, fetched) {
  const land = base.world;
  if (!land) return;
  const layer = base.layers.countries;
  const covered = layer && layer.features.length ? L.geoJSON(layer).getBounds() : null;
  const look = async () => {
    if (covered && covered.contains(map.getBounds())) return;
    map.off("moveend", look);
    try {
      draw(map, base, "areas" in land ? land : await fetched(land.url));
    } catch {
      map.on("moveend", look); // A map without it is a map; the next move asks again.
    }
  };
  map.on("moveend", look);
  void look();
}

/**
 * @param {L.Map} map
 * @param {BaseDocument} base
 * @param {World} land
 */
function draw(map, base, { areas, grid }) {
  // Below online tiles, which hide it where they are switched on.
  const pane = map.createPane("world");
  pane.style.zIndex = "190";
  pane.style.pointerEvents = "none";
  const shared = { renderer: L.svg({ pane: "world", padding: 0.5 }), interactive: false, fillOpacity: 1 };
  for (const rings of areas) {
    const outline = rings.map((flat) => points(flat, grid).map(([x, y]) => L.latLng(y, x)));
    L.polygon(outline, { ...shared, fillColor: LAND, color: LINE, weight: 0.7 }).addTo(map);
  }
  // Where the layers lie they alone are seen.
  const finer = base.layers.countries;
  const plain = { ...shared, fillColor: PAPER, stroke: false };
  if (finer) L.geoJSON(finer, { ...plain, style: plain }).addTo(map);
  map.getContainer().classList.add("marz-sea");
}

/**
 * Outlines of areas without the straight edges at which the layer was cut: no border is there.
 *
 * @param {BaseFeature[]} features
 * @param {Bbox | null} window
 * @returns {BaseFeature[]}
 */
export function outlines(features, window) {
  if (!window) return features;
  const [west, south, east, north] = window;
  /** @type {(a: GeoJSON.Position, b: GeoJSON.Position) => boolean} */
  const cut = (a, b) => [[0, west], [1, south], [0, east], [1, north]]
    .some(([axis, at]) => Math.abs(a[axis] - at) < NEAR && Math.abs(b[axis] - at) < NEAR);
  return features.map((feature) => {
    const { geometry } = feature;
    if (geometry.type !== "Polygon" && geometry.type !== "MultiPolygon") return feature;
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
    const coordinates = rings.flatMap((ring) => {
      const runs = [[ring[0]]];
      for (let i = 1; i < ring.length; i++) {
        if (cut(ring[i - 1], ring[i])) runs.push([ring[i]]);
        else runs[runs.length - 1].push(ring[i]);
      }
      return runs.filter((run) => run.length > 1);
    });
    return { ...feature, geometry: { type: "MultiLineString", coordinates } };
  });
}
