/* The filters: words, dates, and every facet with how many incidents each option would leave. */
(function (page) {
  "use strict";
  const { add, button, byId } = page;
  const { facets } = page.query;
  const TYPING = 200; // milliseconds after the last key before the words are looked for

  /* Builds the panel once; `change` takes what is new of the filter. Returns how to show one. */
  function filters(change) {
    const panel = byId("filters");
    const form = add(panel, "form");
    form.setAttribute("role", "search");
    form.addEventListener("submit", (event) => event.preventDefault());
    const search = field(form, "Search", "search");
    search.placeholder = "drone, Isfara, Исфара …";
    search.maxLength = page.MAX_TEXT;
    search.spellcheck = false;
    let typing = null;
    search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => change({ text: search.value }), TYPING);
    });
    const days = dates(form, change);
    const pills = facets.map((facet) => options(form, facet, change));
    const clear = button(form, "Clear all filters", () => change(page.blank()), "wide");
    return (filter) => {
      // What is being typed is not written over.
      if (page.split(search.value).join(" ") !== page.split(filter.text).join(" ")) search.value = filter.text;
      days(filter);
      const counts = page.counts(page.effective(filter));
      pills.forEach((show, number) => show(filter, counts[number]));
      clear.disabled = !page.isFiltered(filter);
    };
  }

  function field(parent, label, type) {
    const box = add(parent, "label", "", "field");
    add(box, "span", label);
    const input = add(box, "input");
    input.type = type;
    return input;
  }

  function group(parent, label) {
    const set = add(parent, "fieldset");
    add(set, "legend", label);
    return add(set, "div", "", "pills");
  }

  function dates(form, change) {
    const row = add(form, "div", "", "dates");
    const inputs = [["from", "From"], ["to", "To"]].map(([name, label]) => {
      const input = field(row, label, "date");
      input.addEventListener("change", () => {
        // A year that is still being typed is no day yet.
        if (input.value === "" ? !input.validity.badInput : page.dayOf(input.value) > -7e5) change({ [name]: input.value });
      });
      return [name, input];
    });
    const wrong = add(form, "p", "", "wrong");
    wrong.setAttribute("role", "alert");
    const box = group(form, "Within the dates");
    const note = add(box.parentNode, "p", "A date known only as a month or year may lie partly outside the range: " +
      "“possibly” keeps it, “certainly” does not. Both ends count.", "soft");
    note.id = "match-note";
    box.parentNode.setAttribute("aria-describedby", note.id);
    const matches = [["possibly", "Possibly"], ["certainly", "Certainly"]].map(([match, label]) =>
      [match, button(box, label, () => change({ match }), "pill")]);
    return (filter) => {
      for (const [name, input] of inputs) if (input.value !== filter[name]) input.value = filter[name];
      for (const [match, node] of matches) node.setAttribute("aria-pressed", String(match === filter.match));
      const reversed = page.isReversed(filter);
      if (reversed === Boolean(wrong.textContent)) return;
      wrong.replaceChildren();
      if (!reversed) return;
      add(wrong, "span", "The range ends before it starts, so all dates are shown. ");
      button(wrong, "Exchange the two dates", () => change({ from: inputs[1][1].value, to: inputs[0][1].value }));
    };
  }

  function options(form, facet, change) {
    if (!facet.options.length) return () => {};
    const box = group(form, facet.label);
    let chosen = [];
    const nodes = facet.options.map(([value, words]) => {
      const node = button(box, "", () => change({
        [facet.name]: chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value],
      }), "pill");
      add(node, "span", words);
      return { value, node, count: add(node, "span", "", "count") };
    });
    return (filter, counts) => {
      chosen = filter[facet.name];
      nodes.forEach(({ value, node, count }, number) => {
        count.textContent = ` · ${counts[number]}`;
        node.setAttribute("aria-pressed", String(chosen.includes(value)));
        node.classList.toggle("none", counts[number] === 0);
      });
    };
  }

  Object.assign(page, { filters });
})(window.marz.page);
