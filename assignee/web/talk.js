// Questions about a finished review, kept in this tab of the browser until it is closed.

import { el, fill, own, say } from "./dom.js";
import { quoted } from "./evidence.js";
import { ask } from "./server.js";

const SUGGESTED = ["Which claims are contradicted?", "Which papers were excluded, and why?", "What would change the answer?", "What are the limits of this review?"];

export function talk(id, toClaim) {
  const key = `talk ${id}`;
  const said = kept(key);
  const list = el("ol", { class: "talk", "aria-live": "polite" });
  const input = el("input", { type: "text", id: "about", maxlength: 2000, required: true, disabled: true, autocomplete: "off" });
  const send = el("button", { class: "main", disabled: true }, "Ask");
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const help = el("p", { class: "small" }, "Questions can be asked once the report is written.");
  const put = async (question) => {
    problem.hidden = true;
    send.disabled = true;
    try {
      const answer = await ask("POST", `/api/reviews/${id}/questions`, { question });
      said.push({ question, answer });
      try { sessionStorage.setItem(key, JSON.stringify(said.slice(-30))); } catch { /* a full or closed store forgets */ }
      list.append(entry({ question, answer }, toClaim));
      list.lastChild.scrollIntoView({ block: "nearest" });
      input.value = "";
    } catch (error) {
      problem.hidden = false;
      problem.textContent = error.message;
      say(error.message);
    }
    send.disabled = false;
    input.focus();
  };
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); put(input.value); } },
    el("p", {}, el("label", { for: "about" }, "A question about this review"), el("span", { class: "ask-row" }, input, send)));
  const suggest = el("div", { class: "suggest" }, SUGGESTED.map((text) => el("button", { type: "button", disabled: true, onclick: () => put(text) }, text)));
  fill(list, said.map((item) => entry(item, toClaim)));
  return {
    element: el("div", {}, list, form, problem, help, suggest),
    ready() {
      input.disabled = send.disabled = false;
      for (const button of suggest.children) button.disabled = false;
      help.textContent = "Answered from the records of this review only, with quotes; or you are told that they do not hold the answer.";
    },
  };
}

function entry({ question, answer }, toClaim) {
  return el("li", {}, el("p", { class: "asked", dir: "auto" }, question),
    el("div", { class: answer.held ? "said" : "said not" },
      own(answer.text, "span"),
      answer.quotes.map((quote) => [quoted(quote.text, ""), el("p", { class: "small" }, own(quote.cite), quote.where && ` · ${quote.where}`)]),
      answer.claim_ids.length > 0 && el("p", { class: "row" }, answer.claim_ids.map((claim) =>
        el("button", { type: "button", class: "quiet", onclick: () => toClaim(claim) }, `Claim ${claim.replace(/^c/, "")}`)))));
}

function kept(key) {
  try { return JSON.parse(sessionStorage.getItem(key)) ?? []; } catch { return []; }
}
