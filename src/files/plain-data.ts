// Plain data as JSON that gives back the same data: numbers to the bit, and arrays of floats, which go beside it.
import { isFloat32Array } from '../brands.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import { CheckpointError, FormatError } from '../errors.ts'
import { parseJson } from '../strict-json.ts'

/** What stands in the JSON for what JSON cannot hold. */
interface Stand {
  /** A number: -0, NaN or an infinity. */
  $number?: string
  /** The name of an array that is kept elsewhere. */
  $floats?: string
}

/**
 * JSON of objects, arrays, strings, booleans, null and numbers; an undefined member is left out. Each Float32Array goes
 * to `keep`, with a name made of the keys that lead to it. Throws {@link CheckpointError} for anything else, which JSON
 * would make something else of.
 */
export function toJson(data: object, keep: (name: string, floats: Float32Array) => void): string {
  const convert = (value: unknown, name: string): unknown => {
    if (isFloat32Array(value)) {
      keep(name, value)
      return { $floats: name } satisfies Stand
    }
    if (typeof value === 'number') {
      const isExact = Number.isFinite(value) && !Object.is(value, -0)
      return isExact ? value : ({ $number: Object.is(value, -0) ? '-0' : String(value) } satisfies Stand)
    }
    if (Array.isArray(value)) return value.map((element, i) => convert(element, `${name}.${i}`))
    if (value === null || ['undefined', 'string', 'boolean'].includes(typeof value)) return value
    if (kindOf(value) !== 'Object')
      throw new CheckpointError(`${name} is ${describeValue(value)}: expected plain data`)
    const members = Object.entries(value as object).filter(([, member]) => member !== undefined)
    return Object.fromEntries(
      members.map(([key, member]) => [key, convert(member, name === '' ? key : `${name}.${key}`)]),
    )
  }
  return JSON.stringify(convert(data, ''))
}

/**
 * What {@link toJson} got; `floats` gives the arrays back. Throws {@link FormatError} for what it would not write;
 * `where` begins the message.
 */
export function fromJson(text: string, floats: (name: string) => Float32Array, where: string): unknown {
  // Not as deep as a stack: parseJson sees to that.
  const convert = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(convert)
    const members = Object.entries(value)
    if (!('$number' in value || '$floats' in value)) {
      return Object.fromEntries(members.map(([key, member]) => [key, convert(member)]))
    }
    const { $number, $floats }: { $number?: unknown; $floats?: unknown } = value
    if (members.length === 1) {
      if (typeof $floats === 'string') return floats($floats)
      if (typeof $number === 'string' && STANDS.has($number)) return Number($number)
    }
    throw new FormatError(
      `${where} has ${describeValue(value)}, expected { $number } of ${[...STANDS].join(', ')} or { $floats } of a name`,
    )
  }
  return convert(parseJson(text, where))
}

/** The numbers that JSON has no words for. */
const STANDS: ReadonlySet<string> = new Set(['-0', 'NaN', 'Infinity', '-Infinity'])
