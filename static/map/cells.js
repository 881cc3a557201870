/**
 * Records, cells and areas of data sets on one canvas: two thousand symbols as elements of the
 * document would cost a second; on a canvas they cost a few milliseconds.
 */
import { element } from "../atlas/dom.js";
import { isNew, isShown } from "../atlas/period.js";
import { spreadCells } from "./declutter.js";
import { SET_COLORS, drawChosen, drawItem, drawOnset, drawTolls } from "./shapes.js";
import { GREY, canvasContext, pixelRatio } from "./style.js";

/** @import { Atlas, Box, Item, ItemCanvas, MarzMap, SetsShown } from "../types" */
/** @typedef {{ view: string, placed: Item[], inView: Item[], at: Float64Array }} Placement */

const PAD = 0.2; // of the view, drawn around it
const MARGIN = 36; // pixels beyond the canvas, or the view, from which the largest symbol with its toll still reaches into it
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
  // One for all: each canvas that changes is copied whole at every frame.
  const node = element("canvas", "leaflet-zoom-hide");
  const context = canvasContext(node);
  let [ratio, width, height] = [1, 0, 0];
  /** Everything near the view, and what of it reaches into the view. @type {Item[]} */
  let placed = [];
  /** @type {Item[]} */
  let inView = [];
  /** Whether the map itself is moved: what lies around the view comes into it. */
  let isMoving = false;
  /** Whether no more is drawn than what lies in view. */
  let isClipped = false;
  /** Where the items of a list lie in a view, for the next time that it is shown there. @type {WeakMap<Item[], Placement>} */
  const placements = new WeakMap();

  function fit() {
    const size = map.getSize();
    const pad = size.multiplyBy(PAD).round();
    ratio = pixelRatio();
    [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
    if (node.width !== Math.round(width * ratio) || node.height !== Math.round(height * ratio)) {
      node.width = Math.round(width * ratio);
      node.height = Math.round(height * ratio);
      node.style.cssText += `;width:${width}px;height:${height}px;position:absolute;left:0;top:0`;
    }
    L.DomUtil.setPosition(node, map.containerPointToLayerPoint(pad.multiplyBy(-1)));
    atlas.pad = pad;
  }

  /** @param {Item[]} items */
  function place(items) {
    const scale = 2 ** map.getZoom();
    const corner = (map.getPixelBounds().min ?? L.point(0, 0)).subtract(atlas.pad);
    const view = [scale, corner.x, corner.y, width, height].join();
    const known = placements.get(items);
    if (known?.view === view) {
      ({ placed, inView } = known);
      placed.forEach((item, n) => { [item.px, item.py] = [known.at[2 * n], known.at[2 * n + 1]]; });
      return;
    }
    for (const item of items) [item.px, item.py] = [item.x * scale - corner.x, item.y * scale - corner.y];
    /** @type {(item: Item, x: number, y: number) => boolean} */
    const reaches = ({ px, py }, x, y) => px > x - MARGIN && py > y - MARGIN && px < width - x + MARGIN && py < height - y + MARGIN;
    placed = items.filter((item) => reaches(item, 0, 0));
    // Cells and areas lie where they do once all is counted, so that none moves while it grows.
    spreadCells(placed.filter((item) => item.k > 0));
    inView = placed.filter((item) => reaches(item, atlas.pad.x, atlas.pad.y));
    placements.set(items, { view, placed, inView, at: Float64Array.from(placed.flatMap(({ px, py }) => [px, py])) });
  }

  /**
   * What has just begun in a step of Play stands out.
   *
   * @param {Item[]} cells
   * @param {Item[]} records
   */
  function highlight(cells, records) {
    for (const item of records) if (isNew(item.start, item.end, atlas.period)) drawOnset(context, item, 1);
    const most = Math.max(1, ...cells.map((item) => item.added));
    for (const item of cells) if (item.added) drawOnset(context, item, Math.log1p(item.added) / Math.log1p(most));
  }

  class Canvas extends L.Layer {
    onAdd() {
      node.setAttribute("role", "img");
      const pane = map.createPane("cells");
      pane.style.zIndex = "620";
      pane.style.pointerEvents = "none";
      pane.append(node);
      map.on("movestart", this.widen, this);
      map.on("moveend zoomend viewreset resize", this.draw, this);
      return this;
    }

    widen() {
      isMoving = true;
      if (isClipped) this.show();
    }

    draw() {
      isMoving = false;
      fit();
      place(atlas.cells);
      this.show(placed);
    }

    /**
     * Finds where items will lie that may be shown next.
     *
     * @param {Item[]} items
     */
    prepare(items) {
      place(items);
      place(atlas.cells);
    }

    /**
     * What the period shows: rings of tolls below all, then cells and areas, then records.
     *
     * @param {Item[]} [items] those in the view, while dates are moved: all the rest is out of sight
     */
    show(items = isMoving ? placed : inView) {
      const { period } = atlas;
      const isSeen = (/** @type {Item} */ item) => (item.k ? item.count > 0 : isShown(item.start, item.end, period));
      isClipped = items === inView;
      atlas.seen = items.filter(isSeen);
      const cells = atlas.seen.filter((item) => item.k);
      const records = atlas.seen.filter((item) => !item.k);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const paint = painter(atlas);
      drawTolls(context, cells, ratio);
      for (const item of [...cells, ...records]) drawItem(context, item, paint, ratio);
      if (period.until !== null) highlight(cells, records);
      const { sel } = /** @type {SetsShown} */ (atlas.shown);
      const one = sel && records.find((item) => item.s === sel[0] && item.k === sel[1] && item.i === sel[2]);
      if (one) drawChosen(context, one);
      const many = isClipped ? atlas.seen.length : inView.filter(isSeen).length;
      node.setAttribute("aria-label", `${many} symbols in view, which the table below the map lists`);
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
