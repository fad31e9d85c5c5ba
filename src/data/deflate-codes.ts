// The codes of deflate: what symbols stand for, and tables that give them by the next bits.
// Source: RFC 1951; which codes are valid, as far as the RFC leaves it open: zlib 1.3, inftrees.c.

/** Bytes of the longest match. */
export const LONGEST = 258

// The kinds of symbols.
export const LITERAL = 0
const END_OF_BLOCK = 1
/** A range of lengths or distances. */
export const RANGE = 2

/** A symbol, but for the length of its code: the value, then 2 bits of kind, 4 of extra bits, 4 for that length. */
const symbolOf = (kind: number, value: number, extraBits = 0) =>
  (value << 10) | (kind << 8) | (extraBits << 4)

/** Ranges, one behind the other, each as long as its extra bits count. */
function ranges(first: number, extraBits: readonly number[]): number[] {
  let value = first
  return extraBits.map(bits => {
    const symbol = symbolOf(RANGE, value, bits)
    value += 1 << bits
    return symbol
  })
}

const literal = (_: unknown, value: number) => symbolOf(LITERAL, value)

/** 0 … last, each `times` times. */
const repeated = (times: number, last: number) =>
  Array.from({ length: (last + 1) * times }, (_, i) => Math.floor(i / times))

/** RFC 1951, 3.2.5. 258 has a symbol of its own, though the range before would reach it. */
export const literalSymbols: readonly number[] = [
  ...Array.from({ length: 256 }, literal),
  symbolOf(END_OF_BLOCK, 0),
  ...ranges(3, [0, 0, 0, 0, ...repeated(4, 5)]).slice(0, 28),
  symbolOf(RANGE, LONGEST),
]
export const distanceSymbols: readonly number[] = ranges(1, [0, 0, ...repeated(2, 13)])

/** How long the code of each symbol is; 16, 17 and 18 repeat such lengths. */
export const lengthSymbols: readonly number[] = Array.from({ length: 19 }, literal)

/** The order in which a block has the lengths of the codes for `lengthSymbols`. */
export const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** The symbol that the next bits begin with, and how many they are: 0 where no code is like that. */
export type CodeTable = Int32Array<ArrayBuffer>

/**
 * A canonical code (RFC 1951, 3.2.2). Throws where the lengths are those of no complete code; one that `mayLack` symbols
 * may have none, or a single one of one bit.
 */
export function codeTable(lengths: Uint8Array, symbols: readonly number[], mayLack: boolean): CodeTable {
  const counts = new Uint16Array(16)
  let longest = 0
  for (const length of lengths) {
    if (length > 0) counts[length] = (counts[length] ?? 0) + 1
    if (length > longest) longest = length
  }
  const nextCodes = new Uint16Array(17)
  let free = 1
  let code = 0
  for (let length = 1; length < 16; ++length) {
    const count = counts[length] ?? 0
    free = 2 * free - count
    if (free < 0) throw new RangeError('a code has too many symbols')
    nextCodes[length] = code
    code = (code + count) << 1
  }
  if (free > 0 && !(mayLack && longest <= 1)) throw new RangeError('a code has too few symbols')
  const table = new Int32Array(1 << Math.max(longest, 1))
  for (const [i, length] of lengths.entries()) {
    if (length === 0) continue
    const next = nextCodes[length] ?? 0
    nextCodes[length] = next + 1
    let reversed = 0
    for (let bit = 0; bit < length; ++bit) reversed |= ((next >> bit) & 1) << (length - 1 - bit)
    const symbol = symbols[i]
    if (symbol === undefined) continue
    for (let at = reversed; at < table.length; at += 1 << length) table[at] = symbol | length
  }
  return table
}

/** RFC 1951, 3.2.6. */
export function fixedLiterals(): CodeTable {
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)
  return codeTable(lengths, literalSymbols, false)
}
export const fixedDistances = () => codeTable(new Uint8Array(32).fill(5), distanceSymbols, false)
