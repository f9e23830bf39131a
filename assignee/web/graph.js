// The review graph as it moves: stages in four parts; seats and reviewers join as they start.

import { el, fill, say, words } from "./dom.js";

const PARTS = [
  ["Find", ["plan", "search", "deduplicate", "screen"]],
  ["Read", ["read", "extract"]],
  ["Check", ["adjudicate"]],
  ["Write and judge", ["write", "decide", "finish"]],
];
const NAMES = { plan: "Plan", search: "Search", deduplicate: "Fold versions", screen: "Screen", read: "Read", extract: "Find claims",
  expand: "More queries", chase: "Chase citations", look_up: "Look up", notices: "Heed notices", fetch: "Fetch full texts",
  adjudicate: "Weigh verdicts", write: "Write", decide: "Decide", finish: "Finish" };
const KNOWN = PARTS.flatMap(([, names]) => names);
// Steps that only some reviews take, each with the part and the step that it is shown before.
const FURTHER = { expand: [0], chase: [0], look_up: [1, "read"], notices: [1, "read"], fetch: [1, "read"] };
const STEPS = [...KNOWN, ...Object.keys(FURTHER)];

export class Graph {
  constructor() {
    this.element = el("div", { class: "graph" });
    this.note = el("p", { class: "small" });
    this.clear(0);
  }

  clear(round) {
    this.round = round;
    this.nodes = new Map();
    this.lists = PARTS.map(([title, names], at) => {
      const list = el("ol", {});
      for (const name of names) list.append(this.make(name));
      return el("div", { class: "part" }, el("h3", {}, title), list);
    });
    fill(this.element, this.lists);
    this.note.textContent = round ? `Revision ${round}: the panel asked for changes, and the graph goes through its steps again.` : "";
  }

  make(name) {
    const told = el("span", { class: "count" });
    const state = el("span", { class: "unseen" }, "waiting");
    const element = el("li", { class: "node" }, el("span", { class: "dot", "aria-hidden": "true" }),
      el("span", {}, NAMES[name] ?? sentence(name), " ", state, told));
    this.nodes.set(name, { element, told, state, open: 0, batch: 0, counts: {}, failed: false });
    return element;
  }

  node(name) {
    if (!this.nodes.has(name) && FURTHER[name]) {
      const [part, next] = FURTHER[name];
      this.lists[part].querySelector("ol").insertBefore(this.make(name), next ? this.nodes.get(next).element : null);
    } else if (!this.nodes.has(name)) {
      const late = this.nodes.get("write").open || this.nodes.get("write").element.classList.contains("done");
      const list = this.lists[late ? 3 : 2].querySelector("ol");
      const before = this.nodes.get(late ? "decide" : "adjudicate").element;
      list.insertBefore(this.make(name), before);
    }
    return this.nodes.get(name);
  }

  heard({ stage, phase, round, batch = 0, counts, note }) {
    if (round > this.round) this.clear(round);
    if (round < this.round) return;
    const node = this.node(stage);
    if (batch !== node.batch) { node.batch = batch; node.counts = {}; node.failed = false; } // a further batch of the search
    if (phase === "started" && STEPS.includes(stage) && !node.open) this.settle(); // a barrier: what came before is over
    if (phase === "started") node.open += 1;
    else if (phase === "failed") {
      node.failed = true;
      node.counts = {};
      node.told.textContent = note;
      say(`${label(stage)} failed: ${note}.`);
    } else {
      node.open = Math.max(0, node.open - 1);
      for (const [name, value] of Object.entries(counts)) node.counts[name] = (node.counts[name] ?? 0) + value;
      if (!node.failed) node.told.textContent = told(node.counts);
      if (!node.open && STEPS.includes(stage)) say(`${label(stage)} done${node.told.textContent ? `: ${node.told.textContent}` : ""}.`);
    }
    const state = node.failed ? "failed" : node.open ? "running" : "done";
    node.element.className = `node ${state}`;
    node.state.textContent = state;
  }

  // Nothing runs any more: it has ended well, or was stopped. (A server that was killed never told an end.)
  settle(well = true) {
    for (const node of this.nodes.values()) {
      node.open = 0;
      if (!node.element.classList.contains("running")) continue;
      node.element.className = well ? "node done" : "node";
      node.state.textContent = well ? "done" : "stopped";
    }
  }

  get moved() {
    return [...this.nodes.values()].some((node) => node.element.className !== "node");
  }
}

const label = (name) => NAMES[name] ?? sentence(name);
const sentence = (name) => words(name).replace(/^./, (first) => first.toUpperCase());
const told = (counts) => Object.entries(counts).map(([name, value]) => `${value.toLocaleString("en")} ${value === 1 ? one(words(name)) : words(name)}`).join(", ");
const one = (name) => name.replace(/ies$/, "y").replace(/([a-rt-z])s$/, "$1");
