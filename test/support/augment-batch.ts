// Runs the augmentation kernel on a batch, with canaries around what it writes.
import { call, computeShare } from '../../src/wasm/calls.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'

/** Low and high limits, as assembly/augment.ts has them. */
export interface Limits {
  right?: [number, number]
  down?: [number, number]
  wider?: [number, number]
  higher?: [number, number]
  /** Quarter turns, of each class. */
  rotation?: [number, number][]
  shear?: [number, number][]
  /** The elastic field's standard deviation and its lattice's spacing. */
  elastic?: [number, number]
  noise?: number
  keepZeros?: boolean
  background?: number
}

export function limitsOf({
  right = [0, 0],
  down = [0, 0],
  wider = [1, 1],
  higher = [1, 1],
  rotation = [[0, 0]],
  shear = [[0, 0]],
  elastic = [0, 1],
  noise = 0,
  keepZeros = false,
  background = 0,
}: Limits): Float32Array {
  const head = [...right, ...down, ...wider, ...higher, ...elastic, noise, keepZeros ? 1 : 0, background]
  const angles = rotation.flatMap((limits, label) => [...limits, ...(shear[label] ?? [0, 0])])
  return Float32Array.from([...head, 0, 0, 0, ...angles])
}

/** A batch of images of one size. */
export interface Batch {
  images: Uint8Array
  indices: ArrayLike<number>
  labels?: ArrayLike<number>
  width: number
  height: number
  seed?: number
  step?: number
}

const CANARY = 0xa5
const MARGIN = 64

/** The batch's rows, augmented by so many threads, the last one first. Throws where a byte beside them was written. */
export function augmentBatch(runtime: Runtime, batch: Batch, limits: Float32Array, threads = 1): Uint8Array {
  const { memory, kernels } = runtime
  const { images, indices, labels, width, height, seed = 1, step = 0 } = batch
  const source = memory.u8(images.length)
  source.view.set(images)
  const rows = memory.i32(indices.length)
  rows.view.set(indices)
  const classes = memory.i32(labels?.length ?? 0)
  if (labels) classes.view.set(labels)
  const block = memory.f32(limits.length)
  block.view.set(limits)
  const word = memory.i32(1)
  word.view[0] = step
  const bytes = indices.length * width * height
  const scratch = threads * kernels.augmentWorkspace(width, height, block.pointer)
  // One run of canaries, the result, canaries, scratch memory full of NaNs, canaries.
  const whole = memory.scratch(MARGIN + bytes + MARGIN + 64 + scratch + MARGIN)
  const at = MARGIN + 3
  const scratchAt = Math.ceil((at + bytes + MARGIN) / 64) * 64
  whole.view.fill(CANARY)
  whole.view.fill(0xff, scratchAt, scratchAt + scratch)
  const plan = call(
    'augmentImages',
    source.pointer,
    rows.pointer,
    labels ? classes.pointer : 0,
    indices.length,
    width,
    height,
    block.pointer,
    seed,
    word.pointer,
    0,
    0,
    whole.pointer + at,
    whole.pointer + scratchAt,
  )
  for (let thread = threads - 1; thread >= 0; --thread) computeShare(kernels, plan, thread, threads)
  const { view } = whole
  const changed = view.findIndex(
    (byte, i) =>
      byte !== CANARY && !(i >= at && i < at + bytes) && !(i >= scratchAt && i < scratchAt + scratch),
  )
  if (changed >= 0) throw new Error(`byte ${changed - at} of a result of ${bytes} bytes was written`)
  const result = view.slice(at, at + bytes)
  for (const buffer of [source, rows, classes, block, word, whole]) buffer.free()
  return result
}
