// The list of incidents. Text from data is shown through textContent and nothing else.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let list = parentElement.querySelector(".list");
  if (!list) {
    list = document.createElement("div");
    list.className = "list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Incidents shown, in the order of time");
    list.tabIndex = 0;
    parentElement.appendChild(list);
  }
  const had = parentElement.activeElement || document.activeElement;
  const focused = had === list || (had && had.getRootNode() === list.getRootNode() && list.contains(had));
  const text = (className, content) => {
    const node = document.createElement("span");
    node.className = className;
    node.textContent = content;
    return node;
  };
  list.replaceChildren(...data.rows.map((row, index) => {
    const item = document.createElement("div");
    item.className = "item";
    item.id = "incident-" + index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(row.id === data.selected));
    const mark = text("mark", "");
    mark.style.borderColor = row.color;
    if (row.filled) mark.style.background = row.color;
    mark.title = row.kind;
    const head = document.createElement("span");
    head.className = "head";
    head.append(mark, text("date", row.date), text("where", row.where));
    item.append(head, text("title", row.title));
    if (row.extra) item.append(text("extra", row.extra));
    item.onclick = () => pick(index);
    return item;
  }));
  list.hidden = !data.rows.length;
  let more = parentElement.querySelector(".more");
  if (!more) {
    more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    parentElement.appendChild(more);
  }
  more.hidden = data.more <= 0;
  more.textContent = "Show " + data.more + " more of " + data.total.toLocaleString("en-GB");
  more.onclick = () => setTriggerValue("more", true);
  const at = data.rows.findIndex((row) => row.id === data.selected);
  if (at >= 0) {
    list.setAttribute("aria-activedescendant", "incident-" + at);
    const item = list.children[at];
    const top = item.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 3;
    }
  } else list.removeAttribute("aria-activedescendant");
  if (focused) list.focus({ preventScroll: true });

  function pick(index) {
    const row = data.rows[index];
    if (row) setTriggerValue("pick", row.id);
  }
  list.onkeydown = (event) => {
    const last = data.rows.length - 1;
    const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    pick(Math.max(0, Math.min(last, next)));
  };
}
