/** Shapes that several modules share. For the type checker alone: nothing of this reaches a browser. */
import type * as Leaflet from "leaflet";

/** West, south, east, north in degrees (EPSG:4326). */
export type Bbox = [west: number, south: number, east: number, north: number];
/** Latitude, longitude, zoom. */
export type ViewAt = [latitude: number, longitude: number, zoom: number];
/** Left, top, right, bottom in pixels. */
export type Box = [number, number, number, number];

/** Days from which to which incidents are shown, both included; null where it is open. */
export interface DateRange {
  from: number | null;
  to: number | null;
  /** Whether an incident must lie wholly within it; else it is enough that it may. */
  certainly: boolean;
}

/** A range, the day that Play has reached in it (null: it does not play), and since when what began stands out. */
export interface Period extends DateRange {
  until: number | null;
  since: number | null;
}

/** What the timeline draws. */
export interface TimelineData {
  /** First and last day that any incident names. */
  extent: [number, number];
  /** What the axis reaches over, and the width of its bins: year, month or day. */
  axis: { first: number; last: number; by: string };
  kinds: { name: string; color: string }[];
  /** What the kinds are: type or data set. */
  stacked: string;
  bins: [start: number, kind: number, count: number][];
  spans: [start: number, end: number, kind: number, title?: string][];
  /** Incidents with a date that are neither in the bins nor among the spans, and those without any. */
  beside: number;
  undated: number;
  /** Of the incidents that the axis reaches, whatever the dates: first day, last day, how many. */
  days: number[];
  /** Incidents that the other filters leave. */
  total: number;
  range: DateRange;
}

/** An incident in numbers: row, type, whether established, most deaths (-1: none told), first and last day. */
export type Member = [row: number, type: number, established: number, deaths: number, start: number, end: number];

type Geometry =
  | GeoJSON.Point
  | GeoJSON.MultiPoint
  | GeoJSON.LineString
  | GeoJSON.MultiLineString
  | GeoJSON.Polygon
  | GeoJSON.MultiPolygon;

/** What a feature of the base map says; `n` is the number of its site, `at` where to name it. */
export interface BaseProperties {
  name?: string;
  place_id?: string;
  n?: number;
  at?: [number, number];
  country?: string;
  rank?: number;
  /** Whether the package wants it named before all else. */
  first?: boolean;
  valid_from?: string;
  valid_to?: string;
  [translation: `name_${string}`]: string | undefined;
}

export interface BaseFeature extends GeoJSON.Feature<Geometry, BaseProperties> {
  /** Name of the layer that it is of; set when the document is drawn. */
  layer?: string;
}

export interface World {
  /** Outlines: for each area its rings, as steps from point to point. */
  areas: number[][][];
  grid: number;
}

/** As `document` in the Python module of the base map makes it. */
export interface BaseDocument {
  layers: Record<string, { type: "FeatureCollection"; features: BaseFeature[] }>;
  types: { name: string; color: string }[];
  relief: { url: string; bounds: [[number, number], [number, number]] } | null;
  world: World | { url: string } | null;
  window: Bbox | null;
  /** What the mark after an English name means on a map in a language that lacks some. */
  untranslated: Record<string, string>;
  attribution: string[];
  /** Steps of a degree, where coordinates are packed. */
  grid?: number;
}

/** What a map shows besides the places; numbers only. */
export interface Shown {
  /** Row of the open incident (-1: none), or set, kind and position of an open place. */
  sel: number | [number, number, number] | null;
  vintage?: number;
  lang: string;
  seek?: boolean;
  /** Sites that are named before all others, because they are searched for. */
  named?: number[];
  tiles?: boolean;
  /** Number of the change. */
  seq?: number;
  /** Dates that are set, and how often the reader had set them on the timeline by then. */
  range?: DateRange;
  turn?: number;
}

/** The same for data sets. */
export interface SetsShown extends Shown {
  sel: [number, number, number] | null;
  seq: number;
  sets: number[];
  bySet: boolean;
  fit: [number, number, number, number, number] | null;
}

export interface MapOptions {
  base?: BaseDocument;
  baseUrl?: string;
  bounds: [[number, number], [number, number]];
  view: ViewAt | null;
  fit?: [[number, number], [number, number]] | null;
  onPick?: ((row: number, where: number | number[]) => void) | null;
  onView?: ((view: ViewAt, size: [number, number]) => void) | null;
}

/** A site of the incident layer. */
export interface Site {
  n: number;
  at: Leaflet.LatLng;
  members: Member[];
  /** Those that the period shows. */
  visible?: Member[];
  /** Markers that this one stands for, itself first; none where another stands for it. */
  group: SiteMarker[];
  /** Pixels by which its symbol gave way to others. */
  push: [number, number];
  /** What is drawn, to draw nothing twice. */
  drawn?: string;
  /** Radius in pixels. */
  r?: number;
}

/** Draws a shape by the attributes of SVG, or a text. */
export type Pen = (
  tag: "circle" | "rect" | "path" | "text",
  attributes: Record<string, string | number>,
  text?: string,
) => void;

export interface SiteMarker extends Leaflet.Marker {
  marz: Site;
}

