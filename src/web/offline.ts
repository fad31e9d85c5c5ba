// Registers the page's service worker, and loads the page again once, so that it has it from the start.

/** In sessionStorage while the page is loaded again: it is not done twice. */
const RELOADED = 'wasmlp-page'

/**
 * Resolves to whether the page opens without a network from now on, in words. The first visit ends here: the page is
 * loaded again, isolated this time.
 */
export async function prepareOffline(): Promise<string> {
  if (!window.isSecureContext) return 'No: that needs https, or localhost.'
  if (!navigator.serviceWorker)
    return 'No: this browser has no service workers here. Is this a private window?'
  try {
    await navigator.serviceWorker.register('./service-worker.js')
    await navigator.serviceWorker.ready
  } catch (error) {
    // Without a network the registration that there is serves on.
    if (!navigator.serviceWorker.controller) return `No: ${(error as Error).message}`
  }
  if (window.crossOriginIsolated) sessionStorage.removeItem(RELOADED)
  else if (!sessionStorage.getItem(RELOADED)) {
    sessionStorage.setItem(RELOADED, '1')
    // Chromium keeps this document for a while, and shows it again when the page is reloaded by its visitor. A reload
    // within the event is ignored at times.
    addEventListener('pageshow', ({ persisted }) => persisted && setTimeout(() => location.reload()))
    location.reload()
    return new Promise(() => {}) // the page goes
  }
  return 'This page is kept: it opens without a network.'
}
