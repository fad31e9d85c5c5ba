// Values of options: each parser throws commander's InvalidArgumentError, which ends in exit code 2.
import { InvalidArgumentError } from 'commander'
import type { ThreadChoice } from '../index.ts'
import { hintAt } from '../nearest-name.ts'
import { parserFor } from './option-json.ts'

/** `one-cycle`: how the command line spells the name `oneCycle` of the API. */
export const kebabCase = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

const camelCase = (text: string) => text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Parses one of the names, in kebab case or as in the API. Gives the latter. */
export function oneOf(names: readonly string[]) {
  return parserFor({ enum: names.map(kebabCase) }, (text: string): string => {
    const name = camelCase(text)
    if (names.includes(name)) return name
    const hint = hintAt(text, names.map(kebabCase))
    throw new InvalidArgumentError(`expected ${names.length > 1 ? 'one of ' : ''}${listed(names)}${hint}`)
  })
}

/** Names as the command line spells them. */
export const listed = (names: readonly string[]) => names.map(kebabCase).join(', ')

/** Parses a whole number, at least `low` and at most `high`. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER) {
  return parserFor({ type: 'integer', minimum: low, maximum: high }, (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= low && value <= high) return value
    const range = high === Number.MAX_SAFE_INTEGER ? `, ${low} or more` : ` from ${low} to ${high}`
    throw new InvalidArgumentError(`expected a whole number${range}`)
  })
}

/** The range of a number. */
interface Range {
  above?: number
  least?: number
  below?: number
  most?: number
}

/** Parses a number in the range that is finite in single precision too. */
export function numberIn({ above, least, below, most }: Range) {
  const json = {
    type: 'number',
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(least !== undefined && { minimum: least }),
    ...(below !== undefined && { exclusiveMaximum: below }),
    ...(most !== undefined && { maximum: most }),
  } as const
  return parserFor(json, (text: string): number => {
    const value = Number(text)
    const isInside =
      value > (above ?? -Infinity) &&
      value >= (least ?? -Infinity) &&
      value < (below ?? Infinity) &&
      value <= (most ?? Infinity)
    if (text.trim() !== '' && isInside && Number.isFinite(Math.fround(value))) return value
    const limits = [
      ...(above === undefined ? [] : [`above ${above}`]),
      ...(least === undefined ? [] : [`${least} or more`]),
      ...(below === undefined ? [] : [`below ${below}`]),
      ...(most === undefined ? [] : [`${most} at most`]),
    ]
    throw new InvalidArgumentError(`expected a number, ${limits.join(' and ')}`)
  })
}

export const notNegative = numberIn({ least: 0 })

/** Parses a number above 0 that is neither 0 nor infinite in single precision, in which the kernels compute. */
export const positiveNumber = parserFor({ type: 'number', exclusiveMinimum: 0 }, (text: string): number => {
  const value = Number(text)
  const single = Math.fround(value)
  if (text.trim() !== '' && single > 0 && single < Infinity) return value
  throw new InvalidArgumentError('expected a number above 0 that single precision holds')
})

/** A path or address. An empty one comes from a variable that a script has not set. */
export const place = parserFor({ type: 'string', minLength: 1 }, (text: string): string => {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('expected a path')
})

/** `auto`, or a whole number of threads. */
export const threadCount = parserFor(
  { anyOf: [{ enum: ['auto'] }, { type: 'integer', minimum: 1, maximum: 64 }] },
  (text: string): ThreadChoice => (text === 'auto' ? text : wholeNumber(1, 64)(text)),
)

/** `256,128`: units of the hidden layers; nothing for none. */
export const layerUnits = parserFor(
  { type: 'array', items: { type: 'integer', minimum: 1 } },
  (text: string): number[] => {
    if (text === '') return []
    const units = text.split(',').map(Number)
    if (/^\d+(,\d+)*$/.test(text) && units.every(value => value >= 1 && Number.isSafeInteger(value)))
      return units
    throw new InvalidArgumentError(
      'expected whole numbers, 1 or more, with commas between them, or "" for none',
    )
  },
)
