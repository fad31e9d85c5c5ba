// Where a training's checkpoints are kept: in the browser, or, where that cannot be, in this page until it is closed.
import { signal } from '@preact/signals'
import { type CheckpointStore, memoryCheckpoints } from 'wasmlp'
import type { PersistentStorage } from 'wasmlp/storage'
import { takeName } from './tab-names.ts'

/**
 * Where checkpoints are: in the browser; or in the page alone, since the browser keeps nothing here, has no room left, or
 * another tab keeps its own.
 */
type Place = 'browser' | 'unavailable' | 'full' | 'other-tab'

export interface KeptCheckpoints extends CheckpointStore {
  /** Changes to `full` when a checkpoint has not been written. */
  readonly place: { readonly value: Place }
  /** Lets another tab keep this training's. */
  release(): void
}

/** Milliseconds that a browser has to open its storage: training waits for it. */
const PATIENCE = 5000

let opened: Promise<PersistentStorage> | undefined
const ofPage = new Map<string, CheckpointStore>()

/** The checkpoints of a training. Never rejects. One tab at a time keeps those of a name. */
export async function openCheckpoints(name: string): Promise<KeptCheckpoints> {
  const memory = ofPage.get(name) ?? memoryCheckpoints()
  ofPage.set(name, memory)
  const release = await takeName(name)
  if (!release) return inPage(memory, 'other-tab')
  try {
    return { ...(await inBrowser(name, memory)), release }
  } catch {
    release()
    return inPage(memory, 'unavailable')
  }
}

const inPage = (store: CheckpointStore, place: Place): KeptCheckpoints => ({
  ...store,
  place: signal(place),
  release() {},
})

async function inBrowser(name: string, memory: CheckpointStore): Promise<Omit<KeptCheckpoints, 'release'>> {
  opened ??= import('wasmlp/storage').then(({ openStorage }) => openStorage())
  const opening = opened
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the browser does not open its storage')), PATIENCE)
  })
  try {
    const storage = await Promise.race([opening, late])
    const store = storage.checkpoints(name)
    await Promise.race([store.list(), late])
    // So that the browser does not clear it when it wants room. Firefox asks its visitor, and nothing waits for that.
    storage.persist().catch(() => {})
    return withoutLoss(store, memory)
  } catch (error) {
    opened = undefined
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** A store whose writes go to the page's memory from the first on that has failed: a training goes on all the same. */
export function withoutLoss(
  store: CheckpointStore,
  memory: CheckpointStore,
): Omit<KeptCheckpoints, 'release'> {
  const place = signal<Place>('browser')
  return {
    place,
    async list() {
      return [...new Set([...(await memory.list()), ...(await store.list())])]
    },
    async read(name) {
      return (await memory.list()).includes(name) ? memory.read(name) : store.read(name)
    },
    async write(name, bytes) {
      if (place.peek() === 'browser') {
        try {
          await store.write(name, bytes)
          return await memory.remove(name)
        } catch {
          place.value = 'full'
        }
      }
      await memory.write(name, bytes)
    },
    async remove(name) {
      await memory.remove(name)
      // What is not removed is a checkpoint more.
      await store.remove(name).catch(() => {})
    },
  }
}

/** Removes all checkpoints of a store. */
export async function clearCheckpoints(store: CheckpointStore): Promise<void> {
  for (const name of await store.list()) await store.remove(name)
}

/** The last place that is stored, or undefined. */
export async function lastPosition(store: CheckpointStore) {
  const last = await lastFile(store)
  return last && { epoch: last.epoch, iteration: last.iteration }
}

/** The checkpoint of that place. */
export async function newestCheckpoint(store: CheckpointStore): Promise<Uint8Array | undefined> {
  const last = await lastFile(store)
  return last && store.read(last.name)
}

async function lastFile(store: CheckpointStore) {
  const [last] = (await store.list())
    .flatMap(name => {
      const [, epoch, iteration] = /^checkpoint-(\d+)-(\d+)\./.exec(name) ?? []
      return epoch === undefined ? [] : [{ name, epoch: Number(epoch), iteration: Number(iteration) }]
    })
    .sort((a, b) => b.epoch - a.epoch || b.iteration - a.iteration)
  return last
}
