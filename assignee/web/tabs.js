// Tabs as the ARIA practices describe them: arrow keys move, one is in the tab order.

import { el } from "./dom.js";

// `given`: [name, label, element, shown?] each.
export function tabs(given) {
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Parts of the review" });
  const parts = new Map();
  const select = (name, focus = false) => {
    for (const [other, part] of parts) {
      const on = other === name;
      part.tab.setAttribute("aria-selected", String(on));
      part.tab.tabIndex = on ? 0 : -1;
      part.panel.hidden = !on;
    }
    const { tab, shown } = parts.get(name);
    if (focus) tab.focus();
    shown?.();
  };
  const panels = given.map(([name, label, element, shown]) => {
    const tab = el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => select(name) }, label);
    const panel = el("div", { class: "panel", role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: 0 }, element);
    parts.set(name, { tab, panel, shown });
    list.append(tab);
    return panel;
  });
  list.addEventListener("keydown", (event) => {
    const names = [...parts.keys()];
    const at = names.findIndex((name) => parts.get(name).tab === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    select(names[(to + names.length) % names.length], true);
  });
  select(given[0][0]);
  return { element: el("div", {}, list, panels), select, label: (name, text) => { parts.get(name).tab.textContent = text; } };
}
