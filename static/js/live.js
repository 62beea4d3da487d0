// Keeps the page as fresh as the database: small fragments come over the socket, larger slots are fetched again.
// The socket may lose what it likes. Numbers tell: whenever one is missing, all slots in sight are fetched.
const htmx = window.htmx;
const FINAL = [4401, 4403];
const TOO_MANY = 4429;
const SILENCE = 45000;
const BURST = 60;

const tab = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const status = document.querySelector("[data-live-status]");
const started = performance.now();

// The number of the last change that this page shows; null when the page does not say.
let seq = Number(document.body.dataset.liveSeq ?? NaN);
if (Number.isNaN(seq)) seq = null;
let socket = null;
let tries = 0;
let timer = 0;
let silence = 0;
let greeted = false;
let behind = false;
const due = new Set();
const busy = new Set();

// A slot may name several keys: whichever of them is told of, it is fetched.
const slots = (key) => document.querySelectorAll(key ? `[data-live~="${CSS.escape(key)}"][data-live-url]` : "[data-live-url]");

// --- showing -------------------------------------------------------------------------------------------------------
// Nothing is swapped away from under somebody's fingers, nor before the answer to a press has come: htmx would look for the
// places of its parts in what is no longer in the page.
const typing = (element) => {
  const focused = document.activeElement;
  return element.contains(focused) && focused.matches("input:not([type=checkbox], [type=radio]), textarea, select");
};
const HELD = ".is-dragged, .htmx-request";
const held = (element) => element.matches(HELD) || element.querySelector(HELD) !== null;

function apply(key, { version, html }) {
  for (const shown of document.querySelectorAll(`[data-live="${CSS.escape(key)}"][data-version]`)) {
    if (Number(shown.dataset.version) >= version) continue;
    if (typing(shown)) {
      shown.addEventListener("focusout", () => setTimeout(apply, 0, key, { version, html }), { once: true });
      continue;
    }
    if (held(shown)) {
      setTimeout(apply, 300, key, { version, html });
      continue;
    }
    const fresh = Object.assign(document.createElement("template"), { innerHTML: html }).content.firstElementChild;
    const focused = shown.contains(document.activeElement) ? document.activeElement.id : "";
    shown.replaceWith(fresh);
    htmx.process(fresh);
    htmx.trigger(fresh, "htmx:load", { elt: fresh });
    if (focused) document.getElementById(focused)?.focus();
  }
}

function fetchSlots(list) {
  if (document.hidden) {
    behind = true;
    return;
  }
  const first = due.size === 0;
  for (const slot of list) due.add(slot);
  if (first && due.size) setTimeout(fetchDue, BURST);
}

function fetchDue() {
  const now = [...due];
  due.clear();
  for (const slot of now) {
    if (!slot.isConnected) continue;
    if (busy.has(slot) || typing(slot) || held(slot)) {
      setTimeout(fetchSlots, 500, [slot]);
      continue;
    }
    busy.add(slot);
    htmx.ajax("GET", slot.dataset.liveUrl, { target: slot, source: slot, swap: "innerHTML" })
      .catch(() => { behind = true; })
      .finally(() => busy.delete(slot));
  }
}

function catchUp() {
  behind = false;
  fetchSlots(slots());
}

// --- hearing -------------------------------------------------------------------------------------------------------
function hear(message) {
  const missed = seq !== null && (message.type ? message.seq > seq : message.after > seq);
  seq = Math.max(seq ?? 0, message.seq);
  if (message.type === "hello") {
    greeted = true;
    tries = 0;
    show(true);
  }
  for (const [key, fragment] of Object.entries(message.fragments ?? {})) apply(key, fragment);
  if (missed || (message.type === "hello" && behind)) catchUp();
  else for (const key of message.refresh ?? []) fetchSlots(slots(key));
}

function show(live) {
  if (!status) return;
  status.hidden = live;
  status.textContent = live ? "" : (status.dataset.offline ?? "");
}

function connect() {
  clearTimeout(timer);
  if (socket) return;
  const mine = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/live/?tab=${tab}`);
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => lost(mine, 0), SILENCE);
  };
  socket = mine;
  listen();
  mine.onmessage = (event) => {
    if (mine !== socket) return;
    listen();
    hear(JSON.parse(event.data));
  };
  mine.onclose = (event) => lost(mine, event.code);
}

function lost(mine, code) {
  if (mine !== socket) return;
  disconnect();
  if (tries > 1 || FINAL.includes(code)) show(false);
  // Signed out: what is shown is nobody's any more. A page that was never greeted waits, so as not to reload on and on.
  if (code === 4401) setTimeout(() => location.reload(), greeted ? 0 : Math.max(0, 10000 - performance.now() + started));
  if (FINAL.includes(code)) return;
  const pause = code === TOO_MANY ? 60000 : Math.min(30000, 500 * 2 ** tries);
  tries += 1;
  timer = setTimeout(connect, pause * (0.5 + Math.random()));
}

function disconnect() {
  const mine = socket;
  socket = null;
  clearTimeout(silence);
  clearTimeout(timer);
  mine?.close();
}

// --- the page's life -----------------------------------------------------------------------------------------------
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-Tab-Id"] = tab;
});
// What somebody has opened stays open when its slot is fetched again.
function folds(slot) {
  const found = new Map();
  for (const fold of slot.querySelectorAll("details")) {
    let name = `${fold.closest("[id]")?.id} ${fold.querySelector("summary")?.textContent}`;
    while (found.has(name)) name += "'";
    found.set(name, fold);
  }
  return found;
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (requestConfig.elt !== target || !target.dataset.liveUrl) return;
  if (target.querySelector(HELD)) {
    event.detail.shouldSwap = false;
    setTimeout(fetchSlots, 500, [target]);
    return;
  }
  const before = folds(target);
  target.addEventListener("htmx:afterSwap", () => {
    for (const [name, fold] of folds(target)) fold.open ||= before.get(name)?.open ?? false;
  }, { once: true });
});
// An answer that took long must not bring back what is older than what is shown.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  const key = target?.dataset?.live;
  if (!key || !target.dataset.version) return;
  const found = new DOMParser().parseFromString(serverResponse, "text/html").querySelector(`[data-live="${CSS.escape(key)}"]`);
  if (found && Number(found.dataset.version) < Number(target.dataset.version)) event.detail.shouldSwap = false;
});
document.addEventListener("stale", catchUp);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && behind) catchUp();
  if (!document.hidden && !socket && greeted) connect();
});
// A socket from before may look open and be dead, or be alive while the page says it is not: only a new one knows.
addEventListener("online", () => {
  disconnect();
  connect();
});
addEventListener("offline", () => show(false));
// An open socket would keep the page out of the back/forward cache.
addEventListener("pagehide", disconnect);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  catchUp();
  connect();
});

connect();
