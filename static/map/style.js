/** Ink and letters of the map. */

export const INK = "#1f2328";
export const HAZE = "#ffffff55"; // within a ring of deaths; marz.css has another for the dark
export const GREY = "#77736a"; // a type that the vocabulary does not have, and examples in a legend
export const FONT = '"Noto Sans", "Noto Sans Arabic", system-ui, sans-serif';

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/**
 * Width of a text in pixels.
 *
 * @param {string} text
 * @param {{ size: number, weight: number, italic?: boolean, spacing?: number }} style
 */
export function textWidth(text, style) {
  ruler ??= canvasContext(document.createElement("canvas"));
  ruler.font = `${style.italic ? "italic " : ""}${style.weight} ${style.size}px ${FONT}`;
  return ruler.measureText(text).width + (style.spacing || 0) * text.length;
}

/**
 * @template {HTMLCanvasElement | OffscreenCanvas} Canvas
 * @param {Canvas} canvas
 * @returns {Canvas extends HTMLCanvasElement ? CanvasRenderingContext2D : OffscreenCanvasRenderingContext2D}
 */
export function canvasContext(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws on no canvas");
  return /** @type {any} */ (context);
}

/** Pixels of the screen to one of the page; more than two are not seen. */
export const pixelRatio = () => Math.min(2, window.devicePixelRatio || 1);
