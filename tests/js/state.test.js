import assert from "node:assert/strict";
import test from "node:test";

import { effective, isFiltered, isReversed, pairsOf, parse } from "../../static/atlas/state.js";
import { vectors } from "./vectors.js";

const [{ query: { facets, space: { places } }, records, cases }] = vectors.packages;
const rowOf = new Map(records.map((record) => [record.id, record.row]));
const read = (/** @type {string} */ text) => parse(text, facets, rowOf, places);

for (const { pairs, filter } of cases) {
  test(`${new URLSearchParams(pairs)} is read and written as in Python`, () => {
    const state = parse(pairs, facets, rowOf, places);
    assert.deepEqual(state.filter, filter);
    assert.deepEqual(state.wrong, []);
    assert.deepEqual(pairsOf(state, facets), pairs);
    assert.equal(isFiltered(filter, facets), pairs.length > 0);
  });
}

test("what makes no sense is left out and told", () => {
  const [facet] = facets;
  const { filter, id, at, wrong } = read(`from=2021-02-29&match=maybe&near=nowhere,5&within=9&${facet.name}=nothing&id=none&at=north`);
  assert.deepEqual([filter.from, filter.match, filter.chosen[facet.name], id, at], ["", "possibly", [], "", null]);
  assert.deepEqual(wrong, ["from=2021-02-29", "match=maybe", "near=nowhere,5", "within=9", `${facet.name}=nothing`, "id=none", "at=north"]);
});

test("an open record and the view of the map are kept", () => {
  const { id } = records[0];
  const state = read(`id=${id}&at=39.5,70.25,7.5`);
  assert.deepEqual([state.id, state.at], [id, [39.5, 70.25, 7.5]]);
  assert.deepEqual(pairsOf(state, facets), [["id", id], ["at", "39.5,70.25,7.5"]]);
});

test("an option that is said twice is chosen once", () => {
  const [facet] = facets;
  const [[value]] = facet.options;
  assert.deepEqual(read(`${facet.name}=${value}&${facet.name}=${value}`).filter.chosen[facet.name], [value]);
});

test("a range that ends before it starts asks for nothing", () => {
  const { filter } = read("from=2022-02-01&to=2022-01-01&q=drone");
  assert.ok(isReversed(filter));
  assert.deepEqual([effective(filter).from, effective(filter).to, effective(filter).text], ["", "", "drone"]);
});
