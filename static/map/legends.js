/** What the legend of the map says: of incidents, and of data sets. */
import { dayOf, dayWords } from "../atlas/days.js";
import { legend } from "../atlas/legend.js";
import { control, settle } from "./control.js";
import { drawCell, drawTag, fillShape, picture, strokeShape, SET_COLORS } from "./shapes.js";
import { featuresOf, isPoint } from "./sites.js";
import { GREY, INK } from "./style.js";
import { pictures } from "./symbols.js";
import { inForce } from "./vintage.js";

/** @import { Atlas, Item, SetsShown } from "../types" */

/** @type {L.ControlPosition} */
export const LEGEND = "topright";

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {[Element, string][]} rows
 */
function showLegend(map, atlas, rows) {
  const untranslated = atlas.base?.untranslated[atlas.shown.lang];
  if (untranslated) rows.push([pictures.untranslated(), untranslated]);
  const details = atlas.legend?.getContainer()?.querySelector("details");
  const box = legend(rows, !!details?.open);
  L.DomEvent.disableScrollPropagation(box);
  const position = atlas.legend?.options.position ?? LEGEND;
  atlas.legend?.remove();
  atlas.legend = control(map, position, box);
  if (!atlas.touched) settle(map, atlas, atlas.legend, LEGEND);
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 */
export function showIncidentLegend(map, atlas) {
  const members = atlas.symbols.flatMap((marker) => marker.marz.members);
  /** @type {[Element, string][]} */
  const rows = [];
  atlas.base?.types.forEach(({ name, color }, type) => {
    if (members.some((m) => m[1] === type)) rows.push([pictures.type(color), name]);
  });
  if (members.some((m) => !m[2])) rows.push([pictures.hollow(), "Hollow: not confirmed"]);
  if (members.some((m) => m[3] > 0)) rows.push([pictures.deaths(), "Ring: deaths"]);
  if (atlas.symbols.some((marker) => isPoint(atlas, marker) && marker.marz.members.length > 1)) {
    rows.push([pictures.several(), "Number: incidents at or near"]);
  }
  if (atlas.symbols.some((marker) => !isPoint(atlas, marker))) rows.push([pictures.tag(), "Somewhere on a line or area"]);
  rows.push([pictures.border(), "Border at the time"]);
  const other = featuresOf(atlas, "borders").find((feature) => !inForce(feature, atlas.drawnDay));
  if (other) {
    const { valid_from: from, valid_to: to } = other.properties;
    const said = (/** @type {string} */ day) => dayWords(dayOf(day));
    const words = from && from > atlas.drawnDay ? `Line from ${said(from)} on`
      : to ? `Line until ${said(to)}` : "Other border version";
    rows.push([pictures.vintage(), words]);
  }
  showLegend(map, atlas, rows);
}

/**
 * @param {L.Map} map
 * @param {Atlas} atlas
 * @param {SetsShown} shown
 */
export function showSetsLegend(map, atlas, { sets, bySet }) {
  const types = atlas.base?.types || [];
  const has = (/** @type {(item: Item) => boolean} */ test) => atlas.sent.some(test);
  const hasType = (/** @type {number} */ type) => has((item) =>
    item.k === 0 ? item.type === type : item.mix.some((value, at) => !(at % 2) && value === type));
  const color = (/** @type {string} */ name) => picture((context) => fillShape(context, 0, 6, name, 11, 9));
  /** @type {[Element, string][]} */
  const rows = [];
  if (bySet || sets.length > 1) {
    sets.forEach((_, set) => rows.push([picture((context) => {
      if (bySet) fillShape(context, set, 6, SET_COLORS[set % SET_COLORS.length], 11, 9);
      else strokeShape(context, set, 6, INK, 1.5, 11, 9);
    }), `Data set ${set + 1}`]));
  }
  if (!bySet) {
    types.forEach((type, position) => { if (hasType(position)) rows.push([color(type.color), type.name]); });
    if (hasType(types.length)) rows.push([color(GREY), "Other type"]);
  }
  const example = { s: 0, count: 3, mix: [0, 3], low: -1, high: -1, px: 11, py: 9 };
  const grey = () => GREY;
  if (has((item) => item.k === 0 && !item.established)) {
    rows.push([picture((context) => strokeShape(context, 0, 5, GREY, 2, 11, 9)), "Hollow: not confirmed"]);
  }
  if (has((item) => item.high > 0)) {
    rows.push([picture((context) => {
      fillShape(context, 0, 4, GREY, 11, 9);
      strokeShape(context, 0, 7, INK, 1.1, 11, 9);
    }), "Ring: deaths, as a range"]);
  }
  if (has((item) => item.k === 1)) {
    rows.push([picture((context, ratio) => drawCell(context, { ...example, k: 1, r: 7.5 }, grey, ratio)), "Number: incidents in a cell"]);
  }
  if (has((item) => item.k === 2)) {
    rows.push([picture((context, ratio) => drawTag(context, { ...example, k: 2, r: 7 }, grey, ratio)), "Somewhere on a line or area"]);
  }
  showLegend(map, atlas, rows);
}
