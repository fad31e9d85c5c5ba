// What Node and browsers do differently. node.ts and browser.ts each export `platform`, and `#platform` names the one
// that the runtime needs: Rollup, Vitest and tsc each resolve it.

/** The few services that the host supplies. */
export interface Platform {
  readonly name: 'node' | 'browser'
  /**
   * All bytes of a file or URL; undefined where nothing is there (no such file, HTTP 404 or 403).
   * In Node a string is a path unless it has a URL's scheme; in a browser it is a URL relative to the page.
   * Throws {@link DataError} `ERR_DATA_NOT_FOUND` for any other failure to read, with the cause.
   */
  readBytes(location: string | URL): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** File names in a directory; undefined where the location is no directory or the runtime cannot list one. */
  listDirectory(location: string | URL): Promise<string[] | undefined>
  /** Lets timers, input, rendering and abort signals run, then goes on as soon as possible. */
  yieldToEventLoop(): Promise<void>
}
