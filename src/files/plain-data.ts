// Plain data as JSON that gives back the same data: numbers to the bit, and arrays of floats, which go beside it.
import { isFloat32Array } from '../brands.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import { CheckpointError } from '../errors.ts'

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

/** What {@link toJson} got; `floats` gives the arrays back. Throws what JSON.parse throws. */
export function fromJson(text: string, floats: (name: string) => Float32Array): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    const { $number, $floats }: Stand = value
    if ($number !== undefined) return Number($number)
    return $floats === undefined ? value : floats($floats)
  })
}
