// The JSON header of a safetensors file, parsed by its own grammar. JSON.parse would hide what the format
// forbids: duplicate keys, integers spelled 1.0, integers above 2⁵³, and the lone surrogates that UTF-8
// cannot hold.

import { FormatError } from '../errors.ts'
import { quoted, shapeText } from '../quote-names.ts'
import { DTYPES, type Dtype, elementCount } from './safetensors-tensor.ts'

/** A tensor as the header describes it: bytes `begin` to `end − 1` of the data hold exactly its elements. */
export interface TensorInfo {
  dtype: Dtype
  shape: number[]
  begin: number
  end: number
}

/** What the header says, in its own order. */
interface SafetensorsHeader {
  tensors: Map<string, TensorInfo>
  metadata: Map<string, string>
}

const LONE_SURROGATE = /\p{Surrogate}/u

/** Whether a string is sequences of code points only, so that UTF-8 can hold it. */
export const isWellFormed = (text: string): boolean => !LONE_SURROGATE.test(text)

/**
 * Parses a header's text. Throws {@link FormatError} that names the tensor, what was found and what was
 * expected.
 */
export function parseHeader(text: string): SafetensorsHeader {
  const scanner = new Scanner(text)
  const tensors = new Map<string, TensorInfo>()
  const metadata = new Map<string, string>()
  for (const name of scanner.members('header')) {
    if (name === '__metadata__') {
      for (const key of scanner.members('__metadata__')) {
        metadata.set(key, scanner.string(`__metadata__ ${quoted(key)}`))
      }
    } else {
      tensors.set(name, parseTensorInfo(scanner, `tensor ${quoted(name)}`))
    }
  }
  scanner.end()
  return { tensors, metadata }
}

function parseTensorInfo(scanner: Scanner, where: string): TensorInfo {
  let dtype: string | undefined
  let shape: number[] | undefined
  let offsets: number[] | undefined
  for (const field of scanner.members(where)) {
    if (field === 'dtype') dtype = scanner.string(`${where}: dtype`)
    else if (field === 'shape') shape = scanner.integers(`${where}: shape`)
    else if (field === 'data_offsets') offsets = scanner.integers(`${where}: data_offsets`)
    else {
      throw new FormatError(
        `safetensors: ${where} has the field ${quoted(field)}, expected dtype, shape and data_offsets only`,
      )
    }
  }
  const [begin, end] = offsets ?? []
  if (dtype === undefined) throw missingField(where, 'dtype')
  if (shape === undefined) throw missingField(where, 'shape')
  if (offsets === undefined) throw missingField(where, 'data_offsets')
  if (begin === undefined || end === undefined || offsets.length !== 2) {
    throw new FormatError(
      `safetensors: ${where}: data_offsets has ${offsets.length} numbers, expected 2: [begin, end]`,
    )
  }
  if (end < begin) {
    throw new FormatError(`safetensors: ${where}: data_offsets are [${begin}, ${end}], expected begin ≤ end`)
  }
  if (!isDtype(dtype)) {
    const known = Object.keys(DTYPES).join(', ')
    throw new FormatError(`safetensors: ${where} has dtype ${quoted(dtype)}, expected one of ${known}`)
  }
  checkSize(where, dtype, shape, end - begin)
  return { dtype, shape, begin, end }
}

const isDtype = (name: string): name is Dtype => Object.hasOwn(DTYPES, name)

function checkSize(where: string, dtype: Dtype, shape: number[], found: number): void {
  const elements = elementCount(shape)
  const bits = elements === undefined ? Number.NaN : elements * DTYPES[dtype].bits
  const tensor = `${dtype} of shape ${shapeText(shape)}`
  if (!Number.isSafeInteger(bits)) {
    throw new FormatError(`safetensors: ${where}: ${tensor} overflows, expected fewer than 2^53 bits`)
  }
  if (bits % 8 !== 0) {
    throw new FormatError(`safetensors: ${where}: ${tensor} takes ${bits} bits, expected whole bytes`)
  }
  if (found !== bits / 8) {
    throw new FormatError(
      `safetensors: ${where}: its data_offsets hold ${found} bytes, expected ${bits / 8} for ${tensor}`,
    )
  }
}

const missingField = (where: string, field: string): FormatError =>
  new FormatError(`safetensors: ${where} has no ${field}, expected dtype, shape and data_offsets`)

/** Reads JSON (RFC 8259) from left to right; `where` says in errors whose value is read. */
class Scanner {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Yields each key of an object; the caller reads the key's value before it asks for the next key. */
  *members(where: string): Generator<string> {
    const keys = new Set<string>()
    this.#expect('{', where)
    if (this.#take('}')) return
    do {
      const key = this.string(`${where}: key`)
      if (keys.has(key)) {
        throw new FormatError(`safetensors: ${where} has the key ${quoted(key)} twice, expected it once`)
      }
      keys.add(key)
      this.#expect(':', where)
      yield key
    } while (this.#take(','))
    this.#expect('}', where)
  }

  string(where: string): string {
    this.#skipWhitespace()
    const text = this.#text
    const start = this.#position
    if (text[start] !== '"') throw this.#unexpected('a string', where)
    let last = start + 1
    while (last < text.length && text[last] !== '"') last += text[last] === '\\' ? 2 : 1
    const literal = text.slice(start, last + 1)
    let value: string
    try {
      value = JSON.parse(literal)
    } catch (cause) {
      throw new FormatError(`safetensors: ${where}: found ${quoted(literal)}, expected a JSON string`, {
        cause,
      })
    }
    if (!isWellFormed(value)) {
      throw new FormatError(
        `safetensors: ${where}: found ${quoted(literal)}, expected every \\u surrogate in a pair`,
      )
    }
    this.#position = last + 1
    return value
  }

  /** An array of non-negative safe integers. */
  integers(where: string): number[] {
    const values: number[] = []
    this.#expect('[', where)
    if (this.#take(']')) return values
    do values.push(this.#integer(where))
    while (this.#take(','))
    this.#expect(']', where)
    return values
  }

  end(): void {
    this.#skipWhitespace()
    if (this.#position < this.#text.length)
      throw this.#unexpected('nothing but whitespace', 'after the header')
  }

  #integer(where: string): number {
    this.#skipWhitespace()
    const start = this.#position
    let stop = start
    while (stop < this.#text.length && !',]} \t\n\r'.includes(this.#text.charAt(stop))) stop++
    const token = this.#text.slice(start, stop)
    const value = /^(?:0|[1-9]\d{0,15})$/.test(token) ? Number(token) : Number.NaN
    if (!Number.isSafeInteger(value)) {
      throw new FormatError(
        `safetensors: ${where}: found ${quoted(token)}, expected an integer 0–${Number.MAX_SAFE_INTEGER}`,
      )
    }
    this.#position = stop
    return value
  }

  #expect(character: string, where: string): void {
    if (!this.#take(character)) throw this.#unexpected(`"${character}"`, where)
  }

  /** Steps over the character if it comes next, whitespace aside. */
  #take(character: string): boolean {
    this.#skipWhitespace()
    if (this.#text[this.#position] !== character) return false
    this.#position++
    return true
  }

  #skipWhitespace(): void {
    while (this.#position < this.#text.length && ' \t\n\r'.includes(this.#text.charAt(this.#position))) {
      this.#position++
    }
  }

  #unexpected(expected: string, where: string): FormatError {
    const rest = this.#text.slice(this.#position, this.#position + 20)
    const found = rest === '' ? 'the end of the header' : `${quoted(rest)} at character ${this.#position}`
    return new FormatError(`safetensors: ${where}: found ${found}, expected ${expected}`)
  }
}
