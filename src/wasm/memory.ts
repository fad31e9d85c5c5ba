// Linear memory as an arena: blocks above the module's own data, handed out and taken back here, since the kernels
// allocate nothing.

import { AllocationError, ArgumentError, DisposedError } from '../errors.ts'
import type { Buffer, BufferView } from './buffer.ts'

const PAGE = 65536
const ALIGNMENT = 64
/** A page below 4 GiB: a pointer behind a buffer's last byte must not wrap to 0, or loops up to it would not run. */
const LIMIT = 2 ** 32 - PAGE

/** A typed array's constructor, as far as it is needed here. */
interface ViewConstructor<View> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): View
}

/** The kinds of elements, by the names of the functions that allocate them. */
export type ElementType = 'f32' | 'u8' | 'i32'

const elementTypes = new Map<unknown, ElementType>([
  [Float32Array, 'f32'],
  [Uint8Array, 'u8'],
  [Int32Array, 'i32'],
])

interface Gap {
  start: number
  end: number
}

const roundUp = (x: number, multiple: number) => Math.ceil(x / multiple) * multiple

/** First-fit allocator over one WebAssembly memory, which grows as needed and never shrinks. */
export class LinearMemory {
  /** Bytes that it may grow to. */
  readonly maximum: number
  readonly #memory: WebAssembly.Memory
  /** The memory's, for which engines take a while: it changes where memory grows, which is here alone. */
  #buffer: ArrayBufferLike
  /** Free stretches in ascending order, never adjacent to each other. */
  readonly #gaps: Gap[]
  /** Bytes of each allocated block, by its pointer. */
  readonly #sizes = new Map<number, number>()
  /** What frees blocks that are kept in case they are of use again: called, and forgotten, before memory grows. */
  readonly spares = new Set<() => void>()
  /** Blocks that no data set or model asked for. */
  readonly #ofThreads = new Set<number>()

  /** `pages` is the most that the memory may have. */
  constructor(memory: WebAssembly.Memory, base: number, pages = 65536) {
    this.#memory = memory
    this.#buffer = memory.buffer
    this.maximum = Math.min(pages * PAGE, LIMIT)
    this.#gaps = [{ start: roundUp(base, ALIGNMENT), end: memory.buffer.byteLength }]
  }

  /** The memory as it stands: replaced by a larger one whenever it grows. */
  get buffer(): ArrayBufferLike {
    return this.#buffer
  }

  /** Bytes in allocated blocks, without those for threads; spare ones are freed. */
  get bytesInUse(): number {
    this.#freeSpares()
    let sum = 0
    for (const [pointer, size] of this.#sizes) if (!this.#ofThreads.has(pointer)) sum += size
    return sum
  }

  f32(length: number): Buffer<Float32Array> {
    return this.#create(Float32Array, length)
  }

  u8(length: number): Buffer<Uint8Array> {
    return this.#create(Uint8Array, length)
  }

  i32(length: number): Buffer<Int32Array> {
    return this.#create(Int32Array, length)
  }

  /** Bytes that need not be zero: room that a kernel writes before it reads. */
  scratch(bytes: number): Buffer<Uint8Array> {
    return this.#create(Uint8Array, bytes, false)
  }

  /** Bytes by which threads find each other: no data set or model is in them. */
  forThreads(bytes: number): Buffer<Uint8Array> {
    const buffer = this.u8(bytes)
    this.#ofThreads.add(buffer.pointer)
    return buffer
  }

  /** What a buffer's elements are; undefined unless it was allocated here. */
  typeOf(buffer: Buffer<BufferView>): ElementType | undefined {
    return buffer instanceof MemoryBuffer && buffer.block.memory === this
      ? elementTypes.get(buffer.block.View)
      : undefined
  }

  #create<View extends BufferView>(
    View: ViewConstructor<View>,
    length: number,
    isZeroed = true,
  ): Buffer<View> {
    if (!Number.isInteger(length) || length < 0) {
      throw new ArgumentError(`cannot allocate ${length} elements: expected a whole number, 0 or more`)
    }
    const pointer = this.#allocate(length * View.BYTES_PER_ELEMENT)
    if (isZeroed) new Uint8Array(this.buffer, pointer, length * View.BYTES_PER_ELEMENT).fill(0)
    const block = { memory: this, View, freed: false, free: () => this.#release(pointer) }
    return new MemoryBuffer(block, pointer, length, true)
  }

  /** Reserves bytes, aligned to 64. */
  #allocate(bytes: number): number {
    const size = roundUp(Math.max(bytes, 1), ALIGNMENT)
    const find = () => this.#gaps.find(({ start, end }) => end - start >= size)
    if (!find()) this.#freeSpares()
    if (!find()) this.#grow(size)
    const gap = find()
    if (!gap) throw new AllocationError(`linear memory has no room for ${bytes} bytes`)
    const pointer = gap.start
    gap.start += size
    if (gap.start === gap.end) this.#gaps.splice(this.#gaps.indexOf(gap), 1)
    this.#sizes.set(pointer, size)
    return pointer
  }

