import assert from "node:assert/strict";
import test from "node:test";

import { dayOf, dayWords, firstOf, floor, isoDay, roundedWords } from "../../static/atlas/days.js";
import { vectors } from "./vectors.js";

test("days are counted and said as in Python", () => {
  for (const [day, iso, words] of vectors.days) {
    assert.equal(dayOf(iso), day);
    assert.equal(isoDay(day), iso);
    assert.equal(dayWords(day), words);
  }
});

test("what is no day is none", () => {
  for (const text of ["", "2021-02-29", "2021-13-01", "2021-1-1", "20210101", "x"]) assert.ok(Number.isNaN(dayOf(text)), text);
});

test("a month beyond its year is one of the next", () => {
  assert.equal(isoDay(firstOf(2021, 12)), "2022-01-01");
  assert.equal(isoDay(floor(dayOf("2021-12-31"), "month")), "2021-12-01");
  assert.equal(isoDay(floor(dayOf("2021-12-31"), "year")), "2021-01-01");
});

test("a day is said no more precisely than it is known", () => {
  const day = dayOf("2022-09-14");
  assert.deepEqual([0, 1, 31, 32].map((span) => roundedWords(day, span)),
    ["14 September 2022", "September 2022", "September 2022", "2022"]);
});
