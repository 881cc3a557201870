/** What a search by words looks for, read as the Python library reads it. */

/** @import { Search } from "../types" */
/** @typedef {string[][][]} Sought alternatives, each of parts that must all occur in one of their forms */
/** @typedef {{ spellings: string[], narrows: boolean }} Name */

const ANY = /\||(?:^|(?<=\s))OR(?=\s|$)/;
const SHORT = 3;
const TOGETHER = /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]/;
const VOWELS = "aeiouy";
// What Python takes for white space.
// eslint-disable-next-line no-control-regex -- four control characters are among it
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
/** Where Python's casefold does more than small letters. @type {Record<string, string>} */
const FOLDS = { "ß": "ss", "ς": "σ", "և": "եւ", "\u0345": "ι" };

/** @param {string} text */
export const wordsOf = (text) => text.split(SPACE).filter(Boolean);

/**
 * What stands between the signs for “or”, without what is blank.
 *
 * @param {string} text
 */
export const alternativesOf = (text) => text.split(ANY).map((one) => wordsOf(one).join(" ")).filter(Boolean);

/**
 * A text for search: case, diacritics, punctuation and the script do not count.
 *
 * @param {string} text
 * @param {Record<string, string>} letters
 */
export function fold(text, letters) {
  const lower = text.normalize("NFKD").toLowerCase().replace(/ß|ς|և|\u0345/g, (letter) => FOLDS[letter]);
  const plain = lower.normalize("NFKD").replace(/[\u0300-\u036f\u064b-\u065f\u0670]/g, "");
  const latin = [...plain].map((character) => letters[character] ?? character).join("");
  return latin.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Without those that another one is the beginning of. @param {Iterable<string>} found */
function shortest(found) {
  /** @type {string[]} */
  const kept = [];
  for (const one of [...new Set(found)].sort()) {
    if (!kept.length || !one.startsWith(kept[kept.length - 1])) kept.push(one);
  }
  return kept;
}

/**
 * Forms of a verb without its ending: kill(ed), fir(ing), plann(ed).
 *
 * @param {string} stem
 */
function verb(stem) {
  if (stem.length < SHORT) return [`${stem}e`];
  const [third, second, last] = stem.slice(-3);
  if (last === second && !"lsfz".includes(last)) return [`${stem.slice(0, -1)} `, `${stem.slice(0, -1)}s `, stem];
  const single = !`${VOWELS}w`.includes(last) && VOWELS.includes(second) && !VOWELS.includes(third);
  if (stem.length <= SHORT || (stem.length === SHORT + 1 && single)) {
    return [`${stem} `, `${stem}s `, `${stem}e`, `${stem}ing`];
  }
  return [stem];
}

/** @param {string} given */
function english(given) {
  let word = given;
  if (word.length <= SHORT) return [`${word} `, `${word}s `];
  if (word.endsWith("ies") && word.length > SHORT + 1) return [word, `${word.slice(0, -3)}y`];
  const before = word[word.length - 2];
  if (word.endsWith("y") && !VOWELS.includes(before)) return [word, `${word.slice(0, -1)}ie`];
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) word = word.slice(0, -2);
  else if (word.endsWith("s") && !"sui".includes(before)) {
    word = word.slice(0, -1);
    if (word.length <= SHORT) return [`${word} `, `${word}s `];
  }
  if (word.endsWith("e")) return [word, `${word.slice(0, -1)}ing`];
  for (const ending of ["ing", "ed"]) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    if (!stem.endsWith("e") && [...stem].some((letter) => VOWELS.includes(letter))) return [word, ...verb(stem)];
  }
  return [word];
}

/**
 * What to look for to find a folded word in all its English forms; one that ends in a space is a
 * whole word, another one how a word begins.
 *
 * @param {string} word
 */