/** A record, a cell or an area of a data set on the map. */
export interface Item {
  /** Number of the set. */
  s: number;
  /** 0 a record, 1 a cell, 2 an area or a line. */
  k: number;
  /** Position among those of its set and kind. */
  i: number;
  /** Position among all. */
  n: number;
  /** Pixels of zoom 0. */
  x: number;
  y: number;
  /** Pixels of the canvas, and where it would stand without neighbours. */
  px: number;
  py: number;
  hx: number;
  hy: number;
  r: number;
  count: number;
  /** Least and most deaths; most -1 where none is told. */
  low: number;
  high: number;
  /** Of cells and areas: type, count, type, count … */
  mix: number[];
  /** Of records alone. */
  type: number;
  established: number;
  /** First and last possible day. */
  start: number;
  end: number;
  /** Of areas whose records are at hand: type, least and most deaths, first and last day of each. */
  members: number[] | null;
  /** What has just begun in it. */
  added: number;
  /** Radius when all is counted. */
  full: number;
}

/** Cells and areas by steps of time as the server sends them. */
export interface PackedOnsets {
  /** Last day of each step. */
  ends: number[];
  /** Keys, lengths and values: base64 of deflated bytes. */
  data: string;
}

/** The same with the places that they are of, and a name of this content. */
export interface PackedSteps extends PackedOnsets {
  features: GeoJSON.Feature<GeoJSON.MultiPoint>[];
  key: string;
}

export interface Onsets {
  /** Last days of the steps. */
  ends: number[];
  /** Of each slot (place × channels + channel) its first entry in `step`, and the end of the last slot. */
  first: number[];
  /** The step that an entry begins and ends in, and how many there are up to it, of all slots. */
  step: Uint16Array;
  sum: Float64Array;
  /** What takes several steps. */
  spans: { slot: number; start: number; end: number; value: number }[];
  /** Types, and one more for all others. */
  kinds: number;
}

/** The canvas of the data sets. */
export interface ItemCanvas extends Leaflet.Layer {
  draw(): void;
  show(): void;
  prepare(items: Item[]): void;
  boxes(): Box[];
}

/** Everything that belongs to one map. */
export interface Atlas {
  options: MapOptions;
  shown: Shown;
  commits: number;
  /** What of time is shown, and the number of the change that it is or may become. */
  period: Period;
  turn: number;
  /** The canvas that stands for the symbols' elements while the period is moved, and its inks. */
  motion: { ratio: number; corner: Leaflet.Point; ink: string; haze: string } | null;
  /** Timer of what waits until the period comes to rest. */
  still: number;
  ready: Promise<void>;
  grounded: Promise<void>;
  /** Whether the reader has moved the map, or Marz has, to bring something into view. */
  touched: boolean;
  sought: boolean;
  base: BaseDocument | null;
  /** Features of the base map by the number of their site. */
  features: Map<number, BaseFeature>;
  relief: Leaflet.ImageOverlay | null;
  tiles: Leaflet.TileLayer | null;
  /** Day whose border lines are drawn strong, which lines these are, and every line as drawn so far. */
  drawnDay: string;
  drawnVintage: string;
  vintages: Map<BaseFeature, Map<boolean, Leaflet.GeoJSON[]>>;
  renderers: Record<string, Leaflet.Renderer>;
  /** Lines and areas that incidents hang on, and whether each is shown. */
  shading: Map<string, { layer: Leaflet.GeoJSON; on: boolean }>;
  symbols: SiteMarker[];
  /** Number of the site that Tab stops at. */
  stop: number | null;
  /** Every marker ever made, by the number of its site. */
  kept: Map<number, SiteMarker>;
  /** Zoom for which the symbols are clustered. */
  clusteredAt: number | null;
  /** Lines from symbols that gave way to where they belong. */
  leaders: { marker: SiteMarker; lines: Leaflet.LayerGroup }[];
  beyond: HTMLElement | null;
  layer: Leaflet.GeoJSON | null;
  legend: Leaflet.Control | null;
  credits: Leaflet.Control | null;
  canvas: ItemCanvas | null;
  /** Records, cells and areas that are drawn now, and as the server sent them. */
  cells: Item[];
  sent: Item[];
  /** Those of sets that are shown as cells, for any dates, and what is drawn with them of what was sent. */
  steps: { key: string; items: Item[]; onsets: Onsets } | null;
  stepped: { sent: Item[]; cells: Item[] } | null;
  /** Those that the canvas shows. */
  seen: Item[];
  /** Of the canvas beyond the frame. */
  pad: Leaflet.Point;
  /** Extent to move to, and the number of the last move. */
  toFit: [number, number, number, number, number] | null;
  fitted: number | null;
  /** Extent that the map was brought onto, which it keeps to until the reader moves it. */
  onto: [[number, number], [number, number]] | null;
}

/** A Leaflet map that Marz has started. */
export interface MarzMap extends Leaflet.Map {
  _marz: Atlas;
}

/** The filter as the reader set it; facet name -> chosen options beside the rest. */
export interface Filter {
  from: string;
  to: string;
  match: string;
  /** As the address says them; "" where not asked for. */
  near: string;
  within: string;
  /** Of a set picked by hand; empty where all are meant. */
  ids: string[];
  text: string;
  chosen: Record<string, string[]>;
}

