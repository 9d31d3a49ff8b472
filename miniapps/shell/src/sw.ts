/**
 * Keeps the shell itself on the device: its page, scripts, styles, icons and faces. It holds no
 * token and no answer of the API; what belongs to a person never passes through this cache.
 */

declare const self: ServiceWorkerGlobalScope;

const CACHE = "camaug-shell-__VERSION__";
const KEPT = JSON.parse("__KEPT__") as string[];
const PAGE = "/";
/** Addresses that are no page of the shell. */
const ELSEWHERE = /^\/(api|console|health|metrics|\.well-known|q)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...KEPT])).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => names.filter((name) => name.startsWith("camaug-shell-") && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (request.mode === "navigate" && !ELSEWHERE.test(url.pathname)) event.respondWith(page(request));
});

/** Names of assets carry their hash: a kept copy is never stale. */
async function asset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** The network's page when there is one, the kept page when not. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

export {};
