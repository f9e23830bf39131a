// One review: watched while it runs, read when it is done.

import { count, el, fill, own, say, words } from "./dom.js";
import { evidence, mark } from "./evidence.js";
import { Graph } from "./graph.js";
import { follow, ask } from "./server.js";
import { talk } from "./talk.js";
import { tabs } from "./tabs.js";

const SHOWN = [["all", "All"], ["✓", "✓ supported"], ["±", "± contested"], ["–", "– quoted"], ["×", "× not supported"]];

export async function reviewView(main, id, session) {
  let review;
  try {
    review = await ask("GET", `/api/reviews/${id}`);
  } catch (error) {
    fill(main, el("h1", { tabindex: -1 }, "No such review"), el("p", { class: "problem", role: "alert" }, error.message),
      el("p", {}, el("a", { href: "#/" }, "Ask a question, or choose an earlier review")));
    return () => {};
  }
  const view = new View(main, review, session);
  view.start();
  return () => view.stop();
}

class View {
  constructor(main, review, session) {
    this.review = review;
    this.session = session;
    this.last = 0;
    this.papers = new Map();
    this.claims = new Map();
    this.items = new Map();
    this.full = new Map();
    this.shown = "all";
    this.open = null;
    this.pending = 0;
    document.title = `${review.question} – assignee`;

    this.chip = el("span", { class: "chip" });
    this.lost = el("span", { class: "small", hidden: true }, "The line is broken; trying again …");
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.cancel = el("button", { type: "button", onclick: () => this.act("cancel") }, "Cancel");
    this.resume = el("button", { type: "button", onclick: () => this.act("resume") }, "Go on from here");
    this.graph = new Graph();
    this.made = el("details", { open: !ended(review.state) }, el("summary", {}, el("h2", {}, ended(review.state) ? "How it was made" : "How it is made")), this.graph.element, this.graph.note);
    this.answer = el("section", { "aria-label": "The answer", hidden: true });
    this.filters = el("div", { class: "filters", role: "group", "aria-label": "Which claims are shown" });
    this.list = el("ol", { class: "claims" });
    this.none = el("p", { class: "soft" });
    this.side = el("aside", { class: "evidence", "aria-label": "Evidence", hidden: true });
    this.beside = el("div", { class: "beside" }, el("div", {}, this.none, this.list));
    this.paperList = el("ul", { class: "papers" });
    this.paperCount = el("p", { class: "soft" }, "No papers screened yet.");
    this.frame = el("div", {}, el("p", { class: "soft" }, "The report is here once it is written."));
    this.tabs = tabs([
      ["claims", "Claims", el("div", {}, this.filters, this.beside)],
      ["papers", "Papers", el("div", {}, this.paperCount, this.paperList)],
      ["report", "Whole report", this.frame, () => this.showReport()],
      ["ask", "Ask about it", (this.talk = talk(review.id, (claim) => this.toClaim(claim))).element],
    ]);
    fill(main,
      el("p", { class: "small" }, el("a", { href: "#/" }, "All reviews")),
      el("h1", { tabindex: -1, dir: "auto" }, review.question),
      el("p", { class: "row after-title" }, this.chip, el("span", { class: "small" }, `asked ${new Date(review.created).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}`),
        this.lost, el("span", { class: "grow" }), this.cancel, this.resume),
      this.problem, this.answer, el("section", {}, this.made), el("section", {}, this.tabs.element));
    this.wide = matchMedia("(min-width: 60rem)");
    this.moved = () => this.placeSide();
    this.wide.addEventListener("change", this.moved);
    this.showState();
  }

  start() {
    this.line = follow(this.review.id, this.last, (kind, data) => this.heard(kind, data), (lost) => { this.lost.hidden = !lost; });
  }

  stop() {
    this.line?.stop();
    cancelAnimationFrame(this.pending);
    this.wide.removeEventListener("change", this.moved);
  }

