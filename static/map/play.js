/** Play of incidents: steps through time on the map, without the server. */
import { OPEN, roundedWords } from "../atlas/days.js";
import { playBox, sayPaused, sayPlaying, setMoment, setMoments } from "../atlas/play.js";
import { cluster } from "./clusters.js";
import { control } from "./control.js";
import { layout } from "./names.js";
import { shadeSites } from "./shading.js";

/** @import { Atlas, MarzMap, Member, Play, SiteMarker } from "../types" */

const PACE = 1000; // milliseconds a step

/** The day on which an incident is played: its first, or its last where the first is open. */
const moment = (/** @type {Member} */ m) => (m[4] > -OPEN ? m[4] : m[5]);

/**
 * Puts the box of Play on the map, or where the page has a place for it.
 *
 * @param {MarzMap} map
 * @param {Atlas} atlas
 */
export function preparePlay(map, atlas) {
  atlas.player?.remove();
  atlas.player = atlas.play = null;
  const members = atlas.symbols.flatMap((marker) => marker.marz.members);
  const days = [...new Set(members.map(moment))].sort((a, b) => a - b);
  if (days.length < 2) return;
  const show = (/** @type {number} */ index) => {
    setMoment(play, index);
    const day = days[index];
    const span = Math.min(...members.filter((m) => moment(m) === day).map((m) => m[5] - m[4]));
    play.label.textContent = `to ${roundedWords(day, span)}`;
    map.getContainer().dataset.frame = String(index);
    step(map, atlas, day);
    atlas.options.onStep?.(day);
  };
  const play = playBox({
    title: "Step through time on the map",
    slide: (index) => {
      pause(play);
      show(index);
    },
    toggle: () => {
      if (play.timer) return pause(play);
      sayPlaying(play);
      if (play.at >= days.length - 1) show(0);
      play.timer = window.setInterval(() => {
        if (play.at >= days.length - 1) return pause(play);
        show(play.at + 1);
      }, PACE);
    },
    close: () => endPlay(map, atlas, true),
  });
  setMoments(play, days);
  atlas.play = play;
  const { playBox: place } = atlas.options;
  place?.replaceChildren(play.box);
  atlas.player = place ? play.box : control(map, "bottomleft", play.box);
}

/** @param {Play} play */
function pause(play) {
  clearInterval(play.timer ?? undefined);
  play.timer = null;
  sayPaused(play);
}

/**
 * @param {MarzMap} map
 * @param {Atlas} atlas
 * @param {boolean} redraw
 */
export function endPlay(map, atlas, redraw) {
  if (!atlas.play) return;
  pause(atlas.play);
  atlas.play.box.classList.remove("marz-stepping");
  delete map.getContainer().dataset.frame;
  atlas.options.onStep?.(null);
  if (redraw) step(map, atlas, OPEN);
  for (const marker of atlas.symbols) delete marker.marz.visible;
}

/**
 * Shows what began by a day; what began on it stands out.
 *
 * @param {MarzMap} map
 * @param {Atlas} atlas
 * @param {number} day
 */
function step(map, atlas, day) {
  for (const { marz } of atlas.symbols) marz.visible = marz.members.filter((m) => moment(m) <= day);
  cluster(map, true);
  const isNow = (/** @type {SiteMarker} */ marker) => !!marker.marz.visible?.some((m) => moment(m) === day);
  for (const marker of atlas.symbols) marker.getElement()?.classList.toggle("marz-now", marker.marz.group.some(isNow));
  shadeSites(map, atlas);
  layout(map);
}
