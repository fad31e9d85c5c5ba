// Starts workers for a worker that this thread has started: see browser-worker-request.ts. Loaded when one asks.
import type { RelayOrder, RelayReport, WorkerRequest } from './browser-worker-request.ts'
import type { Platform, WorkerHandle } from './platform.ts'

/** The workers that there are, by the lives of those that have asked for them. */
const children = new Map<string | undefined, Set<WorkerHandle>>()

/** What this thread does in the other's place. */
type Services = Pick<Platform, 'startWorker' | 'awaitEndOf'>

/** Throws where the browser refuses to start one. */
export function startFor(
  { script, relay, life }: WorkerRequest,
  { startWorker, awaitEndOf }: Services,
): void {
  const report = (report: RelayReport<object>) => relay.postMessage(report)
  const worker = startWorker<object>(
    script,
    message => report({ message }),
    reason => report({ reason }),
  )
  const siblings = siblingsOf(life, awaitEndOf)
  siblings.add(worker)
  relay.onmessage = async ({ data }: MessageEvent<RelayOrder>) => {
    if (data !== 'terminate') {
      worker.postMessage(data.message)
      return
    }
    report({ hasEnded: await worker.terminate() })
    siblings.delete(worker)
  }
}

/** What ends with the worker of that life. Where that has no name, nobody knows when it ends. */
function siblingsOf(life: string | undefined, awaitEndOf: Services['awaitEndOf']): Set<WorkerHandle> {
  const present = children.get(life)
  if (present) return present
  const siblings = new Set<WorkerHandle>()
  children.set(life, siblings)
  if (life !== undefined) {
    awaitEndOf(life, () => {
      children.delete(life)
      for (const worker of siblings) void worker.terminate()
    })
  }
  return siblings
}
