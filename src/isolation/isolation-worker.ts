/** What came of it. */
export interface Isolation {
  readonly isolated: boolean
  /** Why, in words. */
  readonly reason: string
}

/** What TypeScript's library for pages lacks. */
interface FetchEvent extends Event {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}

interface ServiceWorkerScope extends EventTarget {
  readonly location: Location
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
}

{
  const isPage = typeof document !== 'undefined'

  /** As the service worker: adds the headers to pages and workers. All else is the browser's own affair. */
  const serve = (scope: ServiceWorkerScope) => {
    const embedderPolicy =
      new URL(scope.location.href).searchParams.get('coep') === 'credentialless'
        ? 'credentialless'
        : 'require-corp'

    const isolate = async (request: Request): Promise<Response> => {
      const response = await fetch(request)
      // A redirection, which the browser follows, and answers without a body, stay as they are.
      if (response.type === 'opaqueredirect' || response.type === 'error') return response
      if ([101, 204, 205, 304].includes(response.status)) return response
      const headers = new Headers(response.headers)
      headers.set('Cross-Origin-Opener-Policy', 'same-origin')
      headers.set('Cross-Origin-Embedder-Policy', embedderPolicy)
      if (!headers.has('Cross-Origin-Resource-Policy'))
        headers.set('Cross-Origin-Resource-Policy', 'cross-origin')
      const { status, statusText } = response
      return new Response(response.body, { status, statusText, headers })
    }

    scope.addEventListener('install', () => void scope.skipWaiting())
    scope.addEventListener('activate', event => {
      ;(event as Event & { waitUntil(work: Promise<void>): void }).waitUntil(scope.clients.claim())
    })
    scope.addEventListener('fetch', event => {
      const { request } = event as FetchEvent
      const isOwn = new URL(request.url).origin === scope.location.origin
      const isWorker = request.destination === 'worker' || request.destination === 'sharedworker'
      if (request.mode === 'navigate' || (isWorker && isOwn))
        (event as FetchEvent).respondWith(isolate(request))
    })
  }

  /** In sessionStorage while the page is loaded again: it is not done twice. */
  const RELOADED = 'wasmlp-isolation'

  /** Whether the page may load itself again; from then on it may not. Without a memory of it, it may not either. */
  const mayReload = (): boolean => {
    try {
      if (sessionStorage.getItem(RELOADED)) return false
      sessionStorage.setItem(RELOADED, '1')
      return true
    } catch {
      return false
    }
  }

  /** As the page's script: registers this file as the service worker, and loads the page again once it is at work. */
  const register = async (script: string | undefined): Promise<Isolation> => {
    const failed = (reason: string) => ({ isolated: false, reason })
    if (window.crossOriginIsolated) {
      try {
        sessionStorage.removeItem(RELOADED)
      } catch {} // there is nothing in it then
      return { isolated: true, reason: 'the page is cross-origin isolated' }
    }
    if (window.crossOriginIsolated === undefined)
      return failed('this browser knows no cross-origin isolation')
    if (!window.isSecureContext)
      return failed('the page is no secure context: serve it over https, or from localhost')
    if (window.parent !== window) {
      return failed(
        'the page is in a frame: the page around it must be isolated, and its frame have allow="cross-origin-isolated"',
      )
    }
    if (!navigator.serviceWorker) {
      return failed('this browser has no service workers here: some have none in private windows')
    }
    if (!script)
      return failed('this is no classic script: include it by <script src="isolation-worker.js"></script>')
    try {
      const { scope } = await navigator.serviceWorker.register(script)
      if (!location.href.startsWith(scope)) {
        return failed(`the file is for pages under ${scope}: put it beside this page, or above`)
      }
      await navigator.serviceWorker.ready
    } catch (error) {
      return failed(`the service worker cannot be registered: ${(error as Error).message}`)
    }
    if (!mayReload()) {
      return failed(
        'the page was loaded again, and is still not isolated: does the browser allow it, and storage for this site?',
      )
    }
    // Chromium keeps this document for a while, and shows it again when the page is reloaded by its visitor. A reload
    // within the event is ignored at times.
    addEventListener('pageshow', ({ persisted }) => persisted && setTimeout(() => location.reload()))
    location.reload()
    return new Promise(() => {}) // the page goes
  }

  if (isPage) {
    const script =
      document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : undefined
    Object.assign(window, { wasmlpIsolation: register(script) })
  } else serve(globalThis as unknown as ServiceWorkerScope)
}
