// The part of the service worker that keeps the look of the product and the last Today, and shows them when the server
// cannot be reached. SHELL (addresses, and the page for all that is not kept) is set by the file that loads this one.
const SHELL = `shell-${self.SHELL.version}`;
const TODAY = "today";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([...self.SHELL.assets, self.SHELL.offline])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("shell-") && name !== SHELL;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))));
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (self.SHELL.assets.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((held) => held ?? fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(page(request, pathname));
  }
});

async function page(request, pathname) {
  try {
    const answer = await fetch(request);
    if (pathname === "/" && answer.ok) await keep(answer.clone());
    return answer;
  } catch {
    const held = pathname === "/" && (await caches.match("/", { cacheName: TODAY }));
    return held || caches.match(self.SHELL.offline);
  }
}

// Without a sign-in the same address shows a greeting, which is no Today to keep.
async function keep(answer) {
  if ((await answer.clone().text()).includes("data-user=")) await (await caches.open(TODAY)).put("/", answer);
}
