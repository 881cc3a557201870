import assert from "node:assert/strict";
import test from "node:test";

import { sentence } from "../../static/atlas/describe.js";
import { rangeOf, timelineData } from "../../static/atlas/counts.js";
import { countShown, periodOf } from "../../static/atlas/period.js";
import { collection as collectionOf } from "../../static/atlas/select.js";
import { fold, forms, reader } from "../../static/atlas/words.js";
import { vectors } from "./vectors.js";

for (const [position, { cases, extent, ...embedded }] of vectors.packages.entries()) {
  const collection = collectionOf(embedded);

  test(`package ${position}: first and last day`, () => {
    assert.deepEqual(collection.extent, extent);
  });

  for (const one of cases) {
    const asked = new URLSearchParams(one.pairs).toString() || "everything";

    test(`package ${position}, ${asked}: rows`, () => {
      assert.deepEqual(collection.select(one.filter), one.rows);
    });

    test(`package ${position}, ${asked}: counts of every option`, () => {
      assert.deepEqual(collection.counts(one.filter), one.counts);
    });

    test(`package ${position}, ${asked}: the places that it asks for`, () => {
      assert.deepEqual(collection.placesAsked(one.filter), one.places);
    });

    test(`package ${position}, ${asked}: the sentence`, () => {
      assert.equal(sentence(collection, one.filter, one.rows), one.sentence);
    });

    test(`package ${position}, ${asked}: the timeline by ${one.by}`, () => {
      assert.equal(collection.axis(one.filter).by, one.by);
      const { bins, spans, undated } = collection.binned(one.rows, one.by);
      const found = [...bins].flatMap(([day, types]) => Object.entries(types).map(([type, count]) => [day, type, count]));
      assert.deepEqual(new Set(found.map(String)), new Set(one.bins.map(String)));
      assert.deepEqual(spans.map(({ row, start, end, type }) => [row, start, end, type]), one.spans);
      assert.equal(undated, one.undated);
    });

    test(`package ${position}, ${asked}: what its dates show of what they leave out of account`, () => {
      const { days, total } = timelineData(collection, one.filter, []);
      assert.equal(days.length, 3 * total);
      assert.equal(countShown(days, periodOf(rangeOf(one.filter))), one.rows.length);
    });

    test(`package ${position}, ${asked}: the map's layer and the vintage of its borders`, () => {
      assert.deepEqual(collection.layer(one.rows), one.layer);
      assert.equal(collection.vintage(one.rows), one.vintage);
    });
  }
}

test("characters are folded alike", () => {
  const { letters, characters } = vectors.fold;
  assert.deepEqual(characters.filter(([character, folded]) => fold(`a${character}b`, letters) !== folded), []);
});

test("what is searched for is read alike", () => {
  const { search, words, asked } = vectors.search;
  for (const [word, expected] of words) assert.deepEqual(forms(word), expected, word);
  const { soughtIn } = reader(search);
  for (const [text, sought] of asked) assert.deepEqual(soughtIn(text), sought, text);
});
