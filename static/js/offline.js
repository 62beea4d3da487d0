// Check-ins that could not be sent: kept on this device, shown as waiting, and sent once the server can be reached.
// Loaded when it is first needed. What one person left waiting is never sent for another.
const STORE = "ops";
const AT_ONCE = 500;
const { user } = document.body.dataset;
const words = document.getElementById("toasts").dataset;
const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: text }));

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("smarthabit", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "op_id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function store(mode, act) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const change = db.transaction(STORE, mode);
    const asked = act(change.objectStore(STORE));
    change.oncomplete = () => resolve(asked?.result);
    change.onabort = change.onerror = () => reject(change.error);
  }).finally(() => db.close());
}

async function waiting() {
  const all = await store("readonly", (ops) => ops.getAll());
  const mine = all.filter((op) => op.user === user).sort((a, b) => a.client_ts.localeCompare(b.client_ts));
  if (mine.length) localStorage.setItem("waiting", user);
  else if (localStorage.getItem("waiting") === user) localStorage.removeItem("waiting");
  return mine;
}

// The operation that a form's values stand for, in the terms of the API; none for a form of another kind.
function operation(path, values) {
  const [, habit, day] = path.match(/\/habits\/(\d+)\/entries\/(\d{4}-\d\d-\d\d)\//) ?? [];
  if (!habit) return null;
  const now = new Date().toISOString();
  const op = { op_id: crypto.randomUUID(), user, habit, day, client_ts: now };
  if (values.clear) return { ...op, deleted: true };
  if ("skipped" in values) op.skipped = values.skipped === "1";
  if (values.instead) return { ...op, note: values.note, value: null, skipped: true };
  if ("note" in values) op.note = values.note;
  if ("value" in values) {
    op.value = values.value === "" ? null : values.value;
    if (op.value !== null) op.skipped ??= false;
    if (op.value !== null && rowOf(op)?.dataset.live) op.performed_at = now;
  }
  return op;
}

// Keep what a request would have said. Whether there was anything to keep.
export async function keep({ verb, path, formData }) {
  const op = verb === "post" && operation(path, Object.fromEntries(formData));
  if (!op) return false;
  await store("readwrite", (ops) => ops.put(op));
  await show();
  say(words.waiting);
  return true;
}

function rowOf({ habit, day }) {
  const row = document.getElementById(`habit-${habit}`);
  return row?.querySelector("form")?.getAttribute("action").includes(`/${day}/`) ? row : null;
}

// Lay what is waiting over the rows as they were when they were last fetched.
export async function show() {
  for (const op of await waiting()) {
    const row = rowOf(op);
    if (!row) continue;
    row.classList.add("is-pending");
    if ("value" in op || op.deleted) showValue(row, op.value ?? null);
    if ("skipped" in op || op.deleted) row.classList.toggle("is-skipped", op.skipped === true && !row.matches(".is-done"));
    if (!row.querySelector(".row__waiting")) {
      const chip = Object.assign(document.createElement("span"), { className: "row__waiting", textContent: words.pending });
      row.querySelector(".row__meta").prepend(chip);
    }
  }
  document.dispatchEvent(new Event("counted"));
}

// What a row says of an amount: within what is asked (`least`) or allowed (`most`) it is done. The next press says the opposite.
function showValue(row, value) {
  const { least = -Infinity, most = Infinity } = row.dataset;
  const done = value !== null && Number(value) >= Number(least) && Number(value) <= Number(most);
  row.classList.toggle("is-done", done);
  const check = row.querySelector(".check[aria-pressed]");
  check?.setAttribute("aria-pressed", String(done));
  if (check) check.value = done ? "" : row.dataset.least ?? row.dataset.most;
  const input = row.querySelector(".row__count input[type=number]");
  if (input) input.value = value ?? "";
}

// Send what is waiting, one tab at a time. The server does each operation once, however often it is sent.
export const drain = () => navigator.locks.request("drain", { ifAvailable: true }, async (lock) => {
  const ops = lock ? (await waiting()).slice(0, AT_ONCE) : [];
  if (!ops.length) return;
  const who = await fetch("/api/v1/me/", { headers: { Accept: "application/json" } });
  if (signedOut(who) || !who.ok || String((await who.json()).id) !== user) return;
  const answer = await fetch("/api/v1/entries/bulk/", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
    body: JSON.stringify({ ops: ops.map(({ user: _user, ...op }) => op) }),
  });
  if (signedOut(answer) || !answer.ok) return;
  const { results } = await answer.json();
  await store("readwrite", (kept) => {
    for (const { op_id: id } of results) kept.delete(id);
  });
  const refused = results.find(({ status }) => status === "rejected");
  say(refused ? refused.error.detail : words.sent);
  document.dispatchEvent(new Event("stale"));
  await waiting();
});

function signedOut({ status }) {
  if (status !== 401 && status !== 403) return false;
  say(words.signIn);
  return true;
}
