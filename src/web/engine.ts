// Where the package finds its workers and kernels: as files beside the page. It is loaded with the first chapter.
import { configure } from 'wasmlp'

/** Their folder, relative to the page: the build says. */
declare const ENGINE_FILES: string

/** Undefined in a page without an origin, as in a sandboxed frame, which may start workers from blobs alone. */
export const engineUrls =
  globalThis.origin === 'null'
    ? undefined
    : {
        workerUrl: new URL(`${ENGINE_FILES}workers/`, document.baseURI).href,
        wasmUrl: new URL(`${ENGINE_FILES}wasm/`, document.baseURI).href,
      }

if (engineUrls) configure(engineUrls)
