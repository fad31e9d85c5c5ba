// Inflate, piece by piece, and to the very byte at which a stream ends: the platform's DecompressionStream does not tell
// where that is, and what it does with bytes behind it differs from runtime to runtime.
// Source: RFC 1951; what is valid, as far as the RFC leaves it open: zlib 1.3, inflate.c.
import { concat } from './byte-files.ts'
import {
  type CodeTable,
  codeTable,
  distanceSymbols,
  fixedDistances,
  fixedLiterals,
  LITERAL,
  LONGEST,
  lengthOrder,
  lengthSymbols,
  literalSymbols,
  RANGE,
} from './deflate-codes.ts'

/** Bytes that a match reaches back at most. */
const WINDOW = 32 * 1024

/** Bytes of output after which `read` gives them. */
const PIECE = 64 * 1024

/** The codes of a block. */
interface BlockCodes {
  readonly literals: CodeTable
  readonly distances: CodeTable
}

/** Inflates a stream as its bytes come, or several, one after the other. */
export class Inflater {
  /** Whether the stream has ended, and all of it was read. */
  isDone = false
  #input: Uint8Array = new Uint8Array()
  #at = 0
  /** Bits that were taken from the input and not used yet, the next one lowest. Behind the input come zeros. */
  #bits = 0
  #count = 0
  readonly #output = new Uint8Array(WINDOW + PIECE + LONGEST)
  #end = 0
  #isLast = false
  /** Bytes to come of a stored block. */
  #stored = 0
  /** Undefined between blocks, and in a stored one. */
  #codes: BlockCodes | undefined

  /** Begins another stream. */
  begin(): void {
    this.isDone = false
    this.#input = new Uint8Array()
    this.#at = 0
    this.#bits = 0
    this.#count = 0
    this.#end = 0
    this.#isLast = false
  }

  /** Takes the next bytes of the stream, once `read` has given all that it could. */
  push(bytes: Uint8Array): void {
    this.#input = this.#input.length > 0 ? concat(this.#input, bytes) : bytes
  }

  /** What was pushed and does not belong to the stream, once that has ended. */
  get rest(): Uint8Array {
    return this.#input.subarray(this.#at - (this.#count >> 3))
  }