/** What a reader has drawn on the map. */
export interface Annotation {
  kind: string;
  /** Latitude and longitude; of an arrow those of its head too. */
  points: [number, number][];
  /** Radius of a circle. */
  km: number;
  words: string;
}

export interface Facet {
  name: string;
  /** Its place among the main ones; 0 for the others. */
  front: number;
  label: string;
  sentence: string;
  options: [value: string, words: string][];
  /** Of each row the numbers of its options. */
  of: number[][];
}

export interface Claim {
  claimant: string;
  stance_words: string;
  statement: string;
  deaths?: string;
  when?: string;
  source: [id: string, paragraphs: string];
}

/** A record of the exported page; what is blank is left out. */
export interface Incident {
  id: string;
  row: number;
  title: string;
  short: string;
  when: string;
  where: string;
  type: string;
  status: string;
  established?: boolean;
  deaths: string;
  injuries?: string;
  site?: number;
  summary?: string;
  place_note?: string;
  sub_event_type?: string;
  countries?: string[];
  actors?: string[];
  part_of?: string;
  tags?: string[];
  collection: string;
  audited?: boolean;
  note?: string;
  claims?: Claim[];
  sources?: [id: string, paragraphs: string][];
}

/** What it takes to read what is searched for. */
export interface Search {
  /** Characters that do not count, or count as others -> what stands for them. */
  letters: Record<string, string>;
  /** What romanisations write for one sound, in this order. */
  sounds: [written: string, sound: string][];
  /** Folded names of one thing, and whether it narrows beside the name of a place. */
  names: [spellings: string[], narrows: number][];
}

/** Where incidents may lie. */
export interface Space {
  /** Site -> west, south, east and north of each box that covers it. */
  boxes: Record<string, number[]>;
  /** Rows whose point stands for an area without an outline. */
  vague: number[];
  /** Places that have a point, by id. */
  places: Record<string, [name: string, lon: number, lat: number]>;
}

/** A place or a point, and kilometres around it. */
export interface Near {
  lon: number;
  lat: number;
  km: number;
  place: string;
  name: string;
}

/** What the library filters by, sent along so that both find the same. */
export interface Query {
  /** First day, last day, whether dated. */
  days: [number, number, number][];
  texts: string[];
  search: Search;
  space: Space;
  facets: Facet[];
}

export interface SiteLayer {
  type: "FeatureCollection";
  features: GeoJSON.Feature<GeoJSON.Point, { n: number; m: Member[] }>[];
}

/** What is embedded in the exported page. */
export interface Embedded {
  about: {
    title: string;
    data_version: string;
    filter: string;
    licences: { url: string; title: string; covers: string }[];
    attribution: string[];
  };
  records: Incident[];
  sources: Record<string, [line: string, url: string]>;
  query: Query;
  features: SiteLayer;
  base: BaseDocument;
  view: { today: number; extent: Bbox; fit: Bbox | null; mapped: Bbox; lang: string; start: [string, string][] };
}

/** What a list shows of a record. */
export interface Card {
  id: string;
  date: string;
  title: string;
  where: string;
  kind: string;
  color: string;
  /** Whether it is established; hollow otherwise. */
  filled: boolean;
  extra: string;
}

/** A page of the list: the cards from the one numbered `first` on, of `total`. */
export interface Page {
  rows: Card[];
  first: number;
  total: number;
  oldest: boolean;
  selected: string;
  /** Ids of those with a star, and whether only these are shown; null where nothing can be starred. */
  stars: { ids: string[]; only: boolean } | null;
}

/** What Streamlit gives a component. */
export interface Component<Data, Trigger> {
  data: Data;
  parentElement: HTMLElement;
  setTriggerValue<Name extends keyof Trigger & string>(name: Name, value: Trigger[Name]): void;
}

/** What the frame of the dashboard's map calls. */
export interface FrameApi {
  start(map: Leaflet.Map, options: MapOptions): Promise<void>;
  seen(): number[] | null;
  show(period: Period, turn: number): void;
  /** Takes over what cells hold at any time; false while there is no map. */
  steps(packed: PackedSteps | null): boolean;
  /** Draws annotations, and offers the tools where they may be changed; false while there is no map. */
  annotate(texts: string[], change: ((texts: string[]) => void) | null): boolean;
  symbol(feature: GeoJSON.Feature<GeoJSON.Point, { n: number; m: Member[] }>, at: Leaflet.LatLng): Leaflet.Layer;
  commit(map: MarzMap, shown: Shown): void;
  cell(): Leaflet.Layer;
  cellFeature(feature: GeoJSON.Feature, layer: Leaflet.Layer): void;
  commitCells(map: MarzMap, shown: SetsShown): void;
}

declare global {
  interface Window {
    marz: FrameApi;
    /** What the map has told the server. */
    marzValue?: object;
    Streamlit?: { setComponentValue(value: object): void };
    /** Every group that streamlit-folium ever made. */
    feature_group?: unknown[];
  }
}
