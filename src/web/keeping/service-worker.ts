// The page's service worker. It keeps the page's own files, so that the page opens without a network. It serves the
// page cross-origin isolated, which threads need, whatever headers the server sends.

/** What TypeScript's library for pages lacks. */
interface WorkEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}

interface FetchEvent extends Event {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

interface ServiceWorkerScope extends EventTarget {
  readonly registration: ServiceWorkerRegistration
  readonly clients: { claim(): Promise<void> }
}

/** All files of the page, relative to it, and a hash of what is in them: the build says. */
declare const PAGE_FILES: readonly string[]
declare const PAGE_VERSION: string

const scope = globalThis as unknown as ServiceWorkerScope
const folder = scope.registration.scope
const PREFIX = 'wasmlp-page '
/** Of this page alone: another folder of the origin may hold one too. */
const cacheName = `${PREFIX}${folder} ${PAGE_VERSION}`

/** One after the other: whatever the visitor asks for meanwhile finds room on the link, and a connection. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(cacheName)
  for (const file of PAGE_FILES) await keep(cache, new URL(file, folder).href, file.startsWith('assets/'))
}

/** @param isNamedByContent whether its name changes with what is in it, so that none of that name is out of date */
async function keep(cache: Cache, url: string, isNamedByContent: boolean): Promise<void> {
  // From an installation that was cut off.
  if (isNamedByContent && (await cache.match(url))) return
  // Others come past the browser's cache, in which an older version may be.
  const response = await fetch(url, { cache: isNamedByContent ? 'default' : 'reload', priority: 'low' })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  await cache.put(url, response)
}

async function removeOldVersions(): Promise<void> {
  const old = (await caches.keys()).filter(
    name => name.startsWith(`${PREFIX}${folder} `) && name !== cacheName,
  )
  await Promise.all(old.map(name => caches.delete(name)))
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request, { ignoreSearch: true })
  const response = kept ?? (await fetch(request))
  // A page that is isolated starts only workers that are.
  const isToIsolate = request.mode === 'navigate' || request.destination === 'worker'
  if (!isToIsolate || response.type === 'opaqueredirect') return response
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

// A new version waits until no page of the old one is open, which may still need its files.
scope.addEventListener('install', event => (event as WorkEvent).waitUntil(keepFiles()))
scope.addEventListener('activate', event =>
  (event as WorkEvent).waitUntil(removeOldVersions().then(() => scope.clients.claim())),
)
scope.addEventListener('fetch', event => {
  const { request } = event as FetchEvent
  // MNIST, under mnist/, is kept by the package itself.
  const isOwn = request.url.startsWith(folder) && !request.url.startsWith(`${folder}mnist/`)
  if (isOwn && request.method === 'GET') (event as FetchEvent).respondWith(answer(request))
})

export {}
