import assert from "node:assert/strict";
import test from "node:test";

import { annotationOf, annotationText, numbered } from "../../static/atlas/annotations.js";
import { vectors } from "./vectors.js";

test("annotations are read and written as in Python", () => {
  for (const [text, written] of vectors.annotations) {
    const one = annotationOf(text);
    assert.equal(one && annotationText(one), written, text);
  }
});

test("callouts alone are numbered", () => {
  const all = vectors.annotations.map(([text]) => annotationOf(text)).filter((one) => one !== null);
  const numbers = numbered(all).filter(({ number }) => number).map(({ number }) => number);
  assert.deepEqual(numbers, numbers.map((_, at) => at + 1));
  assert.ok(numbers.length > 1 && numbers.length < all.length);
});
