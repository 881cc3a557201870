/**
 * Records, cells and areas of data sets on one canvas: two thousand symbols as elements of the
 * document would cost a second; on a canvas they cost a few milliseconds.
 */
import { element } from "../atlas/dom.js";
import { isNew, isShown } from "../atlas/period.js";
import { spreadCells } from "./declutter.js";
import { SET_COLORS, drawChosen, drawItem, drawOnset, drawTolls, forgetFont } from "./shapes.js";
import { GREY, canvasContext, pixelRatio } from "./style.js";

/** @import { Atlas, Box, Item, ItemCanvas, MarzMap, SetsShown } from "../types" */

const PAD = 0.2; // of the view, drawn around it
const MARGIN = 30; // pixels beyond the canvas at which a symbol may still reach into it
const NAMED_AROUND = 400; // symbols, the larger first, that names keep clear of

/**
 * Colour of a type in a set.
 *
 * @param {Atlas} atlas
 * @returns {(type: number, set: number) => string}
 */
function painter(atlas) {
  const { bySet } = /** @type {SetsShown} */ (atlas.shown);
  if (bySet) return (_, set) => SET_COLORS[set % SET_COLORS.length];
  return (type) => atlas.base?.types[type]?.color ?? GREY;
}

/**
 * The canvas of a map. Made when it is needed: Leaflet is there then.
 *
 * @param {MarzMap} map
 * @returns {ItemCanvas}
 */
export function itemCanvas(map) {
  const atlas = map._marz;
  const below = element("canvas", "leaflet-zoom-hide"); // cells and areas
  const middle = element("canvas", "leaflet-zoom-hide marz-cells"); // records
  const above = element("canvas", "leaflet-zoom-hide"); // what stands out in a step of Play
  const nodes = [below, middle, above];
  let [ratio, width, height] = [1, 0, 0];
  /** Everything near the view, and what of it is cells and areas. @type {Item[]} */
  let placed = [];
  /** @type {Item[]} */
  let counted = [];

  /** What something is drawn on: to clear an empty one costs as much. @type {Set<HTMLCanvasElement>} */
  const inked = new Set();

  /**
   * @param {HTMLCanvasElement} node
   * @param {boolean} used whether anything will be drawn on it
   */
  function cleared(node, used) {
    const context = canvasContext(node);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (inked.has(node)) context.clearRect(0, 0, width, height);
    inked[used ? "add" : "delete"](node);
    return context;
  }

  function place() {
    const size = map.getSize();
    const pad = size.multiplyBy(PAD).round();
    ratio = pixelRatio();
    [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
    for (const node of nodes) {
      if (node.width !== Math.round(width * ratio) || node.height !== Math.round(height * ratio)) {
        node.width = Math.round(width * ratio);
        node.height = Math.round(height * ratio);
        node.style.cssText += `;width:${width}px;height:${height}px;position:absolute;left:0;top:0`;
      }
      L.DomUtil.setPosition(node, map.containerPointToLayerPoint(pad.multiplyBy(-1)));
    }
    const scale = 2 ** map.getZoom();
    const corner = (map.getPixelBounds().min ?? L.point(0, 0)).subtract(pad);
    placed = atlas.cells.filter((item) => {
      item.px = item.x * scale - corner.x;
      item.py = item.y * scale - corner.y;
      return item.px > -MARGIN && item.py > -MARGIN && item.px < width + MARGIN && item.py < height + MARGIN;
    });
    counted = placed.filter((item) => item.k > 0);
    // Where they lie once all is counted, so that none moves while it grows.
    spreadCells(counted);
    atlas.pad = pad;
  }

  /** Cells and areas by what they count now. */
  function drawCounted() {
    const shown = counted.filter((item) => item.count);
    const context = cleared(below, shown.length > 0);
    forgetFont();
    const paint = painter(atlas);
    drawTolls(context, shown);
    for (const item of shown) drawItem(context, item, paint, ratio);
  }

  /**
   * What has just begun stands out.
   *
   * @param {Item[]} records
   */
  function highlight(records) {
    const context = cleared(above, atlas.period.until !== null);
    if (atlas.period.until === null) return;
    for (const item of records) if (isNew(item.start, item.end, atlas.period)) drawOnset(context, item, 1);
    const most = Math.max(1, ...counted.map((item) => item.added));
    for (const item of counted) if (item.added) drawOnset(context, item, Math.log1p(item.added) / Math.log1p(most));
  }

  class Canvas extends L.Layer {
    onAdd() {
      middle.setAttribute("role", "img");
      const pane = map.createPane("cells");
      pane.style.zIndex = "620";
      pane.style.pointerEvents = "none";
      pane.append(...nodes);
      map.on("moveend zoomend viewreset resize", this.draw, this);
      return this;
    }

    draw() {
      place();
      this.show();
    }

    /** Everything that the period shows. */
    show() {
      const { period } = atlas;
      atlas.seen = placed.filter((item) => (item.k ? item.count > 0 : isShown(item.start, item.end, period)));
      drawCounted();
      const records = atlas.seen.filter((item) => !item.k);
      const context = cleared(middle, records.length > 0);
      const paint = painter(atlas);
      for (const item of records) drawItem(context, item, paint, ratio);
      highlight(records);
      const { sel } = /** @type {SetsShown} */ (atlas.shown);
      const one = sel && records.find((item) => item.s === sel[0] && item.k === sel[1] && item.i === sel[2]);
      if (one) drawChosen(context, one);
      middle.setAttribute("aria-label", `${atlas.seen.length} symbols in view, which the table below the map lists`);
    }

    /**
     * What the larger symbols cover, for names to keep clear of.
     *
     * @returns {Box[]}
     */
    boxes() {
      const corner = map.containerPointToLayerPoint([0, 0]);
      const largest = [...atlas.seen].sort((a, b) => Number(b.k > 0) - Number(a.k > 0)).slice(0, NAMED_AROUND);
      return largest.map(({ px, py, r }) => {
        const [x, y] = [px - atlas.pad.x + corner.x, py - atlas.pad.y + corner.y];
        return [x - r, y - r, x + r, y + r];
      });
    }
  }

  return new Canvas();
}
