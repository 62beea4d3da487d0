// What pages do beyond links and forms. Without it everything still works.
const byId = (id) => document.getElementById(id);
const closest = (event, selector) => event.target instanceof Element && event.target.closest(selector);

// --- one polite live region, batched -------------------------------------------------------------------------------
let said = [];
let saying = 0;
function announce(text) {
  said.push(text);
  clearTimeout(saying);
  saying = setTimeout(() => {
    byId("announcer").textContent = said.join(". ");
    said = [];
  }, 400);
}
document.addEventListener("announce", (event) => announce(event.detail.text));

// --- toasts: eight seconds, held while the pointer or the focus is on them -----------------------------------------
const LIFE = 8000;
function startToast(toast) {
  let timer = 0;
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), LIFE);
  };
  const hold = () => clearTimeout(timer);
  for (const [name, act] of [["pointerenter", hold], ["focusin", hold], ["pointerleave", go], ["focusout", go]]) {
    toast.addEventListener(name, act);
  }
  // Hidden, not gone: the answer to its form still needs a place in the page. Whoever pressed by the keyboard goes on at
  // the row that it is about.
  toast.addEventListener("submit", (event) => {
    const row = toast.contains(document.activeElement) && event.target.getAttribute("hx-target")?.startsWith("#habit-");
    if (row) document.querySelector(`${event.target.getAttribute("hx-target")} .check`)?.focus({ preventScroll: true });
    toast.hidden = true;
  });
  announce(toast.querySelector("[data-said]").textContent);
  go();
}
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node instanceof HTMLElement && node.matches("[data-toast]")) {
      for (const older of byId("toasts").querySelectorAll("[data-toast]")) if (older !== node) older.remove();
      startToast(node);
    }
  }
}).observe(byId("toasts"), { childList: true });

// --- a nudge that pops up stays until something is done about it ---------------------------------------------------
document.addEventListener("htmx:load", (event) => {
  const nudge = event.detail.elt.matches("[data-nudge]") && event.detail.elt;
  if (nudge) announce(nudge.querySelector("[data-said]").textContent);
});
document.addEventListener("click", (event) => {
  if (closest(event, "[data-nudge-close]")) event.target.closest("[data-nudge]").remove();
});

// --- the sheet: a dialog that is filled from the server ------------------------------------------------------------
const sheet = byId("sheet");
// A note that was begun is there again when the same day is opened again; once it is sent it is no draft any more.
const drafts = new Map();
const noteOf = (root) => root.querySelector("textarea[name=note]");
const draftOf = (note) => note.form.getAttribute("action");
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === sheet && !sheet.open) {
    sheet.showModal();
    const note = noteOf(sheet);
    if (note && drafts.has(draftOf(note))) note.value = drafts.get(draftOf(note));
    sheet.querySelector("[autofocus], input:not([type=hidden]), textarea")?.focus();
  }
});
sheet.addEventListener("input", (event) => {
  if (event.target === noteOf(sheet)) drafts.set(draftOf(event.target), event.target.value);
});
sheet.addEventListener("submit", (event) => {
  if (noteOf(event.target)) drafts.delete(draftOf(noteOf(event.target)));
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (detail.xhr.responseURL.includes("/accounts/login/")) {
    detail.shouldSwap = false;
    location.reload();
  } else if (detail.xhr.status === 422) {
    // What was refused is shown with its reason in the sheet, wherever it was typed.
    detail.target = sheet;
    detail.swapOverride = "innerHTML";
  } else if (detail.requestConfig?.elt?.matches("[data-closes]")) {
    sheet.close();
  }
});
// Whoever was in a part that is swapped for another stays there: at what is wrong, or else at its beginning.
let left = null;
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  left = target.contains(document.activeElement) ? target : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!left?.isConnected || left.contains(document.activeElement)) return;
  const places = [".field--bad :is(input, textarea)", "a, button, summary"].map((place) => left.querySelector(place));
  (places.find(Boolean) ?? byId("main")).focus({ preventScroll: true });
  left = null;
});
function tell(words) {
  const toast = Object.assign(document.createElement("div"), { className: "toast" });
  const text = Object.assign(document.createElement("span"), { textContent: words });
  toast.dataset.toast = text.dataset.said = "";
  toast.append(text);
  byId("toasts").append(toast);
}
document.addEventListener("toast", (event) => tell(event.detail));
const failed = () => tell(byId("toasts").dataset.failed);
for (const name of ["htmx:responseError", "htmx:timeout"]) document.addEventListener(name, failed);

