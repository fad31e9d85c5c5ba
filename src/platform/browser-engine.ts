// The platform services for the engine's script in browsers: as for a page, but that another starts its workers.
export * from './browser.ts'

/** Only a page's own thread may not: with this known, what it takes instead is left out of the script. */
export const canBlock = true
export { startWorker } from './browser-worker-request.ts'