  #freeSpares(): void {
    for (const free of this.spares) {
      this.spares.delete(free)
      free()
    }
  }

  /** Grows memory so that its last gap has room for `size` bytes. */
  #grow(size: number): void {
    const end = this.buffer.byteLength
    const last = this.#gaps.at(-1)
    const open = last?.end === end ? last : undefined
    const pages = Math.ceil((size - (open ? open.end - open.start : 0)) / PAGE)
    try {
      if (end + pages * PAGE > LIMIT) throw new RangeError('a 32-bit memory has at most 4 GiB')
      this.#memory.grow(pages)
      this.#buffer = this.#memory.buffer
    } catch (error) {
      throw new AllocationError(
        `linear memory cannot grow from ${end} bytes by ${pages * PAGE} (${(error as Error).message}): free buffers, models or data sets ` +
          'that are no longer needed, or use smaller batches',
      )
    }
    if (open) open.end = this.buffer.byteLength
    else this.#gaps.push({ start: end, end: this.buffer.byteLength })
  }

  #release(pointer: number): void {
    const size = this.#sizes.get(pointer)
    if (size === undefined) return
    this.#sizes.delete(pointer)
    this.#ofThreads.delete(pointer)
    const end = pointer + size
    let at = this.#gaps.findIndex(gap => gap.start > pointer)
    if (at < 0) at = this.#gaps.length
    const before = this.#gaps[at - 1]
    const after = this.#gaps[at]
    const start = before?.end === pointer ? before.start : pointer
    const stop = after?.start === end ? after.end : end
    const from = start === pointer ? at : at - 1
    this.#gaps.splice(from, (stop === end ? at : at + 1) - from, { start, end: stop })
  }
}

/** The one block that a buffer and its subarrays share. */
interface Block<View> {
  readonly memory: LinearMemory
  readonly View: ViewConstructor<View>
  freed: boolean
  free(): void
}

class MemoryBuffer<View extends BufferView> implements Buffer<View> {
  readonly block: Block<View>
  readonly length: number
  readonly #pointer: number
  readonly #isOwner: boolean
  #view: View | undefined

  constructor(block: Block<View>, pointer: number, length: number, isOwner: boolean) {
    this.block = block
    this.length = length
    this.#pointer = pointer
    this.#isOwner = isOwner
  }

  get pointer(): number {
    if (this.block.freed) throw new DisposedError('this buffer was freed: allocate a new one')
    return this.#pointer
  }

  get view(): View {
    const { pointer } = this
    const { memory, View } = this.block
    if (this.#view?.buffer !== memory.buffer) this.#view = new View(memory.buffer, pointer, this.length)
    return this.#view as View
  }

  subarray(begin: number, end = this.length): Buffer<View> {
    if (
      !(
        Number.isSafeInteger(begin) &&
        Number.isSafeInteger(end) &&
        0 <= begin &&
        begin <= end &&
        end <= this.length
      )
    ) {
      throw new ArgumentError(`subarray(${begin}, ${end}) of a buffer of ${this.length} elements`)
    }
    const pointer = this.pointer + begin * this.block.View.BYTES_PER_ELEMENT
    return new MemoryBuffer(this.block, pointer, end - begin, false)
  }

  free(): void {
    if (!this.#isOwner || this.block.freed) return
    this.block.freed = true
    this.#view = undefined
    this.block.free()
  }
}
