// Where a training's checkpoints are kept: in the browser, or, where that cannot be, in this page until it is closed.
import { signal } from '@preact/signals'
import { type CheckpointStore, memoryCheckpoints } from 'wasmlp'
import type { PersistentStorage } from 'wasmlp/storage'
import { takeName } from './tab-names.ts'

/**
 * Where checkpoints are: in the browser; or in the page alone, since the browser keeps nothing here, has no room left, does
 * not answer, or another tab keeps its own.
 */
type Place = 'browser' | 'unavailable' | 'full' | 'silent' | 'other-tab'

export interface KeptCheckpoints extends CheckpointStore {
  /** Changes to `full` when a checkpoint has not been written, and to `silent` when the browser has not answered. */
  readonly place: { readonly value: Place }
  /** Lets another tab keep this training's. */
  release(): void
}

/** Milliseconds that a browser has to open its storage: training waits for it. */
const PATIENCE = 5000
/** Milliseconds that its storage has for an answer once it is open: a disk that others keep busy may take long to write. */
const ANSWER_PATIENCE = 20_000

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
  try {
    const storage = await inTime(opened, PATIENCE)
    const store = storage.checkpoints(name)
    await inTime(store.list(), PATIENCE)
    // So that the browser does not clear it when it wants room. Firefox asks its visitor, and nothing waits for that.
    storage.persist().catch(() => {})
    return withoutLoss(store, memory)
  } catch (error) {
    opened = undefined
    throw error
  }
}

class Silence extends Error {}

/** Rejects with {@link Silence} where no answer comes in time. */
async function inTime<Result>(answer: Promise<Result>, patience: number): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Silence('the storage of the browser does not answer')), patience)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A store whose writes go to the page's memory from the first on that has failed: a training goes on all the same. One that
 * has not answered once is asked no more.
 *
 * @param patience milliseconds that the store has for an answer
 */
export function withoutLoss(
  store: CheckpointStore,
  memory: CheckpointStore,
  patience = ANSWER_PATIENCE,
): Omit<KeptCheckpoints, 'release'> {
  const place = signal<Place>('browser')
  const ask = async <Result>(question: () => Promise<Result>): Promise<Result> => {
    if (place.peek() === 'silent') throw new Silence('the storage of the browser has not answered')
    try {
      return await inTime(question(), patience)
    } catch (error) {
      if (error instanceof Silence) place.value = 'silent'
      throw error
    }
  }
  return {
    place,
    async list() {
      const kept = await ask(() => store.list()).catch((error: unknown) => {
        if (error instanceof Silence) return []
        throw error
      })
      return [...new Set([...(await memory.list()), ...kept])]
    },
    async read(name) {
      return (await memory.list()).includes(name) ? memory.read(name) : ask(() => store.read(name))
    },
    async write(name, bytes) {
      if (place.peek() === 'browser') {
        try {
          await ask(() => store.write(name, bytes))
          return await memory.remove(name)
        } catch (error) {
          if (!(error instanceof Silence)) place.value = 'full'
        }
      }
      await memory.write(name, bytes)
    },
    async remove(name) {
      await memory.remove(name)
      // What is not removed is a checkpoint more.
      await ask(() => store.remove(name)).catch(() => {})
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
