// Fields of parsed JSON, each checked for its type.
import { FormatError } from '../errors.ts'

/** A JSON object. */
export type Plain = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A field that is an object. Throws {@link FormatError}, like all others. */
export function objectOf(parent: Plain, name: string): Plain {
  const value = parent[name]
  if (isObject(value)) return value
  throw wrong(name, value, 'an object')
}

export function listOf(parent: Plain, name: string): readonly unknown[] {
  const value = parent[name]
  if (Array.isArray(value)) return value
  throw wrong(name, value, 'a list')
}

export function textOf(parent: Plain, name: string): string {
  const value = parent[name]
  if (typeof value === 'string') return value
  throw wrong(name, value, 'a text')
}

/** A list of numbers; NaN for each element that is not a number. */
export function numbersOf(parent: Plain, name: string): readonly number[] {
  return listOf(parent, name).map(value => (typeof value === 'number' ? value : Number.NaN))
}

/** A number; `initial` where the field is missing or null. */
export function numberOf(parent: Plain, name: string, initial?: number): number {
  const value = parent[name] ?? initial
  if (typeof value === 'number') return value
  throw wrong(name, value, 'a number')
}

/** True or false; `initial` where the field is missing or null. */
export function flagOf(parent: Plain, name: string, initial: boolean): boolean {
  const value = parent[name] ?? initial
  if (typeof value === 'boolean') return value
  throw wrong(name, value, 'true or false')
}

function wrong(name: string, value: unknown, expected: string): FormatError {
  return new FormatError(`the field ${name} is ${describe(value)}, expected ${expected}`)
}

/** A value in a message. Nested values are not written out: they could be nested without end. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'an object' : JSON.stringify(value).slice(0, 80)
}
