/** Everything known of the record that is open, and the sources of those shown. */
import { add, button, element, link } from "./dom.js";

/** @import { Card, Embedded, Incident } from "../types" */
/** @import { Collection } from "./select.js" */
/** @typedef {Pick<Embedded, "about" | "sources">} Origin what stands behind the records */

/**
 * What the list shows of a record, as the dashboard's server says it.
 *
 * @param {Incident} record
 * @param {Record<string, string>} colors of the types by name
 * @returns {Card}
 */
export function card(record, colors) {
  const toll = record.deaths === "not reported" ? "" : `${record.deaths} dead`;
  const extra = [record.established ? "" : record.status, toll].filter(Boolean).join(" · ");
  return {
    id: record.id, date: record.short, title: record.title, where: record.where, kind: record.type,
    color: colors[record.type] || "currentColor", filled: Boolean(record.established), extra,
  };
}

/**
 * Term and description; what is blank is left out.
 *
 * @param {Element} parent
 * @param {[string, string | Element[] | undefined][]} pairs
 */
function terms(parent, pairs) {
  const dl = add(parent, "dl");
  for (const [term, content] of pairs) {
    if (!content || content.length === 0) continue;
    add(dl, "dt", term);
    const dd = add(dl, "dd", typeof content === "string" ? content : "");
    dd.dir = "auto";
    if (typeof content !== "string") dd.append(...content);
  }
}

/**
 * @param {Element} parent
 * @param {[id: string, paragraphs: string]} source
 * @param {Origin} origin
 */
function cite(parent, [id, paragraphs], { sources }) {
  const [line, url] = sources[id];
  link(parent, url, line);
  add(parent, "span", paragraphs ? ` (${paragraphs})` : "");
}

/**
 * @param {HTMLElement} box
 * @param {Incident} record
 * @param {Origin} origin
 */
function claims(box, record, origin) {
  if (!record.claims) return;
  add(box, "h3", "Who says what");
  const grid = add(box, "div", "", "claims");
  for (const claim of record.claims) {
    const one = add(grid, "div");
    const line = add(one, "p");
    add(line, "strong", claim.claimant);
    add(line, "span", ` · ${claim.stance_words}`, "soft");
    add(one, "p", claim.statement).dir = "auto";
    if (claim.deaths !== undefined) add(one, "p", `Deaths by this account: ${claim.deaths}`);
    if (claim.when) add(one, "p", `Said: ${claim.when}`, "soft");
    cite(add(one, "p", "", "soft"), claim.source, origin);
  }
}

/**
 * A button that opens another record of the page.
 *
 * @param {Incident} record
 * @param {(id: string) => void} open
 */
function other(record, open) {
  const box = element("span", "other");
  button(box, record.title, () => open(record.id), "link").dir = "auto";
  add(box, "span", ` ${record.short}`, "soft");
  return box;
}

/**
 * @param {Incident} record
 * @param {Origin} origin
 */
function citation(record, { about, sources }) {
  const cited = (record.sources || []).map(([id, paragraphs]) =>
    sources[id][0] + (paragraphs ? ` (${paragraphs})` : "")).join("; ");
  return `${record.title}, ${record.when}. ${about.title}, record ${record.id}, ` +
    `data version ${about.data_version}. After: ${cited}.`;
}

/**
 * Shows one record; none where the id is empty.
 *
 * @param {HTMLElement} box
 * @param {Collection} collection
 * @param {Origin} origin
 * @param {string} id
 * @param {object} how
 * @param {boolean} how.hidden whether the filters hide it
 * @param {(id: string) => void} how.open takes the id of another record
 * @param {() => void} how.close
 * @param {(id: string) => void} how.star
 * @param {boolean} how.starred
 */
export function showRecord(box, { records, rowOf, facets }, origin, id, { hidden, open, close, star, starred }) {
  box.replaceChildren();
  box.classList.toggle("empty", !id);
  const record = records[rowOf.get(id) ?? -1];
  if (!record) {
    add(box, "p", "Select an incident to read who says what.", "soft");
    return;
  }
  const said = (/** @type {string} */ facet, /** @type {string} */ value) =>
    facets.find((one) => one.name === facet)?.options.find((option) => option[0] === value)?.[1] || value;
  button(box, "Close", close, "close");
  const mark = button(box, starred ? "★ Starred" : "☆ Star", () => {
    star(id);
    /** @type {HTMLElement | null} */ (box.querySelector(".mark"))?.focus(); // the record is drawn anew
  }, "mark");
  mark.setAttribute("aria-pressed", String(starred));
  const heading = add(box, "h2", record.title);
  heading.dir = "auto";
  heading.tabIndex = -1;
  if (hidden) add(box, "p", "This incident does not match the filters; it is shown because it is selected.", "soft");
  if (record.summary) add(box, "p", record.summary).dir = "auto";
  const whole = record.part_of && rowOf.get(record.part_of);
  terms(box, [
    ["When", record.when],
    ["Where", [record.where, record.place_note].filter(Boolean).join(". ")],
    ["Type", [record.type, record.sub_event_type].filter(Boolean).join(" · ")],
    ["Status", record.status],
    ["Countries", (record.countries || []).join(", ")],
    ["Actors", (record.actors || []).join("; ")],
    ["Deaths", record.deaths],
    ["Injured", record.injuries],
    ["Part of", typeof whole === "number" ? [other(records[whole], open)] : record.part_of],
    ["Parts of this event", records.filter((part) => part.part_of === id).map((part) => other(part, open))],
    ["Tags", (record.tags || []).map((tag) => said("tag", tag)).join(", ")],
    ["Collection", said("collection", record.collection)],
    ["Checked", record.audited ? "A second reader has compared this record with its source." : ""],
    ["Note", record.note],
  ]);
  claims(box, record, origin);
  add(box, "h3", "Sources");
  const ul = add(box, "ul");
  for (const source of record.sources || []) cite(add(ul, "li"), source, origin);
  add(box, "h3", "Cite as");
  add(box, "p", citation(record, origin), "soft");
}

/**
 * Sources of the rows shown, each once.
 *
 * @param {Incident[]} records
 * @param {Origin} origin
 * @param {number[]} rows
 */
export function bibliography(records, origin, rows) {
  const ids = new Set(rows.flatMap((row) =>
    [...(records[row].sources || []), ...(records[row].claims || []).map((claim) => claim.source)].map(([id]) => id)));
  const ul = element("ul");
  for (const id of [...ids].sort()) cite(add(ul, "li"), [id, ""], origin);
  return ul;
}
