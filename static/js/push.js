// The devices on the settings page: asking the browser, only after a press of the button, and knowing this device again.
const htmx = window.htmx;
const box = () => document.querySelector("[data-push]");
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function say(key) {
  const line = box().querySelector("[data-push-said]");
  line.textContent = box().dataset[key];
  line.hidden = false;
}

const current = async () => (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();

async function show() {
  const asked = box();
  const button = asked?.querySelector("[data-push-allow]");
  if (!button) return;
  if (!able) {
    say("unable");
    return;
  }
  const held = await current();
  const digest = held && hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(held.endpoint)));
  const mine = digest && asked.querySelector(`[data-device="${digest}"]`);
  if (mine) {
    mine.querySelector("[data-this-device]").hidden = false;
    mine.querySelector("form").addEventListener("submit", () => held.unsubscribe(), { once: true });
  }
  button.hidden = Boolean(mine);
}

async function allow() {
  if ((await Notification.requestPermission()) !== "granted") {
    say("denied");
    return;
  }
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const key = bytes(box().dataset.push);
  const held = await pushManager.getSubscription();
  // One made for another key of this site can never be reached again.
  if (held && text(held.options.applicationServerKey ?? new ArrayBuffer(0)) !== text(key)) await held.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const values = { endpoint: made.endpoint, p256dh: text(made.getKey("p256dh")), auth: text(made.getKey("auth")) };
  await htmx.ajax("POST", box().dataset.url, { target: "#devices", swap: "outerHTML", values });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-push-allow]");
  if (!button) return;
  button.disabled = true;
  allow().catch(() => say("failed")).finally(() => { button.disabled = false; });
});
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id === "devices") show();
});
show();
