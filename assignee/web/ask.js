// The form for a question, with papers of one's own where wanted.

import { count, el, fill } from "./dom.js";
import { ask } from "./server.js";

export function askForm(session, asked) {
  const question = el("textarea", { id: "question", required: true, maxlength: session.max_question, rows: 3,
    "aria-describedby": "question-help", placeholder: "Does intermediate-task training improve cross-lingual transfer?" });
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const progress = el("p", { class: "small", role: "status" });
  const send = el("button", { class: "main" }, "Start the review");
  const files = el("input", { type: "file", id: "files", multiple: true, accept: session.file_types.join(",") });
  const chosen = el("p", { class: "small", "aria-live": "polite" });
  let picked = [];
  const pick = (list) => {
    picked = [...list];
    const size = picked.reduce((sum, file) => sum + file.size, 0);
    chosen.textContent = picked.length ? `${count(picked.length, "file")}, ${size < 1e5 ? `${Math.ceil(size / 1e3)} KB` : `${(size / 1e6).toFixed(1)} MB`}` : "";
    mine.checked = mine.checked || picked.length > 0;
    toggle();
  };
  files.addEventListener("change", () => pick(files.files));
  const drop = el("div", { class: "drop" },
    el("label", { for: "files" }, `Your papers (${session.file_types.join(", ")}; at most ${Math.floor(session.max_file / 1048576)} MB each)`),
    files, chosen);
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); pick(event.dataTransfer.files); });
  const theirs = el("input", { type: "radio", name: "papers", checked: session.library, disabled: !session.library });
  const mine = el("input", { type: "radio", name: "papers", checked: !session.library });
  const toggle = () => { drop.hidden = !mine.checked; };
  theirs.addEventListener("change", toggle);
  mine.addEventListener("change", toggle);
  const most = el("input", { type: "number", id: "most", min: 1, max: 200, value: 20, inputmode: "numeric" });
  const until = el("input", { type: "text", id: "until", placeholder: "2021 or 2021-06", maxlength: 10 });
  const seed = el("input", { type: "text", id: "seed", placeholder: "arXiv:2005.13013", maxlength: 200 });
  const field = (input, label) => el("div", {}, el("label", { for: input.id }, label), input);

  const form = el("form", { class: "card", onsubmit: async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    problem.hidden = true;
    send.disabled = true;
    try {
      const library = mine.checked ? await upload(picked, session, progress) : null;
      const body = { question: question.value, library, max_papers: Number(most.value) || 20 };
      if (until.value.trim()) body.until = until.value.trim();
      if (seed.value.trim()) body.seed_paper = seed.value.trim();
      asked(await ask("POST", "/api/reviews", body));
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      send.disabled = false;
    } finally {
      fill(progress);
    }
  } },
  el("label", { for: "question" }, "Your question"), question,
  el("p", { class: "small", id: "question-help" }, "One question, with the things compared and the measure named. Ctrl+Enter starts the review."),
  el("fieldset", {}, el("legend", {}, "Papers to read"),
    session.library && el("label", { class: "choice" }, theirs, "This server’s library"),
    el("label", { class: "choice" }, mine, "My own papers"), drop),
  el("details", { class: "more" }, el("summary", {}, "More settings"),
    el("div", { class: "fields" }, field(most, "Most papers to include"), field(until, "Only published by"), field(seed, "Start from the paper"))),
  problem, progress, el("p", { class: "ask-actions" }, send));
  toggle();
  return el("section", {}, form);
}

async function upload(picked, session, progress) {
  if (!picked.length) throw new Error("Choose your papers first.");
  if (picked.length > session.max_files) throw new Error(`Choose at most ${session.max_files} files.`);
  for (const file of picked) {
    if (file.size > session.max_file) throw new Error(`${file.name} is too large: at most ${Math.floor(session.max_file / 1048576)} MB.`);
  }
  const { id } = await ask("POST", "/api/libraries");
  for (const [at, file] of picked.entries()) {
    progress.textContent = `Sending ${at + 1} of ${count(picked.length, "file")}: ${file.name}`;
    try {
      await ask("POST", `/api/libraries/${id}/files?name=${encodeURIComponent(file.name)}`, file, true);
    } catch (error) {
      throw new Error(`${file.name}: ${error.message}`);
    }
  }
  return id;
}
