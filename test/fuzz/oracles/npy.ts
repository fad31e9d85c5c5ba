// NumPy's .npy once more, slowly: what each element is, by its indices.
//
// Source: NumPy Enhancement Proposal 1, and numpy.lib.format.
import { latin1, viewOf } from '../grammars/binary.ts'

/** An array as NumPy has it, in row-major order. */
export interface PlainArray {
  readonly shape: readonly number[]
  readonly values: readonly (number | bigint)[]
}

/** Throws for a file that NumPy refuses, or whose elements are not numbers. */
export function readNpy(bytes: Uint8Array): PlainArray {
  const view = viewOf(bytes)
  const version = `${bytes[6]}.${bytes[7]}`
  if (latin1(bytes.subarray(0, 6)) !== '\x93NUMPY' || !['1.0', '2.0', '3.0'].includes(version)) {
    throw new Error(`it is no .npy file, or of version ${version}`)
  }
  const start = version === '1.0' ? 10 : 12
  const length = version === '1.0' ? view.getUint16(8, true) : view.getUint32(8, true)
  const text = new TextDecoder(version === '3.0' ? 'utf-8' : 'latin1').decode(
    bytes.subarray(start, start + length),
  )
  const { descr, fortran_order: isFortran, shape } = dictionary(text, version)
  if (typeof isFortran !== 'boolean') throw new Error('fortran_order is not a boolean')
  const [, order = '', kind = '', digits = ''] = /^([<>=|]?)([biuf])(\d+)$/.exec(spelled(String(descr))) ?? []
  const size = Number(digits)
  if (kind === '') throw new Error(`the type is ${descr}`)
  const count = shape.reduce((product, dimension) => product * dimension, 1)
  if (start + length + count * size !== bytes.length) throw new Error('the file has another length')
  const values = Array.from({ length: count }, (_, i) => {
    let [rest, at, stride] = [i, 0, 1]
    // The last index runs fastest in row-major order; in the file, it may be the first.
    const indices = [...shape].reverse().map(dimension => {
      const index = rest % dimension
      rest = (rest - index) / dimension
      return index
    })
    if (!isFortran) at = i
    else {
      for (const [dimension, index] of indices.reverse().entries()) {
        at += index * stride
        stride *= shape[dimension] ?? 1
      }
    }
    return element(view, start + length + at * size, kind, size, order !== '>')
  })
  return { shape, values }
}

const NAMES: Readonly<Record<string, string>> = {
  bool: 'b1',
  float16: 'f2',
  float32: 'f4',
  float64: 'f8',
  ...Object.fromEntries([8, 16, 32, 64].map(bits => [`int${bits}`, `i${bits / 8}`])),
  ...Object.fromEntries([8, 16, 32, 64].map(bits => [`uint${bits}`, `u${bits / 8}`])),
}
const LETTERS = new Map(
  Array.from('?bBhHiIqQefd', (letter, i) => [
    letter,
    'b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8'.split(' ')[i] ?? '',
  ]),
)

/** A type by its kind and size, for NumPy's names and letters too. */
function spelled(descr: string): string {
  if (Object.hasOwn(NAMES, descr)) return NAMES[descr] ?? ''
  const order = /^[<>=|]/.exec(descr)?.[0] ?? ''
  const letter = LETTERS.get(descr.slice(order.length))
  return letter ? order + letter : descr
}

/** The header's three entries, which are JSON but for Python's quotes, tuples, names, numbers, gaps and comments. */
function dictionary(text: string, version: string) {
  const decimal = text
    .replace(/#[^\r\n]*|\\\r?\n/g, ' ')
    .replace(/\b[uU](?=['"])/g, '')
    .replace(/\b(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*)(?=[ \t]*L?\b)/g, number =>
      String(Number(number.replaceAll('_', ''))),
    )
    .replaceAll('\f', ' ')
  const plain = version === '3.0' ? decimal : decimal.replace(/(\d)[ \t]*L\b/g, '$1')
  if (/\(\s*\d+\s*\)/.test(plain)) throw new Error('the shape is no tuple')
  const json = plain
    .replace(/#[^\n'"]*/g, '') // a comment
    .trim()
    .replaceAll("'", '"')
    .replace(/\bTrue\b/g, 'true')
    .replace(/\bFalse\b/g, 'false')
    .replace('(', '[')
    .replace(')', ']')
    .replace(/,\s*([\]}])/g, '$1')
  const entries = JSON.parse(json)
  if (Object.keys(entries).sort().join() !== 'descr,fortran_order,shape') throw new Error('it has other keys')
  const { shape } = entries
  if (!Array.isArray(shape) || !shape.every(size => Number.isSafeInteger(size) && size >= 0)) {
    throw new Error('the shape is not of whole numbers')
  }
  return entries as { descr: unknown; fortran_order: unknown; shape: number[] }
}

function element(view: DataView, at: number, kind: string, size: number, isLittle: boolean): number | bigint {
  switch (`${kind}${size}`) {
    case 'b1':
      return Number(view.getUint8(at) !== 0)
    case 'u1':
      return view.getUint8(at)
    case 'i1':
      return view.getInt8(at)
    case 'u2':
      return view.getUint16(at, isLittle)
    case 'i2':
      return view.getInt16(at, isLittle)
    case 'u4':
      return view.getUint32(at, isLittle)
    case 'i4':
      return view.getInt32(at, isLittle)
    case 'u8':
      return view.getBigUint64(at, isLittle)
    case 'i8':
      return view.getBigInt64(at, isLittle)
    case 'f2': {
      const bits = view.getUint16(at, isLittle)
      const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
      const magnitude =
        exponent === 31
          ? fraction
            ? Number.NaN
            : Infinity
          : exponent === 0
            ? fraction * 2 ** -24
            : (1 + fraction / 1024) * 2 ** (exponent - 15)
      return bits >> 15 ? -magnitude : magnitude
    }
    case 'f4':
      return view.getFloat32(at, isLittle)
    case 'f8':
      return view.getFloat64(at, isLittle)
  }
  throw new Error(`the type is ${kind}${size}`)
}

/** How an array differs from the file, in words; undefined where it does not. */
export function differenceOfNpy(
  bytes: Uint8Array,
  { shape, data }: { shape: readonly number[]; data: ArrayLike<number | bigint> },
): string | undefined {
  let other: PlainArray
  try {
    other = readNpy(bytes)
  } catch (error) {
    return `another reader refuses it: ${error}`
  }
  if (String(other.shape) !== String(shape)) return `its shape is ${other.shape}, not ${shape}`
  const at = other.values.findIndex((value, i) => !Object.is(value, data[i]))
  if (at >= 0) return `element ${at} is ${other.values[at]}, not ${data[at]}`
  return data.length === other.values.length ? undefined : `it has ${other.values.length} elements`
}
