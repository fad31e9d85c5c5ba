// Checks of sizes and arguments that run before every kernel call.
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { Buffer, BufferView, F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import type { LinearMemory } from '../wasm/memory.ts'

/** A whole number, 0 to 2³¹ − 1. */
export function checkCount(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    throw new ArgumentError(`${what} is ${describeValue(value)}: expected a whole number, 0–2147483647`)
  }
}

/** A whole number, 0 to 2³² − 1. */
export function checkUint32(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new ArgumentError(`${what} is ${describeValue(value)}: expected a whole number, 0–4294967295`)
  }
}

/** A BLAS increment: whole, not 0. */
export function checkIncrement(what: string, value: number): void {
  if (!Number.isInteger(value) || value === 0 || Math.abs(value) > 0x7fffffff) {
    throw new ArgumentError(`${what} is ${describeValue(value)}: expected a whole number other than 0`)
  }
}

/** A scalar: any number, including NaN and the infinities, which are results like others. */
export function checkNumber(what: string, value: number): void {
  if (typeof value !== 'number') {
    throw new ArgumentError(`${what} is of type ${value === null ? 'null' : typeof value}: expected a number`)
  }
}

/** A buffer of this memory, of floats or int32, with at least `needed` elements. `why` says what needs them. */
export function checkBuffer(
  memory: LinearMemory,
  what: string,
  buffer: F32Buffer | I32Buffer,
  needed: number,
  why: string,
  type: 'f32' | 'i32' = 'f32',
): void {
  const found = memory.typeOf(buffer)
  if (!found)
    throw new ArgumentError(`${what} is not a buffer of these kernels: allocate it with their ${type}`)
  if (found !== type) {
    throw new ArgumentError(`${what} is a buffer of ${found}, expected ${type}: allocate it with ${type}`)
  }
  if (buffer.length < needed) {
    throw new ShapeError(`${what} has ${buffer.length} elements, but ${why} needs ${needed}`)
  }
}

/** Like {@link checkBuffer}, but with exactly as many elements. */
export function checkLength(
  memory: LinearMemory,
  what: string,
  buffer: F32Buffer,
  length: number,
  why: string,
): void {
  checkBuffer(memory, what, buffer, length, why)
  if (buffer.length > length) {
    throw new ShapeError(`${what} has ${buffer.length} elements, but ${why} has ${length}`)
  }
}

/** For kernels that write `output` while they still read `input`. Lengths in elements of 4 bytes. */
export function checkApart(
  outputName: string,
  output: Buffer<BufferView>,
  outputLength: number,
  inputName: string,
  input: Buffer<BufferView>,
  inputLength: number,
): void {
  const outputEnd = output.pointer + outputLength * 4
  const inputEnd = input.pointer + inputLength * 4
  if (output.pointer < inputEnd && input.pointer < outputEnd) {
    throw new ArgumentError(`${outputName} overlaps ${inputName}: use separate buffers`)
  }
}

/** For element-by-element kernels, which can write where they read, but not a few elements off. */
export function checkSameOrApart(
  outputName: string,
  output: Buffer<BufferView>,
  inputName: string,
  input: Buffer<BufferView>,
  length: number,
): void {
  if (output.pointer !== input.pointer) checkApart(outputName, output, length, inputName, input, length)
}