// --- without a connection: check-ins wait on this device, and Today is there to look at ----------------------------
const { user, offline } = document.body.dataset;
const shelf = () => import(offline);
document.addEventListener("htmx:sendError", async (event) => {
  const kept = user && (await (await shelf()).keep(event.detail.requestConfig).catch(() => false));
  if (!kept) failed();
  else if (event.detail.elt.matches("[data-closes]")) sheet.close();
});
async function sendWaiting() {
  if (localStorage.getItem("waiting") !== user) return;
  const { show, drain } = await shelf();
  await show();
  await drain().catch(() => {}); // still without a connection: it is tried again
}
if (user) {
  sendWaiting();
  addEventListener("online", sendWaiting);
  setInterval(sendWaiting, 20000);
  addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => {}));
}

// --- a list that was left open until its day is over makes room for the new day's, or says that it is the old one ---
const over = document.querySelector("[data-ends]");
function turn() {
  if (!over || document.hidden || Date.now() < over.dataset.ends * 1000) return;
  if (typing(document.activeElement) || document.querySelector("dialog[open]")) return;
  const waited = Date.now() - sessionStorage.getItem("turned");
  if (navigator.onLine && waited > 60000) {
    sessionStorage.setItem("turned", Date.now());
    location.reload();
  } else over.hidden = false;
}
setInterval(turn, 20000);
for (const name of ["pageshow", "online"]) addEventListener(name, turn);
document.addEventListener("visibilitychange", turn);
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]")) window.caches?.delete("today");
});

// --- amounts: a press shows at once; presses in a row become one write of the absolute value -----------------------
const wanted = new Map();
let sending = 0;
function count(input, value) {
  input.value = Math.max(0, Math.round(value * 1000) / 1000);
  wanted.set(input.id, input.value);
  clearTimeout(sending);
  sending = setTimeout(send, 250);
}
function send() {
  for (const [id, value] of wanted) {
    const input = byId(id);
    wanted.delete(id);
    if (!input) continue;
    input.value = value;
    input.form.requestSubmit();
  }
}
const inputOf = (row) => row.querySelector(".row__count input[type=number]");
document.addEventListener("click", (event) => {
  const button = closest(event, ".check--count");
  const input = button && inputOf(button.closest("[data-row]"));
  if (!input) return;
  event.preventDefault();
  count(input, Number(input.value) + Number(button.dataset.step));
});
document.addEventListener("htmx:load", (event) => {
  // A row that arrives between two presses must not take back what it does not know of yet.
  const input = event.detail.elt.matches("[data-row]") && inputOf(event.detail.elt);
  if (input && wanted.has(input.id)) input.value = wanted.get(input.id);
  progress();
});
document.addEventListener("counted", () => progress());
// Enter both changes and submits; leaving the field only changes.
document.addEventListener("submit", (event) => {
  const input = event.target.matches(".row__count") && event.target.querySelector("input[type=number]");
  if (input) input.dataset.sent = input.value;
});
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches(".row__count input")) {
    setTimeout(() => {
      if (input.isConnected && input.dataset.sent !== input.value) input.form.requestSubmit();
    });
  }
});

function progress() {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  // What stands on other pages of a long list counts, too.
  const done = document.querySelectorAll(".is-counted.is-done").length + Number(box.dataset.done);
  const asked = document.querySelectorAll(".is-counted").length + Number(box.dataset.asked);
  bar.max = Math.max(1, asked);
  bar.value = done;
  const label = box.querySelector("[data-progress-words]");
  label.textContent = label.dataset.progressWords.replace("#", done).replace("@", asked);
}

document.addEventListener("change", (event) => {
  const form = closest(event, "[data-autosubmit]");
  if (form && event.target.value) form.requestSubmit();
});

