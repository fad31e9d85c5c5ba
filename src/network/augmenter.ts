// Distorts the images of a batch: the plan of the kernel, and of running it while the batch before trains.
import type { Samples } from '../data/samples.ts'
import type { I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call, type Executor } from '../wasm/calls.ts'
import { type Augmentation, checkAugmentable, limitOf } from './augmentation.ts'
import type { AugmenterPlan, BatchAugmenter, RandomState } from './context.ts'

/** Floats before the limits of angles, and for each class (assembly/augment.ts). */
const HEAD = 16
const CLASS = 4

/** Which images are distorted, for which step, and where they go. */
interface Task {
  readonly images: U8Buffer
  readonly indices: I32Buffer
  readonly step: I32Buffer
}

/** The next batch's task, on which threads work while they wait for others. */
interface NextTask extends Task {
  /** Counts the images that were begun. */
  readonly taken: I32Buffer
  /** While threads work on it: how many images it has, and the call that makes one of them. */
  offer: { rows: number; one: Call } | undefined
}

/** See {@link BatchAugmenter}. */
export class Augmenter implements BatchAugmenter {
  readonly images: U8Buffer
  readonly #samples: Samples
  readonly #shape: readonly [number, number]
  readonly #byClass: boolean
  readonly #limits: number
  readonly #random: RandomState
  readonly #workspace: U8Buffer
  /** Undefined where one thread computes. */
  readonly #next: NextTask | undefined

  /** Throws like {@link checkAugmentable}. */
  constructor(
    samples: Samples,
    augmentation: Augmentation,
    { runtime, executor, arena, capacity, random }: AugmenterPlan,
  ) {
    const { threads } = executor
    const [height, width] = checkAugmentable(samples, augmentation)
    this.#samples = samples
    this.#shape = [height, width]
    this.#random = random
    this.#byClass = [augmentation.rotation, augmentation.shear].some(limits => typeof limits !== 'number')
    const values = limitsBlock(augmentation, this.#byClass ? (samples.info.classes ?? 1) : 1)
    const limits = arena.f32(values.length)
    limits.view.set(values)
    this.#limits = limits.pointer
    this.images = arena.u8(capacity * width * height)
    this.#workspace = arena.scratch(threads * runtime.kernels.augmentWorkspace(width, height, this.#limits))
    if (threads === 1) return
    this.#next = {
      images: arena.u8(capacity * width * height),
      indices: arena.i32(capacity),
      step: arena.i32(1),
      taken: arena.i32(1),
      offer: undefined,
    }
  }

  calls(rows: number, indices: I32Buffer): Call[] {
    return [this.#call(rows, { images: this.images, indices, step: this.#random.step }, 0, 0)]
  }

  prepare(executor: Executor, indices: Int32Array): void {
    const next = this.#next
    if (!next || next.offer || !executor.offer) return
    const rows = indices.length
    next.indices.view.set(indices)
    next.step.view[0] = stepOf(this.#random) + 1
    next.taken.view[0] = 0
    const one = this.#call(rows, next, next.taken.pointer, 1)
    if (executor.offer(one)) next.offer = { rows, one }
  }

  async finish(executor: Executor, indices: Int32Array): Promise<boolean> {
    const next = this.#next
    const rows = next?.offer?.rows
    if (!next || rows === undefined) return false
    await this.end(executor)
    const prepared = next.indices.view
    const isRight = rows === indices.length && indices.every((index, i) => index === prepared[i])
    // A skipped batch is not a step: the next one has its number.
    if (!isRight || next.step.view[0] !== stepOf(this.#random)) return false
    const [height, width] = this.#shape
    this.images.view.set(next.images.view.subarray(0, rows * height * width))
    return true
  }

  async end(executor: Executor): Promise<void> {
    const next = this.#next
    if (!next?.offer) return
    const { rows, one } = next.offer
    next.offer = undefined
    executor.withdraw?.(one)
    await executor.run([this.#call(rows, next, next.taken.pointer, rows)])
  }

  /** Makes up to `most` of the images that `taken` leaves; all where it is 0. */
  #call(rows: number, { images, indices, step }: Task, taken: number, most: number): Call {
    const { inputs, labels } = this.#samples
    const [height, width] = this.#shape
    return call(
      'augmentImages',
      inputs.pointer,
      indices.pointer,
      this.#byClass && labels ? labels.pointer : 0,
      rows,
      width,
      height,
      this.#limits,
      this.#random.seed,
      step.pointer,
      taken,
      most,
      images.pointer,
      this.#workspace.pointer,
    )
  }
}

const stepOf = ({ step }: RandomState): number => step.view[0] ?? 0

/** The limits as the kernel takes them: a lower and an upper one for each amount. */
export function limitsBlock(augmentation: Augmentation, classes: number): Float32Array {
  const { rotation, shift, scale, shear, elastic, noise, background } = augmentation
  const { alpha, sigma } = elastic
  const around = (middle: number, limit: number) => [middle - limit, middle + limit]
  const block = new Float32Array(HEAD + CLASS * classes)
  block.set([...around(0, shift.x), ...around(0, shift.y), ...around(1, scale.x), ...around(1, scale.y)])
  block.set([alpha / (sigma * Math.sqrt(12 * Math.PI)), sigma * Math.sqrt(6 / 5)], 8)
  block.set([noise.standardDeviation, noise.keepZeros ? 1 : 0, background], 10)
  for (let label = 0; label < classes; ++label) {
    const angles = [...around(0, limitOf(rotation, label) / 90), ...around(0, limitOf(shear, label) / 90)]
    block.set(angles, HEAD + CLASS * label)
  }
  return block
}
