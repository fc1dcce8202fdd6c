// Keeps what the paste box needs for use without a network. Pages come from the network while there is one.
const OWN = `explainer ${self.registration.scope} `; // other sites of the same host keep theirs
const CACHE = OWN + VERSION;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OWN) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep, event.source));
});

async function keep(addresses, client) {
  const cache = await caches.open(CACHE);
  await cache.addAll(addresses);
  client?.postMessage("kept");
}

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === self.location.origin) event.respondWith(answer(event.request));
});

async function answer(request) {
  const isNamedByContent = /\/assets\/[^/]+\.[0-9a-f]{10}\.\w+$/.test(new URL(request.url).pathname);
  const kept = isNamedByContent && (await caches.match(request));
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    const old = await caches.match(request, { ignoreSearch: true });
    if (old) return old;
    throw error;
  }
}