  /**
   * The next bytes of output, which the next call overwrites; undefined where more input is needed, or the stream has
   * ended. The bytes that were pushed may change then. Throws RangeError for what is no such stream.
   */
  read(): Uint8Array | undefined {
    if (this.#end > WINDOW) {
      this.#output.copyWithin(0, this.#end - WINDOW, this.#end)
      this.#end = WINDOW
    }
    const begin = this.#end
    while (this.#end < begin + PIECE && !this.isDone) {
      if (this.#step(begin + PIECE)) continue
      if (this.#end === begin) this.#keepRest()
      break
    }
    return this.#end > begin ? this.#output.subarray(begin, this.#end) : undefined
  }

  /** Goes on, at most to `limit` in the output; false, with nothing changed, where that takes more input. */
  #step(limit: number): boolean {
    if (this.#codes) return this.#decode(this.#codes, limit)
    if (this.#stored > 0) return this.#copyStored(limit)
    if (this.#isLast) {
      this.isDone = true
      return true
    }
    const [at, bits, count] = [this.#at, this.#bits, this.#count]
    let failure: unknown
    try {
      this.#beginBlock()
    } catch (error) {
      failure = error
    }
    // Zeros from behind the input may be what has failed.
    if (this.#isBeyond(this.#at, this.#count)) {
      ;[this.#at, this.#bits, this.#count] = [at, bits, count]
      this.#codes = undefined
      this.#isLast = false
      this.#stored = 0
      return false
    }
    if (failure) throw failure
    return true
  }

  /** Whether bits were used that are not in the input. */
  #isBeyond(at: number, count: number): boolean {
    return 8 * (at - this.#input.length) > count
  }

  /** Keeps what is not decoded yet in memory of its own. */
  #keepRest(): void {
    this.#input = this.rest.slice()
    this.#at = 0
    this.#count &= 7
    this.#bits &= (1 << this.#count) - 1
  }

  /** Has as many bits ready, 16 at most. */
  #fill(length: number): void {
    while (this.#count < length) {
      this.#bits |= (this.#input[this.#at] ?? 0) << this.#count
      this.#at += 1
      this.#count += 8
    }
  }

  /** The next bits, 16 at most, as a number whose lowest bit comes first. */
  #take(length: number): number {
    this.#fill(length)
    const value = this.#bits & ((1 << length) - 1)
    this.#bits >>>= length
    this.#count -= length
    return value
  }

  #beginBlock(): void {
    this.#isLast = this.#take(1) === 1
    const kind = this.#take(2)
    if (kind === 0) this.#beginStored()
    else if (kind === 1) this.#codes = { literals: fixedLiterals(), distances: fixedDistances() }
    else if (kind === 2) this.#codes = this.#readCodes()
    else throw new RangeError('a block has no known type')
  }

  /** RFC 1951, 3.2.4. */
  #beginStored(): void {
    this.#take(this.#count & 7)
    const length = this.#take(16)
    if (this.#take(16) !== (length ^ 0xffff)) throw new RangeError('the length of a block contradicts itself')
    this.#at -= this.#count >> 3
    this.#bits = 0
    this.#count = 0
    this.#stored = length
  }

  #copyStored(limit: number): boolean {
    const length = Math.min(this.#stored, this.#input.length - this.#at, limit - this.#end)
    this.#output.set(this.#input.subarray(this.#at, this.#at + length), this.#end)
    this.#at += length
    this.#end += length
    this.#stored -= length
    return length > 0
  }

  /** RFC 1951, 3.2.7. */
  #readCodes(): BlockCodes {
    const literals = this.#take(5) + 257
    const distances = this.#take(5) + 1
    const given = this.#take(4) + 4
    if (literals > 286 || distances > 30) throw new RangeError('a block has too many symbols')
    const lengthLengths = new Uint8Array(19)
    for (const symbol of lengthOrder.slice(0, given)) lengthLengths[symbol] = this.#take(3)
    const table = codeTable(lengthLengths, lengthSymbols, false)
    const lengths = new Uint8Array(literals + distances)
    for (let i = 0; i < lengths.length; ) {
      const symbol = this.#takeSymbol(table)
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      if (symbol === 16 && i === 0) throw new RangeError('a length is repeated before there is one')
      const value = symbol === 16 ? (lengths[i - 1] ?? 0) : 0
      const end =
        i + (symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7))
      if (end > lengths.length) throw new RangeError('a length is repeated too often')
      lengths.fill(value, i, end)
      i = end
    }
    if (lengths[256] === 0) throw new RangeError('a block cannot end')
    return {
      literals: codeTable(lengths.subarray(0, literals), literalSymbols, true),
      distances: codeTable(lengths.subarray(literals), distanceSymbols, true),
    }
  }

  /** The value of the next symbol, whose code has 7 bits at most. */
  #takeSymbol(table: CodeTable): number {
    this.#fill(7)
    const symbol = table[this.#bits & (table.length - 1)] ?? 0
    if (symbol === 0) throw new RangeError('its bits are no code')
    this.#take(symbol & 15)
    return symbol >> 10
  }

  /**
   * Decodes symbols, to the end of the block or the output's limit. Its state is in variables, since fields take twice the
   * time, and written back as it was behind the last symbol that is in the input whole.
   */
  #decode({ literals, distances }: BlockCodes, limit: number): boolean {
    const input = this.#input
    const output = this.#output
    const { length } = input
    const literalMask = literals.length - 1
    const distanceMask = distances.length - 1
    const begin = this.#end
    let end = begin
    let at = this.#at
    let bits = this.#bits
    let count = this.#count
    let isBlockDone = false
    while (end < limit && !isBlockDone) {
      // Enough for a code of 15 bits and 5 more.
      for (; count < 24; count += 8) {
        if (at < length) bits |= (input[at] ?? 0) << count
        at += 1
      }
      let symbol = literals[bits & literalMask] ?? 0
      bits >>>= symbol & 15
      count -= symbol & 15
      const kind = (symbol >> 8) & 3
      if (kind === RANGE) {
        let extraBits = (symbol >> 4) & 15
        const matched = (symbol >> 10) + (bits & ((1 << extraBits) - 1))
        bits >>>= extraBits
        count -= extraBits
        for (; count < 24; count += 8) {
          if (at < length) bits |= (input[at] ?? 0) << count
          at += 1
        }
        symbol = distances[bits & distanceMask] ?? 0
        if (symbol === 0) {
          if (count - 8 * (at - length) < 15) break
          throw new RangeError('its bits are no code')
        }
        bits >>>= symbol & 15
        count -= symbol & 15
        extraBits = (symbol >> 4) & 15
        for (; count < extraBits; count += 8) {
          if (at < length) bits |= (input[at] ?? 0) << count
          at += 1
        }
        const distance = (symbol >> 10) + (bits & ((1 << extraBits) - 1))
        bits >>>= extraBits
        count -= extraBits
        if (8 * (at - length) > count) break
        if (distance > end) throw new RangeError('it repeats what is before its begin')
        if (distance === 1) output.fill(output[end - 1] ?? 0, end, end + matched)
        else for (let i = end; i < end + matched; ++i) output[i] = output[i - distance] ?? 0
        end += matched
      } else if (symbol === 0) {
        if (count - 8 * (at - length) < 15) break
        throw new RangeError('its bits are no code')
      } else {
        if (8 * (at - length) > count) break
        if (kind === LITERAL) output[end++] = symbol >> 10
        else isBlockDone = true
      }
      this.#at = at
      this.#bits = bits
      this.#count = count
    }
    this.#end = end
    if (isBlockDone) this.#codes = undefined
    return isBlockDone || end > begin
  }
}