// --- menus close on a press elsewhere and on Escape ----------------------------------------------------------------
// Beside a dialog is neither its own edge nor where a selection that began inside was let go.
let pressedBeside = false;
document.addEventListener("pointerdown", ({ target, clientX, clientY }) => {
  const box = target instanceof HTMLDialogElement && target.getBoundingClientRect();
  pressedBeside = box && (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom);
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const opener = closest(event, "[data-opens]");
  if (opener) {
    opener.closest("details")?.removeAttribute("open");
    byId(opener.dataset.opens).showModal();
  }
  if (event.target instanceof HTMLDialogElement && pressedBeside) event.target.close();
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// --- the palette: fetched when it is first asked for ---------------------------------------------------------------
const finder = document.querySelector("[data-palette]");
async function find(event) {
  event.preventDefault();
  const { open } = await import(finder.dataset.palette);
  open(finder.dataset.options);
}
document.addEventListener("keydown", (event) => {
  const asked = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (asked && finder && "shortcuts" in document.body.dataset && !document.querySelector("dialog[open]")) find(event);
});
finder?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  finder.closest("details").open = false;
  find(event);
});

// --- sorting by drag; the buttons beside do the same ---------------------------------------------------------------
function sortable(form) {
  form.classList.add("is-ready");
  form.addEventListener("pointerdown", (event) => {
    const card = closest(event, "[data-grip]") && event.target.closest("[data-id]");
    if (!card) return;
    event.preventDefault();
    const before = order(form);
    card.classList.add("is-dragged");
    const move = (at) => {
      const over = document.elementFromPoint(at.clientX, at.clientY)?.closest("[data-id]");
      if (!over || over === card || !form.contains(over)) return;
      const box = over.getBoundingClientRect();
      over[at.clientY > box.top + box.height / 2 ? "after" : "before"](card);
    };
    const drop = () => {
      card.classList.remove("is-dragged");
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", drop);
      removeEventListener("pointercancel", drop);
      const after = order(form);
      if (after.join() !== before.join()) {
        window.htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, target: "#habit-list", values: { ids: after } });
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
  });
}
const order = (form) => [...form.querySelectorAll("[data-id]")].map((card) => card.dataset.id);
const ready = (root) => {
  for (const form of root.querySelectorAll("[data-sortable]:not(.is-ready)")) sortable(form);
};
ready(document);
document.addEventListener("htmx:load", (event) => ready(event.detail.elt.parentElement ?? document));

// --- the keyboard map: off where the user's settings say so, while typing, and while a dialog is open ------
let current = null;
let goes = 0;

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);

function select(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.id && row.id === current?.id || row === current);
  current?.classList.remove("is-current");
  current = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
  current.classList.add("is-current");
  const first = current.querySelector(".check, h2 a");
  first.focus({ preventScroll: true });
  current.scrollIntoView({ block: "nearest" });
}

// A row is replaced whenever something is said about it: what is at hand is the row that holds the focus.
const here = () => document.activeElement?.closest("[data-row]") ?? (current && document.getElementById(current.id));

function step(by) {
  const row = here();
  const input = row && inputOf(row);
  if (input) count(input, Number(input.value) + by * Number(row.querySelector(".check--count").dataset.step));
}

const more = (then) => {
  const link = here()?.querySelector(".row__more");
  if (!link) return;
  document.addEventListener("htmx:afterSwap", () => setTimeout(() => then(document.getElementById("sheet"))), { once: true });
  link.click();
};

const acts = {
  j: () => select(1),
  k: () => select(-1),
  x: () => here()?.querySelector(".check")?.click(),
  "+": () => step(1),
  "=": () => step(1),
  "-": () => step(-1),
  s: () => more((sheet) => sheet.querySelector("[data-skip]").click()),
  n: () => more((sheet) => sheet.querySelector("textarea").focus()),
  w: () => here()?.querySelector("[data-why]")?.click(),
  u: () => document.querySelector("[data-undo]")?.click(),
  "?": () => document.getElementById("keys").showModal(),
  g: () => {
    goes = Date.now();
  },
};

function typing(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const place = Date.now() - goes < 1500 && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  if (place) {
    place.click();
    return;
  }
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (marked) {
    event.preventDefault();
    if (marked.matches("input")) marked.focus();
    else marked.click();
  } else if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  } else if (event.key === "/") {
    event.preventDefault();
    location.assign("/habits/?q=");
  }
});