  heard(kind, data) {
    if (kind === "stage") {
      this.graph.heard(data);
      if (this.review.state === "queued") this.review.state = "running";
    } else if (kind === "papers") {
      this.papers = new Map(data.papers.map((paper) => [paper.id, paper]));
      this.paperNews = true;
    } else if (kind === "claim") {
      if (data.round > (this.round ?? 0)) this.claims.clear(); // a revision finds its claims anew
      this.round = data.round;
      const before = this.claims.get(data.id);
      this.claims.set(data.id, { ...data, turned: Boolean(before && !before.mark && data.mark) });
    } else if (kind === "resumed") {
      this.review.state = "queued";
      this.graph.clear(this.graph.round);
    } else if (kind === "end") {
      this.review = data;
      this.graph.settle(data.result !== null && data.state !== "cancelled");
      say(`The review is ${data.state}.`);
      if (data.result) this.load();
    }
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0;
      this.showState();
      this.showClaims();
      if (this.paperNews) this.showPapers();
    });
  }

  async act(what) {
    this.cancel.disabled = this.resume.disabled = true;
    try {
      this.review = await ask("POST", `/api/reviews/${this.review.id}/${what}`);
      if (what === "resume") {
        this.made.open = true;
        this.line.again();
      }
    } catch (error) {
      this.fault(error);
    }
    this.cancel.disabled = this.resume.disabled = false;
    this.showState();
  }

  fault(error) {
    this.problem.hidden = false;
    this.problem.textContent = error.message;
  }

  async load() {
    this.showAnswer();
    this.talk.ready();
    if (this.reportShown) this.showReport();
    try {
      const report = await ask("GET", `/api/reviews/${this.review.id}/report.json`);
      this.full = new Map(report.claims.map((claim) => [claim.id, claim]));
      for (const paper of report.papers) this.papers.set(paper.id, { ...paper, cite: this.papers.get(paper.id)?.cite ?? "" });
      this.showPapers();
      this.showClaims();
      this.showSide();
    } catch (error) {
      this.fault(error);
    }
  }

  showState() {
    const { state, error } = this.review;
    this.chip.className = `chip ${state}`;
    this.chip.textContent = state;
    this.cancel.hidden = ended(state);
    this.resume.hidden = !["failed", "cancelled", "partial"].includes(state);
    this.problem.hidden = !error;
    if (error) this.problem.textContent = error;
    this.made.hidden = !this.graph.moved && ended(state);
    if (this.review.result === null) this.answer.hidden = true;
  }

  showAnswer() {
    const { result } = this.review;
    const { headline, flow } = result;
    const tile = (number, text, kind = "") => el("li", {}, el("b", { class: kind }, number), text);
    this.answer.hidden = false;
    fill(this.answer, el("div", { class: "card answer" },
      el("h2", {}, "Answer"), el("p", { class: "text", dir: "auto" }, this.cited(result.answer)),
      el("p", { class: "small" }, `Direction: ${words(result.direction)} · evidence: ${words(result.strength)} · run: ${words(result.status)}`),
      el("ul", { class: "tiles" },
        tile(result.score === null ? "–" : `${result.score.toFixed(1)}`, result.score === null ? "no score" : `of 10, ${words(result.decision)}`),
        tile(words(result.grade), "grade", "word"),
        tile(`${flow.included} / ${flow.screened}`, "papers included of those screened"),
        tile(`${headline.examined} / ${headline.claims}`, "claims examined against other works"),
        tile(headline.corroborated, "corroborated by an independent work")),
      result.problems.length > 0 && el("ul", {}, result.problems.map((line) => el("li", { class: "problem" }, own(line, "span")))),
      el("p", { class: "downloads" }, el("span", { class: "soft" }, "Download"), this.session.formats.map((format) =>
        el("a", { href: `/api/reviews/${this.review.id}/report.${format}`, download: true }, NAMES[format] ?? format)))));
  }

  // The answer with its [c1] as buttons that open the claim.
  cited(text) {
    return text.split(/(\[c\d+\])/).map((part) => {
      const id = part.match(/^\[(c\d+)\]$/)?.[1];
      return id ? el("button", { type: "button", class: "quiet", onclick: () => this.toClaim(id) }, `claim ${id.slice(1)}`) : part;
    });
  }

  showClaims() {
    const all = [...this.claims.values()];
    const size = (sign) => (sign === "all" ? all.length : all.filter((claim) => claim.mark === sign).length);
    this.tabs.label("claims", all.length ? `Claims (${all.length})` : "Claims");
    const filters = SHOWN.filter(([sign]) => sign === "all" || size(sign)).map(([sign, name]) => `${sign}|${name}|${size(sign)}|${sign === this.shown}`);
    if (filters.join() !== this.filtersNow) {
      const focused = this.filters.contains(document.activeElement) && document.activeElement.dataset.sign;
      this.filtersNow = filters.join();
      fill(this.filters, all.length > 0 && SHOWN.filter(([sign]) => sign === "all" || size(sign)).map(([sign, name]) =>
        el("button", { type: "button", "data-sign": sign, "aria-pressed": String(sign === this.shown), onclick: () => { this.shown = sign; this.showClaims(); } }, `${name} (${size(sign)})`)));
      if (focused) this.filters.querySelector(`[data-sign="${focused}"]`)?.focus();
    }
    for (const [id, item] of this.items) {
      if (this.claims.has(id)) continue;
      item.element.remove();
      this.items.delete(id);
      if (this.open === id) this.select(null);
    }
    for (const claim of all) {
      const item = this.items.get(claim.id) ?? this.makeItem(claim.id);
      const now = claim.text + claim.mark + claim.outcome;
      if (item.now !== now) {
        item.now = now;
        fill(item.button, mark(claim.mark, claim.outcome, claim.turned),
          el("span", {}, el("span", { class: "t", dir: "auto" }, claim.text), el("span", { class: "small" }, [!claim.text.includes(claim.cite) && claim.cite, words(claim.outcome) || "not judged yet",
            claim.confidence !== null && `confidence ${claim.confidence.toFixed(2)}`].filter(Boolean).join(" · "))));
        if (this.open === claim.id) this.showSide();
      }
      const hide = this.shown !== "all" && claim.mark !== this.shown;
      item.element.hidden = hide;
    }
    this.none.textContent = all.length ? "" : ended(this.review.state) ? "No claim was found." : "No claim found yet.";
  }

  makeItem(id) {
    const button = el("button", { type: "button", class: "claim", "aria-expanded": "false", onclick: () => this.select(this.open === id ? null : id) });
    const item = { button, element: el("li", {}, button), now: "" };
    this.items.set(id, item);
    this.list.append(item.element);
    return item;
  }

  select(id) {
    this.items.get(this.open)?.button.setAttribute("aria-expanded", "false");
    this.open = this.claims.has(id) ? id : null;
    this.items.get(this.open)?.button.setAttribute("aria-expanded", "true");
    this.placeSide();
    this.showSide();
  }

  placeSide() {
    this.side.hidden = this.open === null;
    this.beside.classList.toggle("wide", this.open !== null);
    if (this.open === null) return;
    (this.wide.matches ? this.beside : this.items.get(this.open).element).append(this.side);
  }

  showSide() {
    if (this.open === null) return;
    fill(this.side, evidence(this.claims.get(this.open), this.full.get(this.open), this.papers));
    this.side.scrollTop = 0;
  }

  toClaim(id) {
    if (!this.claims.has(id)) return;
    this.shown = "all";
    this.tabs.select("claims");
    this.showClaims();
    this.select(id);
    const { button } = this.items.get(id);
    button.scrollIntoView({ block: "center" });
    button.focus({ preventScroll: true });
  }

  showPapers() {
    this.paperNews = false;
    const papers = [...this.papers.values()];
    const included = papers.filter((paper) => paper.included);
    this.tabs.label("papers", `Papers (${papers.length})`);
    this.paperCount.textContent = `${count(papers.length, "paper")} screened: ${included.length} in, ${papers.length - included.length} out.`;
    fill(this.paperList, [...included, ...papers.filter((paper) => !paper.included)].map((paper) => el("li", { class: paper.included ? "" : "out" },
      el("span", { class: `mark ${paper.included ? "yes" : "plain"}` }, el("span", { "aria-hidden": "true" }, paper.included ? "✓" : "–"),
        el("span", { class: "unseen" }, paper.included ? "included" : "excluded")),
      el("div", {}, el("div", {}, own(paper.title || paper.id)), el("div", { class: "small" }, paper.cite && [own(paper.cite), " · "], own(paper.reason))))));
  }

  showReport() {
    this.reportShown = true;
    if (!this.review.result || this.frame.querySelector("iframe")) return;
    fill(this.frame, el("p", { class: "small" }, el("a", { href: `/api/reviews/${this.review.id}/page`, target: "_blank", rel: "noopener" }, "Open in a tab of its own")),
      el("iframe", { title: "The whole report", sandbox: "allow-scripts allow-popups allow-popups-to-escape-sandbox",
        src: `/api/reviews/${this.review.id}/page` }));
  }
}

const NAMES = { md: "Markdown", html: "HTML", pdf: "PDF", json: "JSON", bib: "BibTeX", ris: "RIS", "csl-json": "CSL-JSON" };
const ended = (state) => ["done", "partial", "failed", "cancelled"].includes(state);
