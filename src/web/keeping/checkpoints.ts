// Where a training's checkpoints are kept: in the browser, or, where that cannot be, in this page until it is closed.
import { type CheckpointStore, memoryCheckpoints } from 'wasmlp'
import { openStorage, type PersistentStorage } from 'wasmlp/storage'

export interface KeptCheckpoints {
  readonly store: CheckpointStore
  /** `page` where they are gone with the page. */
  readonly where: 'opfs' | 'indexeddb' | 'page'
  /** Why they are gone with it. */
  readonly reason?: 'unavailable' | 'other-tab'
  /** Lets another tab keep this training's. */
  release(): void
}

let storage: PersistentStorage | undefined
const ofPage = new Map<string, CheckpointStore>()

/** The checkpoints of a training. Never rejects. One tab at a time keeps those of a name. */
export async function openCheckpoints(name: string): Promise<KeptCheckpoints> {
  const release = await lockOf(name)
  if (!release) return inPage(name, 'other-tab')
  try {
    storage ??= await openStorage()
    const store = storage.checkpoints(name)
    await store.list()
    // So that the browser does not clear it when it wants room. Firefox asks its visitor, and nothing waits for that.
    storage.persist().catch(() => {})
    return { store, where: storage.backend === 'opfs' ? 'opfs' : 'indexeddb', release }
  } catch {
    release()
    return inPage(name, 'unavailable')
  }
}

function inPage(name: string, reason: 'unavailable' | 'other-tab'): KeptCheckpoints {
  const store = ofPage.get(name) ?? memoryCheckpoints()
  ofPage.set(name, store)
  return { store, where: 'page', reason, release() {} }
}

/** Removes all checkpoints of a store. */
export async function clearCheckpoints(store: CheckpointStore): Promise<void> {
  for (const name of await store.list()) await store.remove(name)
}

/** The last place that is stored, or undefined. */
export async function lastPosition(store: CheckpointStore) {
  const [last] = (await store.list())
    .flatMap(name => {
      const [, epoch, iteration] = /^checkpoint-(\d+)-(\d+)\./.exec(name) ?? []
      return epoch === undefined ? [] : [{ epoch: Number(epoch), iteration: Number(iteration) }]
    })
    .sort((a, b) => b.epoch - a.epoch || b.iteration - a.iteration)
  return last
}

/** Takes a name for this tab. Undefined where another tab has it; without locks, as over plain http, nobody is asked. */
function lockOf(name: string): Promise<(() => void) | undefined> {
  return new Promise(resolve => {
    const take = (lock: unknown) => {
      if (lock === null) return resolve(undefined)
      return new Promise<void>(release => resolve(release))
    }
    try {
      navigator.locks
        .request(`wasmlp-page ${name}`, { ifAvailable: true }, take)
        .catch(() => resolve(() => {}))
    } catch {
      resolve(() => {})
    }
  })
}
