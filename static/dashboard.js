/**
 * The map of the dashboard, inside streamlit-folium's frame. The scripts that folium writes there
 * know `window.marz` and nothing else of ours. Text from data arrives in the base document only
 * and is shown through textContent.
 */
import { annotate } from "./map/annotations.js";
import { latestMap, seenView, start } from "./map/basemap.js";
import { cell, cellFeature, commitCells, showItems, takeSteps } from "./map/datasets.js";
import { commit, showPeriod, symbol } from "./map/incidents.js";
import { followTheme } from "./map/theme.js";

/** @type {import("./types").FrameApi["show"]} */
const show = (period, turn) => {
  const map = latestMap();
  if (map) (map._marz.canvas ? showItems : showPeriod)(map, period, turn);
};
/** @type {import("./types").FrameApi["steps"]} */
const steps = (packed) => {
  const map = latestMap();
  if (map) void takeSteps(map, packed);
  return map !== null;
};
/** @type {import("./types").FrameApi["annotate"]} */
const annotateMap = (texts, change) => {
  const map = latestMap();
  if (map) annotate(map, texts, change);
  return map !== null;
};
window.marz = { start, seen: seenView, show, steps, annotate: annotateMap, symbol, commit, cell, cellFeature, commitCells };
followTheme();
