// The platform services for the engine's script in browsers: as for a page, but that another starts its workers.
export * from './browser.ts'
export { startWorker } from './browser-worker-request.ts'
