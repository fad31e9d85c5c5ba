// Mutations of numbers and texts.
import type { Random } from './random.ts'

/** Numbers at which counts, lengths and offsets change their meaning. */
const SPECIAL_NUMBERS = [
  0,
  1,
  2,
  7,
  8,
  63,
  64,
  65,
  127,
  128,
  255,
  256,
  1023,
  1024,
  4096,
  32767,
  32768,
  65535,
  65536,
  1e6,
  16777216,
  64e6,
  2147483647,
  2147483648,
  4294967295,
  4294967296,
  8589934592,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
  -1,
  -2,
  -128,
  -32768,
  -2147483648,
  -(2 ** 53),
  -(2 ** 63),
] as const

/** A whole number, nearly the same or another. */
export function mutateNumber(value: number, random: Random): number {
  switch (random.below(8)) {
    case 0:
      return value + 1
    case 1:
      return value - 1
    case 2:
      return value + random.below(65) - 32
    case 3:
      return value * 2
    case 4:
      return Math.floor(value / 2)
    case 5:
      return random.below(32)
    default:
      return random.pick(SPECIAL_NUMBERS)
  }
}

const SPECIAL_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '0x10',
  '__proto__',
  'constructor',
  'length',
  'toString',
  'null',
  '\u0000',
  '\u001b[31m',
  '\ufeff',
  '\ud800',
  'é',
  '\u{1f600}',
  '../../x',
  '"',
  '\n',
  ',',
  '1'.repeat(400),
  'x'.repeat(100_000),
] as const

/** A text, changed, or one of `others`. */
export function mutateText(text: string, random: Random, others: readonly string[]): string {
  const at = random.below(text.length + 1)
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1)
    case 1:
      return text.slice(0, at) + random.pick(SPECIAL_TEXTS) + text.slice(at)
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1)
    case 3:
      return text + text
    case 4:
      return random.pick(SPECIAL_TEXTS)
    default:
      return others[random.below(others.length)] ?? text
  }
}
