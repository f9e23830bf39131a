// Asking the server. Every refusal becomes an Error with the one line that it gave.

export class Refusal extends Error {
  constructor(status, line) {
    super(line);
    this.status = status;
  }
}

export async function ask(method, path, body, raw = false) {
  const headers = { "X-Assignee": "1" };
  if (body !== undefined) headers["Content-Type"] = raw ? "application/octet-stream" : "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body: raw || body === undefined ? body : JSON.stringify(body) });
  } catch {
    throw new Refusal(0, "The server does not answer. Your review goes on as soon as it is back; try again then.");
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  const told = await response.json().catch(() => ({}));
  if (response.status === 401) document.dispatchEvent(new Event("signed-out"));
  throw new Refusal(response.status, told.error || `The server said ${response.status}.`);
}

// The events of a review from number `after` on. Goes on by itself when the line breaks or the server starts again.
export function follow(id, after, heard, lost) {
  let last = after;
  let source = null;
  let timer = 0;
  let closed = false;
  const kinds = ["stage", "papers", "claim", "done", "failed", "cancelled", "resumed"];
  const open = () => {
    if (closed) return;
    source = new EventSource(`/api/reviews/${id}/events?after=${last}`);
    source.onopen = () => lost(false);
    for (const kind of kinds) {
      source.addEventListener(kind, (message) => {
        const number = Number(message.lastEventId);
        if (number <= last) return;
        last = number;
        heard(kind, JSON.parse(message.data));
      });
    }
    source.addEventListener("end", (message) => {
      source.close();
      heard("end", JSON.parse(message.data));
    });
    source.onerror = () => {
      if (closed) return;
      source.close();
      lost(true);
      clearTimeout(timer);
      timer = setTimeout(() => ask("GET", `/api/reviews/${id}`).then(open, (error) => {
        if (error.status !== 401 && error.status !== 404) source.onerror();
      }), 2000);
    };
  };
  open();
  return {
    again: open,
    stop() {
      closed = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}
