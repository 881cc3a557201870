import type { Filter, Incident, PackedOnsets, Query, Search, SiteLayer } from "../../static/types";

interface Case {
  pairs: [string, string][];
  filter: Filter;
  rows: number[];
  counts: number[][];
  places: string[];
  sentence: string;
  by: string;
  bins: [day: number, type: string, count: number][];
  spans: [row: number, start: number, end: number, type: string][];
  undated: number;
  vintage: number;
  layer: SiteLayer;
}

interface Place {
  k: number;
  count: number;
  low: number;
  high: number;
  mix: number[];
}

export interface Vectors {
  packages: {
    query: Query;
    records: Incident[];
    features: SiteLayer;
    today: number;
    extent: [number, number];
    cases: Case[];
  }[];
  fold: { letters: Record<string, string>; characters: [string, string][] };
  search: { search: Search; words: [word: string, forms: string[]][]; asked: [text: string, sought: string[][][]][] };
  annotations: [text: string, written: string | null][];
  days: [day: number, iso: string, words: string][];
  clusters: { near: number; sites: { n: number; count: number; point: boolean; x: number; y: number }[]; groups: number[][] }[];
  onsets: { types: number; packed: PackedOnsets; places: Place[]; cases: { from: number; to: number; certainly: boolean; expected: Place[] }[] };
}
