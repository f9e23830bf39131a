// Which view is shown: sign in, ask, or one review.

import { el, fill, own, say, words } from "./dom.js";
import { askForm } from "./ask.js";
import { reviewView } from "./review.js";
import { ask } from "./server.js";

const main = document.getElementById("main");
const leave = document.getElementById("leave");
let session = null;
let close = () => {};

async function show() {
  const hash = location.hash || "#/";
  if (!hash.startsWith("#/")) return;
  close();
  close = () => {};
  try {
    session = await ask("GET", "/api/session");
  } catch (error) {
    fill(main, el("p", { class: "problem", role: "alert" }, error.message), el("button", { onclick: show }, "Try again"));
    return;
  }
  leave.hidden = !(session.token_needed && session.signed_in);
  if (!session.signed_in) return signIn();
  const run = hash.match(/^#\/review\/([0-9a-f]{4,12})$/);
  if (run) close = await reviewView(main, run[1], session);
  else home();
  main.querySelector("h1")?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function signIn() {
  document.title = "Sign in – assignee";
  const token = el("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const form = el("form", { class: "card", onsubmit: async (event) => {
    event.preventDefault();
    try {
      await ask("POST", "/api/session", { token: token.value.trim() });
      show();
    } catch (error) {
      problem.hidden = false;
      problem.textContent = error.message;
      token.select();
    }
  } },
  el("p", {}, el("label", { for: "token" }, "Token that this server was started with")),
  token, problem, el("p", { class: "ask-actions" }, el("button", { class: "main" }, "Sign in")));
  fill(main, el("h1", { tabindex: -1 }, "Sign in"), el("section", {}, form));
  token.focus();
}

function home() {
  document.title = "assignee";
  const list = el("ul", { class: "runs" });
  const heading = el("h2", { id: "earlier" }, "Earlier reviews");
  const section = el("section", { "aria-labelledby": "earlier" }, heading, list);
  fill(main,
    el("h1", { tabindex: -1 }, "What do you want to know from the literature?"),
    el("p", { class: "soft after-title" }, "You get a report in which every claim carries its quote and the verdicts of several checkers."),
    askForm(session, (review) => { location.hash = `#/review/${review.id}`; }),
    section);
  let timer = 0;
  let shown = "";
  let open = true;
  const load = async () => {
    try {
      const reviews = await ask("GET", "/api/reviews?limit=100");
      const now = JSON.stringify(reviews);
      if (now !== shown) fill(list, reviews.length ? reviews.map(row) : el("li", { class: "soft" }, "None yet."));
      shown = now;
      if (open && reviews.some((item) => ["queued", "running"].includes(item.state))) timer = setTimeout(load, 4000);
    } catch (error) {
      fill(list, el("li", { class: "problem" }, error.message));
    }
  };
  load();
  close = () => { open = false; clearTimeout(timer); };
}

function row(review) {
  const told = [new Date(review.created).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })];
  if (review.result) {
    told.push(review.result.score === null ? "no score" : `${review.result.score.toFixed(1)} / 10`, words(review.result.grade),
      `answer: ${words(review.result.direction)}`);
  } else if (review.error) told.push(review.error);
  return el("li", {}, el("a", { href: `#/review/${review.id}` },
    el("span", { class: "q", dir: "auto" }, review.question), el("span", { class: `chip ${review.state}` }, review.state),
    el("span", { class: "small" }, told.join(" · "))));
}

leave.addEventListener("click", async () => {
  await ask("DELETE", "/api/session").catch(() => {});
  show();
});
document.addEventListener("signed-out", () => { if (session?.signed_in) { session.signed_in = false; say("You are signed out."); show(); } });
addEventListener("hashchange", show);
show();
