// 16-bit floats, against all 65,536 of them read back.
import { expect, test } from 'vitest'
import { fromBfloat16, fromFloat16, toFloat16 } from '../src/float16.ts'
import { ArgumentError } from '../src/index.ts'

const isFinite16 = (bits: number) => (bits & 0x7c00) !== 0x7c00
const ALL = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter(isFinite16)

/** IEEE 754-2019, 3.4: (−1)^S · 2^(E − 15) · (1 + T / 1024), and for E = 0 (−1)^S · 2^−14 · T / 1024. */
function floatOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = (bits & 0x3ff) / 1024
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15)
}

test('each has the value that the standard gives it, -0, Infinity and NaN too', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits)
  expect(fromFloat16(all)).toEqual(Float32Array.from(all, floatOf))
})

test('bits are moved as they are: a NaN keeps its sign and payload', () => {
  const nan = Uint16Array.of(0x7c01, 0x7e00, 0xfdff, 0xffff)
  const bits = new Uint32Array(fromFloat16(nan).buffer)
  expect([...bits]).toEqual([0x7f802000, 0x7fc00000, 0xffbfe000, 0xffffe000])
  const upper = Uint16Array.of(0x3f80, 0x8000, 0xff80, 0xffc1, 0x0001)
  expect([...new Uint32Array(fromBfloat16(upper).buffer)]).toEqual([...upper].map(half => half * 65536))
})

test('every one is its own nearest', () => {
  expect(toFloat16(fromFloat16(ALL), 'it')).toEqual(ALL)
})

test('between two, the nearer is taken, and of two as near the even one', () => {
  const positive = ALL.subarray(0, 0x7c00)
  const values = fromFloat16(positive)
  for (let i = 0; i + 1 < positive.length; i++) {
    const [low = 0, high = 0] = values.subarray(i, i + 2)
    const middle = (low + high) / 2
    const points = Float32Array.of(middle, middle - (high - low) / 8, middle + (high - low) / 8, -middle)
    const even = i % 2 === 0 ? i : i + 1
    expect([...toFloat16(points, 'it')]).toEqual([even, i, i + 1, even | 0x8000])
  }
})

test('refuses what none holds', () => {
  expect([...toFloat16(Float32Array.of(65519.99, -65519.99), 'it')]).toEqual([0x7bff, 0xfbff])
  for (const value of [65520, -1e6, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(() => toFloat16(Float32Array.of(1, value), '0.weight')).toThrow(ArgumentError)
    expect(() => toFloat16(Float32Array.of(1, value), '0.weight')).toThrow(`0.weight has ${value}`)
  }
})
