// What a training has been so far, in memory: the loss of each batch, and checkpoints of some steps. No DOM.
import { batch, signal } from '@preact/signals'
import type { CheckpointStore } from 'wasmlp'

/** A step of a training, and the checkpoint that was made there. */
export interface Moment {
  /** Batches of the whole training until then. */
  readonly step: number
  readonly checkpoint: Uint8Array
}

/** The most checkpoints that are kept, 1.6 MB each: 407,050 weights of 4 bytes. */
export const MOST_MOMENTS = 24

/** Where a checkpoint stands, as `fit` names its file. */
const NAME = /^checkpoint-(\d+)-(\d+)\.safetensors$/

export class RunRecord {
  /** Batches that the training has had. */
  readonly steps = signal(0)
  /** Counts the changes of {@link losses}. */
  readonly version = signal(0)
  /** Becomes another when what was computed from the record is no longer of this training. */
  readonly generation = signal(0)
  /** The loss of each batch, the first at 0; undefined where it is not known. */
  readonly losses: (number | undefined)[] = []
  /** By step. */
  readonly moments = signal<readonly Moment[]>([])
  readonly #most: number
  #name: string | undefined
  #iterations = 1

  constructor(most = MOST_MOMENTS) {
    this.#most = most
  }

  /** Batches in an epoch. */
  get iterations(): number {
    return this.#iterations
  }

  /** Begins a training, or goes on with the one of that name. */
  begin(name: string, iterations: number): void {
    if (name !== this.#name) this.clear()
    this.#name = name
    this.#iterations = iterations
  }

  /** Forgets the training. */
  clear(): void {
    this.losses.length = 0
    batch(() => {
      this.moments.value = []
      this.steps.value = 0
      this.version.value++
      this.generation.value++
    })
  }

  /** Forgets what came after a step. */
  cut(step: number): void {
    this.losses.length = Math.min(this.losses.length, step)
    batch(() => {
      this.moments.value = this.moments.peek().filter(moment => moment.step <= step)
      this.steps.value = step
      this.version.value++
      this.generation.value++
    })
  }

  /** The training has come to a step at least. */
  reach(step: number): void {
    this.steps.value = Math.max(this.steps.peek(), step)
  }

  /** A batch of the training, the first being 1. */
  batch(step: number, loss: number): void {
    this.losses[step - 1] = loss
    batch(() => {
      this.reach(step)
      this.version.value++
    })
  }

  /** The last checkpoint that is at a step or before it. */
  before(step: number): Moment | undefined {
    return this.moments.peek().findLast(moment => moment.step <= step)
  }

  /** The same store; what is written to it is kept here too. */
  keeping(store: CheckpointStore): CheckpointStore {
    return {
      list: () => store.list(),
      read: name => store.read(name),
      write: async (name, bytes) => {
        await store.write(name, bytes)
        this.#keep(name, bytes)
      },
      remove: name => store.remove(name),
      check: async name => store.check?.(name),
    }
  }

  /** A store that keeps here what is written to it, and has nothing to go on from. */
  store(): CheckpointStore {
    return this.keeping({
      list: async () => [],
      read: async name => {
        throw new Error(`${name} is not kept`)
      },
      write: async () => {},
      remove: async () => {},
    })
  }

  #keep(name: string, bytes: Uint8Array): void {
    const [, epoch, iteration] = NAME.exec(name) ?? []
    if (epoch === undefined) return
    const step = Number(epoch) * this.#iterations + Number(iteration)
    const before = this.moments.peek()
    if (before.some(moment => moment.step === step)) return
    const moments = [...before, { step, checkpoint: bytes.slice() }].sort((a, b) => a.step - b.step)
    if (moments.length > this.#most) moments.splice(mostCrowded(moments), 1)
    this.moments.value = moments
  }
}

/** Where the moment stands, other than the last, whose neighbours are closest to each other. */
function mostCrowded(moments: readonly Moment[]): number {
  const stepAt = (at: number) => moments[at]?.step ?? 0
  let crowded = 0
  for (let at = 0; at < moments.length - 1; ++at) {
    if (stepAt(at + 1) - stepAt(at - 1) < stepAt(crowded + 1) - stepAt(crowded - 1)) crowded = at
  }
  return crowded
}

/** What `fit` calls the checkpoint of a step. */
export function checkpointName(step: number, iterations: number): string {
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0')
  return `checkpoint-${pad(Math.floor(step / iterations), 4)}-${pad(step % iterations, 6)}.safetensors`
}
