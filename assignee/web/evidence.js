// One claim with all that speaks for and against it.

import { el, link, own, words } from "./dom.js";

export const KINDS = { "✓": "yes", "±": "mixed", "–": "plain", "×": "no", "": "wait" };
const MARKED = { "": "not judged yet", "✓": "supported", "±": "contested", "–": "quoted only", "×": "not supported" };

export function mark(sign, outcome, turned) {
  return el("span", { class: `mark ${KINDS[sign] ?? "no"}${turned ? " turned" : ""}`, title: words(outcome) || MARKED[sign] },
    el("span", { "aria-hidden": "true" }, sign || "?"), el("span", { class: "unseen" }, words(outcome) || MARKED[sign]));
}

// `claim` is the claim as told; `full` the same in report.json, undefined before that is there.
export function evidence(claim, full, papers) {
  const source = papers.get(claim.paper_id);
  const judged = full ?? claim;
  return el("div", {},
    el("h3", { tabindex: -1 }, `Claim ${claim.id.replace(/^c/, "")}: ${words(judged.outcome) || "not judged yet"}`),
    judged.why && el("p", { class: "small" }, own(judged.why, "span")),
    judged.outcome && el("p", { class: "small" }, judged.confidence === null
      ? "Confidence: not calibrated for this domain."
      : `Confidence ${judged.confidence.toFixed(2)}: the estimated chance that a careful reader of this evidence agrees.`),
    el("h3", {}, "The quote it rests on"),
    quoted(claim.quote, ""),
    cite(claim.paper_id, claim.cite, source, full && place(full)),
    full && el("h3", {}, "What the checkers say"),
    full && full.verdicts.map((verdict) => el("div", { class: "verdict" },
      el("div", {}, el("b", {}, words(verdict.verifier)), " · ", stance(verdict.stance),
        verdict.probability !== null && ` · ${verdict.probability.toFixed(2)}`),
      el("div", { class: "small" }, own(verdict.reason, "span")),
      verdict.evidence.filter((item) => item.quote !== claim.quote || item.paper_id !== claim.paper_id).map((item) => [
        quoted(item.quote, item.stance),
        cite(item.paper_id, "", papers.get(item.paper_id), [item.independent === true && "independent work",
          item.independent === false && "same group", item.note].filter(Boolean).join(" · ")),
      ]))));
}

const stance = (name) => el("span", { class: `${name}-word` }, { support: "supports", contradict: "contradicts", neutral: "takes no side",
  not_adjudicated: "not adjudicated" }[name] ?? words(name));

export const quoted = (text, kind) => el("blockquote", { class: kind, dir: "auto" }, `“${text}”`);

const place = (full) => `${full.section ? `${full.section}, ` : ""}characters ${full.start}–${full.end}`;

function cite(id, told, paper, more) {
  if (!paper) return el("p", { class: "small" }, own(told || id), more ? ` · ${more}` : "");
  const name = told || paper.cite;
  return el("p", { class: "small" }, paper.url ? link(paper.url, own(name || paper.title)) : own(name || paper.title),
    name && paper.title && [" · ", own(paper.title)], paper.basis && ` · read as ${words(paper.basis)}`, more ? ` · ${more}` : "");
}
