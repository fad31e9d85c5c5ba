// toFloat32: every bit pattern of the 16-bit formats against their definition, and what it refuses.
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/errors.ts'
import { toFloat32 } from '../../src/files/safetensors.ts'

const everyPattern = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)

/** (−1)^sign · significand · 2^exponent, as IEEE 754-2019, 3.4 defines it, for 16 bits. */
function definition(bits: number, exponentBits: number): number {
  const fractionBits = 15 - exponentBits
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1)
  const fraction = (bits % 2 ** fractionBits) / 2 ** fractionBits
  const bias = 2 ** (exponentBits - 1) - 1
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias)
}

describe('toFloat32', () => {
  test.each([
    ['F16', 5],
    ['BF16', 8],
  ] as const)('converts all 65,536 patterns of %s exactly', (dtype, exponentBits) => {
    const values = toFloat32({ dtype, shape: [0x10000], data: everyPattern })
    const wrong = [...everyPattern].filter(bits => !Object.is(values[bits], definition(bits, exponentBits)))
    expect(values.length).toBe(0x10000)
    expect(wrong).toEqual([])
  })

  test('gives known values of F16', () => {
    const data = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00, 0x7e00)
    const values = [1, -2, 65504, 2 ** -14, 2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NaN]
    expect([...toFloat32({ dtype: 'F16', shape: [8], data })]).toEqual(values)
  })

  test('gives known values of BF16', () => {
    const data = Uint16Array.of(0x3f80, 0xc049, 0x7f7f, 0x0001)
    const values = [1, -3.140625, 3.3895313892515355e38, 9.183549615799121e-41]
    expect([...toFloat32({ dtype: 'BF16', shape: [4], data })]).toEqual(values)
  })

  test('rounds F64 to nearest, to infinity beyond the range', () => {
    const data = Float64Array.of(0.1, 1e39, -1e39, 1e-50, Number.NaN)
    const values = [0.10000000149011612, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, Number.NaN]
    expect([...toFloat32({ dtype: 'F64', shape: [5], data })]).toEqual(values)
  })

  test('gives the array of an F32 tensor itself', () => {
    const data = Float32Array.of(1, 2)
    expect(toFloat32({ dtype: 'F32', shape: [2], data })).toBe(data)
  })

  test.each([
    ['I32', Int32Array],
    ['U8', Uint8Array],
    ['BOOL', Uint8Array],
    ['F8_E4M3', Uint8Array],
  ] as const)('refuses %s by name', (dtype, View) => {
    const tensor = { dtype, shape: [1], data: new View(1) } as Parameters<typeof toFloat32>[0]
    expect(() => toFloat32(tensor)).toThrow(
      new FormatError(
        `safetensors: cannot convert ${dtype} to 32-bit floats, expected F16, BF16, F32 or F64`,
      ),
    )
  })
})
