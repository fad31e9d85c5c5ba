// Options that have a name, such as { name: 'adam', beta1: 0.9 }: checked against a table, and made complete.

import { checkNames, unknownName } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'

/** What one option may be. */
export interface OptionRule<Standard = number | boolean | string | undefined> {
  /** What it is unless given; undefined where it must be given. */
  readonly standard: Standard
  /** What is expected, in words. */
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
}

/** For each name, the options that go with it. */
export type OptionTable = Readonly<Record<string, { readonly options: Readonly<Record<string, OptionRule>> }>>

/** The options that must be given. */
export type NeededOf<Rules extends Readonly<Record<string, OptionRule>>> = {
  [Name in keyof Rules]: undefined extends Rules[Name]['standard'] ? Name : never
}[keyof Rules]

/** A rule for numbers. */
export function numberRule<Standard extends number | undefined>(
  standard: Standard,
  expected: string,
  accepts: (value: number) => boolean,
): OptionRule<Standard> {
  return { standard, expected, accepts: value => typeof value === 'number' && accepts(value) }
}

/** 0 or more, and finite. */
export const notNegative = (standard: number) =>
  numberRule(standard, 'a finite number, 0 or more', value => value >= 0 && value < Infinity)

/** 0 or more, and less than 1. */
export const belowOne = (standard: number) =>
  numberRule(standard, 'a number in [0, 1)', value => value >= 0 && value < 1)

/** Above 0 and finite in single precision too, in which the kernels have it. */
export const aboveZero = (standard: number) =>
  numberRule(standard, 'a number above 0 that single precision holds', isPositiveSingle)

/** true or false. */
export const flag = (standard: boolean): OptionRule<boolean> => ({
  standard,
  expected: 'true or false',
  accepts: value => typeof value === 'boolean',
})

/** Whether a number is above 0 and finite in single precision. */
function isPositiveSingle(value: number): boolean {
  return Math.fround(value) > 0 && Math.fround(value) < Infinity
}

/** Throws {@link ArgumentError} unless it is a number that the kernels have above 0. */
export function checkPositive(what: string, value: unknown): void {
  const { accepts, expected } = aboveZero(1)
  if (!accepts(value)) throw new ArgumentError(`${what} is ${describeValue(value)}: expected ${expected}`)
}

/** A name, or an object with a name, with nothing left open. Throws {@link ArgumentError} for what the table lacks. */
export function resolveNamed(
  what: string,
  given: unknown,
  table: OptionTable,
): Record<string, string | number | boolean> {
  const options: Record<string, unknown> =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given } : { name: given }
  const { name, ...rest } = options
  const rules = typeof name === 'string' && Object.hasOwn(table, name) ? table[name]?.options : undefined
  if (typeof name !== 'string' || !rules) {
    throw unknownName(
      `unknown ${what}`,
      name,
      Object.keys(table),
      ', or an object with one of these as its name',
    )
  }
  checkNames(`the ${what} '${name}'`, rest, rules)
  const resolved: Record<string, string | number | boolean> = { name }
  for (const [option, { standard, expected, accepts }] of Object.entries(rules)) {
    const value = rest[option] ?? standard
    const isPlain = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    if (!isPlain || !accepts(value)) {
      const found = value === undefined ? 'not given' : describeValue(value)
      throw new ArgumentError(`${option} of the ${what} '${name}' is ${found}: expected ${expected}`)
    }
    resolved[option] = value
  }
  return resolved
}
