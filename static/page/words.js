/* What is shown, said in words: the sentence of geo/words.py. */
(function (page) {
  "use strict";
  const { days, facets } = page.query;

  const dayFormat = new Intl.DateTimeFormat("en-GB",
    { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });

  /* A day as “14 September 2022”. */
  const dayWords = (day) => dayFormat.format(new Date(day * page.DAY));

  const number = (count) => count.toLocaleString("en-US");
  const count = (n, noun) => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;

  /* “a”, “a or b”, “a, b or c”. */
  function listed(parts, last) {
    if (parts.length < 2) return parts.join("");
    return `${parts.slice(0, -1).join(", ")} ${last} ${parts[parts.length - 1]}`;
  }

  function clauses(filter) {
    const found = [];
    if (filter.from || filter.to) {
      const window = [["from", filter.from], ["to", filter.to]].filter(([, day]) => day)
        .map(([word, day]) => `${word} ${dayWords(page.dayOf(day))}`);
      found.push(`${filter.match} ${window.join(" ")}`);
    }
    for (const facet of facets) {
      const said = facet.options.filter(([value]) => filter[facet.name].includes(value));
      said.sort((a, b) => (a[0] < b[0] ? -1 : 1));
      if (said.length) found.push(facet.sentence.split("{}").join(listed(said.map((o) => o[1]), "or")));
    }
    const text = page.split(filter.text).join(" ");
    if (text) found.push(`with the words “${text}”`);
    return found;
  }

  /* First to last year shown; open ends do not count. */
  function years(rows) {
    const ends = rows.flatMap((row) => days[row].slice(0, 2)).filter((day) => Math.abs(day) !== page.OPEN);
    if (!ends.length) return "";
    const [first, last] = [Math.min(...ends), Math.max(...ends)].map(page.yearOf);
    return first === last ? String(first) : `${first} to ${last}`;
  }

  const unplaced = (rows) => rows.filter((row) => page.records[row].site === undefined).length;

  function sentence(filter, rows) {
    if (!rows.length) {
      const asked = clauses(filter).join(", ");
      return asked ? `No incident matches: ${asked}.` : "There is no incident.";
    }
    const said = [count(rows.length, "incident"), years(rows), ...clauses(filter)].filter(Boolean).join(", ");
    const notes = [];
    const note = (n, one, many, what) => n && notes.push(`${n} ${n === 1 ? one : many} ${what}`);
    note(unplaced(rows), "has", "have", "no place");
    note(rows.filter((row) => !days[row][2]).length, "has", "have", "no date");
    for (const status of ["alleged", "announced", "planned"]) {
      note(rows.filter((row) => page.records[row].status === status).length, "is", "are", status);
    }
    return notes.length ? `${said}; ${notes.join(", ")}.` : `${said}.`;
  }

  Object.assign(page, { count, dayWords, sentence, unplaced });
})(window.marz.page);
