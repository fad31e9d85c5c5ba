// What Node and browsers do differently. node.ts and browser.ts each export all of {@link Platform}, as functions of their
// own, of which a bundle keeps those that it calls. `#platform` names the one that the runtime needs: Rollup, Vitest and
// tsc each resolve it.

import type { ScriptSource } from './asset-urls.ts'

/** A worker, as far as its starter needs it. */
export interface WorkerHandle {
  /** Structured-clones a message to the worker. */
  postMessage(message: unknown): void
  /**
   * Ends the worker, which was told to leave; resolves to whether it surely has. A browser lets one that is busy run on
   * for seconds and never says when it is gone: there, only a worker's own last message is certain.
   */
  terminate(): Promise<boolean>
  /** Whether the process is to live as long as the worker does; not unless told. */
  keepAlive(isNeeded: boolean): void
}

/** Whether threads can be had, and why not. */
export interface ThreadSupport {
  /** Whether workers can be started and share linear memory. */
  readonly canShare: boolean
  /** How many threads run at once here; 1 where memory cannot be shared. */
  readonly threads: number
  /** Why that many, in words. */
  readonly reason: string
}

/** A file's bytes in order. The next chunk may overwrite a chunk. */
export type Chunks = AsyncGenerator<Uint8Array, void, void>

/** A file as it is read: in chunks, so that nothing holds it whole. */
export interface ByteFile {
  /** Bytes in all; undefined where only reading tells: the length that a server says may be that of its compression. */
  readonly size: number | undefined
  /** What a server has answered, where the file is from one. */
  readonly response?: Response
  /**
   * Reads it, once. Throws {@link DataError} `ERR_DATA_NOT_FOUND` for a failure, with the cause.
   */
  chunks(): Chunks
}

/** A file of a {@link FileStore}. */
export interface StoredFile {
  readonly name: string
  readonly bytes: number
  readonly modified: Date
}

/** Files by name, each written whole or not at all. */
export interface FileStore {
  list(): Promise<string[]>
  /** The same with what is known of each. */
  files(): Promise<StoredFile[]>
  read(name: string): Promise<Uint8Array>
  write(name: string, bytes: Uint8Array): Promise<void>
  /** Rejects where a file of that name could not be written, as far as it can be known beforehand. */
  check(name: string): Promise<void>
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>
}

/** The modules of the build for vectors of 256 bits. */
export type WideModuleName = `relaxed256${'' | '-threads'}${'' | '-supplement' | '-sparsity'}`

/** What makes the engine compute with vectors of 256 bits. */
export interface VectorSwitch {
  /** Why they cannot be had, in words; undefined where they can. */
  refusal(): string | undefined
  /** Has the engine join pairs of vectors, or not, in all WebAssembly that it compiles from then on in this process. */
  setJoined(isOn: boolean): void
  /** Runs what instantiates modules and calls functions: each of these is optimised after one or two calls. */
  withOptimizedCode<Result>(run: () => Promise<Result>): Promise<Result>
  loadModule(name: WideModuleName): Promise<Uint8Array<ArrayBuffer>>
}

/** A folder that platforms have for every user. */
export type UserDirectory = 'data' | 'cache'

/** The few services that the host supplies. */
export interface Platform {
  readonly name: 'node' | 'browser'
  /**
   * A file or URL to be read; undefined where nothing is there (no such file, HTTP 404 or 403).
   * In Node a string is a path unless it has a URL's scheme; in a browser it is a URL relative to the page.
   * Throws {@link DataError} `ERR_DATA_NOT_FOUND` for any other failure to read, with the cause. A signal ends requests,
   * also while the file is read, with its reason.
   */
  open(location: string | URL, signal?: AbortSignal): Promise<ByteFile | undefined>
  /** The same location in words that mean the same in a worker. */
  locate(location: string | URL): string
  /** File names in a directory; undefined where the location is no directory or the runtime cannot list one. */
  listDirectory(location: string | URL): Promise<string[] | undefined>
  /** The files in a directory, which need not be there yet; undefined where the runtime has none to write to. */
  directory(path: string): FileStore | undefined
  /** Where the user's programs keep data or what they can get again; undefined where the runtime has no such folder. */
  userDirectory(kind: UserDirectory): string | undefined
  /** Bytes that the disk under a path has room for; undefined where the runtime does not tell. */
  freeBytes(path: string): Promise<number | undefined>
  /** An environment variable; undefined where it is not set, or the runtime has none. */
  environment(name: string): string | undefined
  /** The history, whose epochs a console shows as a table where it can be told to; nothing else changes. */
  showEpochs<History extends { epochs: readonly object[] }>(history: History): History
  /** Lets timers, input, rendering and abort signals run, then goes on as soon as possible. */
  yieldToEventLoop(): Promise<void>
  /** The bytes behind gzip in base64, as modules are inlined: the quickest way that the runtime has. */
  decodeGzip(base64: string): Promise<Uint8Array<ArrayBuffer> | ArrayBuffer>
  /** Vectors of 256 bits; undefined where the engine cannot be asked for them, and then their code falls away. */
  readonly loadVectorSwitch: (() => Promise<VectorSwitch>) | undefined
  /** Whether the calling thread may sleep until another wakes it: a page's main thread may not. */
  readonly canBlock: boolean
  /** Whether workers can be started and share linear memory: what {@link threadSupport} says in words. */
  canShareMemory(): boolean
  threadSupport(): ThreadSupport
  /**
   * Starts a worker from a classic script; from its text in Node. It does not keep the process alive. `onMessage` gets what
   * it posts, `onEnd`, in words, why it ended: unless it was terminated. A message whose `ended` is true says that it does
   * no more. Throws where the runtime refuses to start one; `onEnd` is told where that is known later.
   */
  startWorker<Message extends object>(
    script: ScriptSource,
    onMessage: (message: Message) => void,
    onEnd: (reason: string) => void,
  ): WorkerHandle
  /** In a worker: gets what its starter posts; returns what posts to that. */
  listenToHost<Message extends object>(onMessage: (message: Message) => void): (message: unknown) => void
  /** In a worker: runs a classic script in the global scope. */
  runScript(script: ScriptSource): void
  /** In a worker: holds a lock as long as it lives, whose name it gives; undefined where the end is known otherwise. */
  holdLife(): Promise<string | undefined>
  /** Tells when a worker has ended, however that came, by the name that its `holdLife` gave. */
  awaitEndOf(life: string, onEnd: () => void): void
}
