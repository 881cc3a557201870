/**
 * What the Python twins answer. tests/test_javascript.py asks them, writes their answers to a
 * file, and runs these tests.
 */
import { readFileSync } from "node:fs";

const path = process.env.MARZ_VECTORS;
if (!path) throw new Error("These tests need what Python answers: run `pytest tests/test_javascript.py`.");

/** @type {import("./types").Vectors} */
export const vectors = JSON.parse(readFileSync(path, "utf-8"));