export function forms(word) {
  if (TOGETHER.test(word)) return [word];
  if (!/^\p{L}+$/u.test(word)) return [` ${word}`];
  if (!/^[a-z]+$/.test(word)) return [word.length <= SHORT ? ` ${word} ` : ` ${word}`];
  return shortest(english(word).map((one) => ` ${one}`));
}

/** @param {Iterable<string>} spellings */
const named = (spellings) => shortest([...spellings].map((one) => (one.length <= SHORT ? ` ${one} ` : ` ${one}`)));

/**
 * Reads what is asked for: the words of an alternative must all occur, several places ask for any.
 * `placesIn` gives every spelling of the places that are asked for by name, folded.
 *
 * @param {Search} search
 * @returns {{ soughtIn: (text: string) => Sought, placesIn: (text: string) => Set<string> }}
 */
export function reader({ letters, sounds, names }) {
  const key = (/** @type {string} */ folded) =>
    sounds.reduce((text, [written, sound]) => text.replaceAll(written, sound), folded).replace(/(.)\1+/gsu, "$1");
  /** @type {Map<string, Name[]>} */
  const exact = new Map();
  /** @type {Map<string, Name[]>} */
  const alike = new Map();
  /** @type {Map<string, Set<string>>} */
  const parts = new Map();
  let longest = 1;
  for (const [spellings, narrows] of names) {
    const name = { spellings, narrows: narrows === 1 };
    for (const spelling of spellings) {
      exact.set(spelling, [...exact.get(spelling) ?? [], name]);
      alike.set(key(spelling), [...alike.get(key(spelling)) ?? [], name]);
      const words = spelling.split(" ");
      longest = Math.max(longest, words.length);
      for (const word of words) {
        if (word.length > SHORT) parts.set(key(word), (parts.get(key(word)) ?? new Set()).add(word));
      }
    }
  }

  /** What bears a folded name, or else one that sounds alike. @param {string} folded */
  function of(folded) {
    const found = exact.get(folded) ?? (folded.length > SHORT ? alike.get(key(folded)) : undefined);
    if (!found) return null;
    return { spellings: [folded, ...found.flatMap((name) => name.spellings)], narrows: found.every((name) => name.narrows) };
  }

  /** The longest name that some words begin with, and of how many it is made. @param {string[]} words */
  function first(words) {
    for (let length = Math.min(longest, words.length); length; length -= 1) {
      const name = of(words.slice(0, length).join(" "));
      if (name) return { length, name };
    }
    return { length: 1, name: null };
  }

  /** The folded words of an alternative; where some are a name, the first of them and it. @param {string} text */
  function read(text) {
    let words = wordsOf(text).map((word) => fold(word, letters)).filter(Boolean);
    /** @type {{ word: string, name: Name | null }[]} */
    const found = [];
    while (words.length) {
      const { length, name } = first(words);
      found.push({ word: words[0], name });
      words = words.slice(length);
    }
    return found;
  }

  /** @param {string} text */
  function alternative(text) {
    /** @type {string[][]} */
    const found = [];
    /** @type {string[]} */
    const places = [];
    for (const { word, name } of read(text)) {
      if (!name) {
        const others = word.length > SHORT ? parts.get(key(word)) ?? [] : [];
        found.push(shortest([...forms(word), ...[...others].map((one) => ` ${one}`)]));
      } else if (name.narrows) found.push(named(name.spellings));
      else places.push(...name.spellings);
    }
    return places.length ? [named(places), ...found] : found;
  }

  return {
    soughtIn: (text) => alternativesOf(text).map(alternative).filter((one) => one.length),
    placesIn: (text) => new Set(alternativesOf(text).flatMap(read)
      .flatMap(({ name }) => (name && !name.narrows ? name.spellings : []))),
  };
}

/**
 * Whether a text has what is looked for.
 *
 * @param {Sought} sought
 * @param {string} text
 */
export const matches = (sought, text) =>
  sought.some((found) => found.every((part) => part.some((one) => text.includes(one))));
