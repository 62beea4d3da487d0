// The part of the service worker that shows what a push message says. What is done about it happens on a page: the
// buttons lead to one on which it can be confirmed, so that a slip of the finger does nothing.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    // A browser must show something for every message; this one was none of ours.
  }
  const actions = told.actions ?? [];
  event.waitUntil(self.registration.showNotification(told.title ?? "SmartHabit", {
    body: told.body ?? "",
    tag: told.tag ?? "",
    lang: told.lang ?? "",
    dir: told.dir ?? "auto",
    actions: actions.slice(0, 2).map(({ action, title }) => ({ action, title })),
    data: { url: told.url ?? "/", actions: Object.fromEntries(actions.map(({ action, url }) => [action, url])) },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, actions } = event.notification.data;
  event.waitUntil(show(new URL(actions[event.action] ?? url, location.origin)));
});

// A page that is open already comes to the front; only our own addresses are opened.
async function show(url) {
  if (url.origin !== location.origin) return;
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = open.find((client) => client.url === url.href);
  if (same) await same.focus();
  else await self.clients.openWindow(url.href);
}
