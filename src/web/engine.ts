// Where the package finds its workers: as files beside the page, or inside it. Its kernels come as modules, which are
// compressed whatever the server does. Every chapter imports it before the package.
import { configure } from 'wasmlp'
import { isOneFile } from './delivery.ts'

/** Their folder, relative to the page: the build says. */
declare const ENGINE_FILES: string

/**
 * Undefined where everything is inside the page, and in a page without an origin, as in a sandboxed frame, which may start
 * workers from blobs alone.
 */
export const engineUrls =
  isOneFile || globalThis.origin === 'null'
    ? undefined
    : { workerUrl: new URL(`${ENGINE_FILES}workers/`, document.baseURI).href }

if (engineUrls) configure(engineUrls)
