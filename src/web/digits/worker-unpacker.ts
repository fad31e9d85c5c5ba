// Unpacks digits in a worker, which leaves the page's thread to what the visitor does.
import type { DigitArrays } from './packing.ts'

export class WorkerUnpacker {
  /** Undefined where no worker starts, as in a frame without an origin, or where the server's policy forbids it. */
  readonly result: Promise<DigitArrays | undefined>
  /** Whether it has been found that none starts. */
  hasFailed = false
  #worker: Worker | undefined

  /** @param bytes how many will come */
  constructor(bytes: number) {
    this.result = new Promise(resolve => {
      const fail = () => {
        this.hasFailed = true
        this.end()
        resolve(undefined)
      }
      try {
        this.#worker = new Worker(new URL('./unpacking-worker.ts', import.meta.url))
      } catch {
        fail()
        return
      }
      this.#worker.onmessage = ({ data }: MessageEvent<DigitArrays>) => resolve(data)
      this.#worker.onerror = event => {
        event.preventDefault()
        fail()
      }
      this.#worker.postMessage(bytes)
    })
  }

  /** Gives it the bytes that have come next. */
  add(bytes: Uint8Array): void {
    this.#worker?.postMessage(bytes)
  }

  /** Ends the worker. */
  end(): void {
    this.#worker?.terminate()
    this.#worker = undefined
  }
}
