// Distorts the images of a batch: the plan of the kernel that does it.
import type { Storage } from '../data/storage.ts'
import type { I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { type Augmentation, checkAugmentable, limitOf } from './augmentation.ts'
import type { PassPlan, RandomState } from './stages/stage.ts'

/** Floats before the limits of angles, and for each class (assembly/augment.ts). */
const HEAD = 16
const CLASS = 4

/** Distorted copies of a data set's images. What happens to one depends on the seed, the step and its row alone. */
export class Augmenter {
  /** The distorted images, row by row: capacity × width·height. */
  readonly images: U8Buffer
  readonly #storage: Storage
  readonly #shape: readonly [number, number]
  readonly #byClass: boolean
  readonly #limits: number
  readonly #random: RandomState
  readonly #workspace: U8Buffer

  /** Throws as {@link checkAugmentable} does. */
  constructor(
    { runtime, arena, capacity, threads }: Pick<PassPlan, 'runtime' | 'arena' | 'capacity' | 'threads'>,
    storage: Storage,
    augmentation: Augmentation,
    random: RandomState,
  ) {
    const [height, width] = checkAugmentable(storage, augmentation)
    this.#storage = storage
    this.#shape = [height, width]
    this.#random = random
    this.#byClass = [augmentation.rotation, augmentation.shear].some(limits => typeof limits !== 'number')
    const values = limitsBlock(augmentation, this.#byClass ? (storage.info.classes ?? 1) : 1)
    const limits = arena.f32(values.length)
    limits.view.set(values)
    this.#limits = limits.pointer
    this.images = arena.u8(capacity * width * height)
    this.#workspace = arena.scratch(threads * runtime.kernels.augmentWorkspace(width, height, this.#limits))
  }

  /** Puts distorted copies of the rows that `indices` names into `images`. */
  calls(rows: number, indices: I32Buffer): Call[] {
    const { inputs, labels } = this.#storage
    const [height, width] = this.#shape
    return [
      call(
        'augmentImages',
        inputs.pointer,
        indices.pointer,
        this.#byClass && labels ? labels.pointer : 0,
        rows,
        width,
        height,
        this.#limits,
        this.#random.seed,
        this.#random.step.pointer,
        this.images.pointer,
        this.#workspace.pointer,
      ),
    ]
  }
}

/** The limits as the kernel takes them: a low and a high one for each amount. */
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
