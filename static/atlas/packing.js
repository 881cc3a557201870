/** Numbers that were packed small by the server or by the export. */

/**
 * Points of a line written as steps from one to the next.
 *
 * @param {number[]} flat
 * @param {number} grid steps of a degree
 * @returns {[number, number][]} longitude and latitude
 */
export function points(flat, grid) {
  /** @type {[number, number][]} */
  const found = [];
  let x = 0;
  let y = 0;
  for (let i = 0; i < flat.length; i += 2) {
    x += flat[i];
    y += flat[i + 1];
    found.push([x / grid, y / grid]);
  }
  return found;
}

/**
 * A base document with its coordinates written out, in place.
 *
 * @param {import("../types").BaseDocument} base
 */
export function unpackBase(base) {
  const grid = base.grid ?? 1;
  /** @type {(part: any[]) => any[]} */
  const walk = (part) => (Array.isArray(part[0]) ? part.map(walk) : points(part, grid));
  for (const { features } of Object.values(base.layers)) {
    for (const { geometry } of features) {
      if (geometry.type !== "Point") geometry.coordinates = /** @type {any} */ (walk(geometry.coordinates));
    }
  }
  return base;
}

/**
 * Numbers of four bytes: first the first bytes of all, then the second ones and so on.
 *
 * @param {string} text base64 of deflated bytes
 */
export async function inflate(text) {
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const count = bytes.length / 4;
  const found = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    found[i] = bytes[i] | (bytes[count + i] << 8) | (bytes[2 * count + i] << 16) | (bytes[3 * count + i] << 24);
  }
  return found;
}
