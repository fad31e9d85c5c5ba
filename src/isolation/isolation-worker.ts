/** What came of it. */
export interface Isolation {
  readonly isolated: boolean
  /** Why, in words. */
  readonly reason: string
}

/** What TypeScript's library for pages lacks. */
interface WorkEvent extends Event {
  waitUntil(work: Promise<unknown>): void
}

interface FetchEvent extends WorkEvent {
  readonly request: Request
  readonly clientId: string
  respondWith(response: Promise<Response>): void
}

interface MessageEventOfPage extends WorkEvent, Pick<MessageEvent, 'data' | 'ports'> {
  readonly source: { readonly url: string } | null
}

interface ServiceWorkerScope extends EventTarget {
  readonly location: Location
  readonly registration: ServiceWorkerRegistration
  readonly clients: { claim(): Promise<void>; get(id: string): Promise<{ readonly url: string } | undefined> }
  skipWaiting(): Promise<void>
}

{
  type Policy = 'require-corp' | 'credentialless'

  /** An address without what does not tell pages apart. */
  const pageOf = (address: string): string => address.replace(/[?#].*/, '')

  /** As the service worker: adds the headers to pages that asked for them. All else is the browser's own affair. */
  const serve = (scope: ServiceWorkerScope) => {
    const { registration } = scope
    const script = scope.location.href
    const cacheName = `wasmlp-isolation ${registration.scope}`

    /**
     * The pages that include the script, and their policies. A page is there until it is served and its script does not
     * report: then it is served as it is, and asks again if the script is there after all.
     */
    const pages = new Map<string, Policy>()
    const unconfirmed = new Set<string>()
    /** Scripts of workers that such pages have started, which may start others. */
    const workers = new Map<string, Policy>()
    let isLoaded = false
    const loaded = (async () => {
      try {
        const cache = await caches.open(cacheName)
        for (const { url } of await cache.keys()) {
          const [policy, state] = (await (await cache.match(url))?.text())?.split(' ') ?? []
          pages.set(url, policy === 'credentialless' ? policy : 'require-corp')
          if (state) unconfirmed.add(url)
        }
      } catch {} // what is not kept is asked for again
      isLoaded = true
    })()

    const keep = async (page: string): Promise<void> => {
      try {
        const cache = await caches.open(cacheName)
        const policy = pages.get(page)
        if (policy === undefined) await cache.delete(page)
        else await cache.put(page, new Response(policy + (unconfirmed.has(page) ? ' unconfirmed' : '')))
      } catch {}
    }

    const withdraw = async (): Promise<void> => {
      pages.clear()
      workers.clear()
      await registration.unregister()
      await caches.delete(cacheName)
    }

    /** Ends the service worker once its file is gone from the server. */
    const checkFile = async (): Promise<void> => {
      try {
        const { status, headers } = await fetch(script, { method: 'HEAD', cache: 'no-store' })
        // A page in its place is what many servers send for a file that is not there.
        const isPage = /^text\/html\b/i.test(headers.get('content-type') ?? '')
        if (status === 404 || status === 410 || isPage) await withdraw()
      } catch {} // there is no network
    }

    /** The policy of a page, or of what a page loads; undefined where its headers are not for us to change. */
    const policyFor = async ({ request, clientId }: FetchEvent): Promise<Policy | undefined> => {
      await loaded
      const page = pageOf(request.url)
      const isDocument = request.mode === 'navigate' && request.destination === 'document'
      if (isDocument) {
        const policy = pages.get(page)
        if (policy === undefined) return undefined
        if (unconfirmed.delete(page)) {
          pages.delete(page)
          await keep(page)
          return undefined
        }
        unconfirmed.add(page)
        await keep(page)
        return policy
      }
      // A frame or a worker: by what starts it.
      const client = clientId === '' ? undefined : await scope.clients.get(clientId)
      const starter = [request.referrer, client?.url ?? ''].map(pageOf)
      const policy = starter
        .map(url => pages.get(url) ?? workers.get(url))
        .find(policy => policy !== undefined)
      if (policy !== undefined && request.mode !== 'navigate') workers.set(page, policy)
      return policy ?? pages.get(page)
    }

    const isolate = async (event: FetchEvent): Promise<Response> => {
      const policy = await policyFor(event)
      const response = await fetch(event.request)
      if (policy === undefined) return response
      // A redirection, which the browser follows, and answers without a body, stay as they are.
      if (response.type !== 'basic' || [101, 204, 205, 304].includes(response.status)) return response
      const headers = new Headers(response.headers)
      const opener = headers.get('Cross-Origin-Opener-Policy') ?? ''
      // Headers of the server's own that are as strict stay; so does one that asks for another kind of isolation.
      if (!/^\s*(same-origin(?!-)|noopener-allow-popups)/.test(opener)) {
        headers.set('Cross-Origin-Opener-Policy', 'same-origin')
      }
      const embedder = headers.get('Cross-Origin-Embedder-Policy') ?? ''
      if (!/^\s*(require-corp|credentialless)/.test(embedder)) {
        headers.set('Cross-Origin-Embedder-Policy', policy)
      }
      const { status, statusText } = response
      return new Response(response.body, { status, statusText, headers })
    }

    scope.addEventListener('install', () => void scope.skipWaiting())
    scope.addEventListener('activate', event => (event as WorkEvent).waitUntil(scope.clients.claim()))
    scope.addEventListener('message', event => {
      const { data, ports, source, waitUntil } = event as MessageEventOfPage
      if (!source || !(data === 'require-corp' || data === 'credentialless')) return
      const page = pageOf(source.url)
      const confirm = async () => {
        await loaded
        pages.set(page, data)
        unconfirmed.delete(page)
        await keep(page)
        ports[0]?.postMessage('kept')
      }
      waitUntil.call(event, confirm())
    })
    scope.addEventListener('fetch', given => {
      const event = given as FetchEvent
      const { url, mode, destination } = event.request
      const isWorker = destination === 'worker' || destination === 'sharedworker'
      if (new URL(url).origin !== scope.location.origin || !(mode === 'navigate' || isWorker)) return
      if (destination === 'document') event.waitUntil(checkFile())
      // The browser answers itself where nothing can be covered.
      if (isLoaded && pages.size === 0) return
      event.respondWith(isolate(event))
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

  const failed = (reason: string): Isolation => ({ isolated: false, reason })

  const fileOf = ({ active, waiting, installing }: ServiceWorkerRegistration): string =>
    pageOf((active ?? waiting ?? installing)?.scriptURL ?? '')

  /** Milliseconds in which a service worker answers; those of other versions do not. */
  const PATIENCE = 2000

  /** Tells the service worker that this page includes the script; resolves once it has kept that. */
  const report = (worker: ServiceWorker, policy: Policy): Promise<void> =>
    new Promise(resolve => {
      const { port1, port2 } = new MessageChannel()
      setTimeout(resolve, PATIENCE)
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      worker.postMessage(policy, [port2])
    })

  /** `?off`: removes the service worker. */
  const turnOff = async (file: string): Promise<Isolation> => {
    const found = (await navigator.serviceWorker?.getRegistrations()) ?? []
    const ours = found.filter(registration => fileOf(registration) === file)
    for (const registration of ours) {
      await registration.unregister()
      await caches.delete(`wasmlp-isolation ${registration.scope}`)
    }
    const isolated = window.crossOriginIsolated === true
    return { isolated, reason: `turned off by ?off${isolated ? ': from the next load on' : ''}` }
  }

  /** As the page's script: registers this file as the service worker, and loads the page again once it is at work. */
  const register = async (script: string | undefined): Promise<Isolation> => {
    const file = pageOf(script ?? '')
    const options = new URLSearchParams(script?.split('?')[1])
    if (options.has('off')) return turnOff(file)
    const policy = options.get('coep') === 'credentialless' ? 'credentialless' : 'require-corp'
    if (window.crossOriginIsolated) {
      try {
        sessionStorage.removeItem(RELOADED)
      } catch {} // there is nothing in it then
      const { controller } = navigator.serviceWorker ?? {}
      if (controller && pageOf(controller.scriptURL) === file) void report(controller, policy)
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
      const folder = new URL('.', file).href
      if (!location.href.startsWith(folder)) {
        return failed(`the file is for pages under ${folder}: put it beside this page, or above`)
      }
      const other = await navigator.serviceWorker.getRegistration()
      if (other && fileOf(other) !== file && other.scope.length >= folder.length) {
        return failed(
          `the pages under ${other.scope} have a service worker, ${fileOf(other)}: add the headers to what it answers`,
        )
      }
      await navigator.serviceWorker.register(file)
      const { active } = await navigator.serviceWorker.ready
      if (active) await report(active, policy)
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

  if (typeof document !== 'undefined') {
    const script =
      document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : undefined
    Object.assign(window, { wasmlpIsolation: register(script) })
  } else serve(globalThis as unknown as ServiceWorkerScope)
}
