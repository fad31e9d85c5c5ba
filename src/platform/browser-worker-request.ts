// How a worker starts others: it asks the thread that started it to do so. In Firefox, a worker that starts another can
// sleep for ever as soon as a debugger looks on: it waits to be told that the debugger knows of the new one, and what tells
// it may wake that one instead (WorkerPrivate::WaitForIsDebuggerRegistered, seen in Firefox 153). A page waits for nothing.
import type { ScriptSource } from './asset-urls.ts'
import { heldLife } from './browser-worker.ts'
import type { WorkerHandle } from './platform.ts'

/** Asks for a worker. */
export interface WorkerRequest {
  readonly script: ScriptSource
  /** By which the two threads talk of it from now on. */
  readonly relay: MessagePort
  /** The name that the asking worker's `holdLife` gave: with it the new one ends. */
  readonly life: string | undefined
}

/** What goes from the worker that has asked to its starter. */
export type RelayOrder = { message: unknown } | 'terminate'

/** What goes back. */
export interface RelayReport<Message> {
  /** What the new worker posts. */
  readonly message?: Message
  /** Why it ended, or could not be started. */
  readonly reason?: string
  /** Whether it surely has ended: the last that comes. */
  readonly hasEnded?: boolean
}

export function startWorker<Message extends object>(
  script: ScriptSource,
  onMessage: (message: Message) => void,
  onEnd: (reason: string) => void,
): WorkerHandle {
  const { port1: relay, port2 } = new MessageChannel()
  const order = (order: RelayOrder) => relay.postMessage(order)
  let isTerminated = false
  const ended = new Promise<boolean>(resolve => {
    relay.onmessage = ({ data }: MessageEvent<RelayReport<Message>>) => {
      if (!isTerminated && data.message) onMessage(data.message)
      if (!isTerminated && data.reason !== undefined) onEnd(data.reason)
      if (data.hasEnded === undefined) return
      relay.close()
      resolve(data.hasEnded)
    }
  })
  const request: WorkerRequest = { script, relay: port2, life: heldLife }
  const scope = globalThis as unknown as Worker
  scope.postMessage(request, [port2])
  return {
    postMessage: message => order({ message }),
    keepAlive: () => {},
    terminate() {
      isTerminated = true
      order('terminate')
      return ended
    },
  }
}
