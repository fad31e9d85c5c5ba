// The words in which the fields of files are described, and the one check of all of them. A description is a schema of
// valibot, whose message says what is expected. Nothing that a file says reaches other code before it has passed here:
// its type, its range, and its length against what else is known of the file.
import {
  array,
  boolean,
  custom,
  finite,
  type GenericSchema,
  getDotPath,
  type InferOutput,
  integer,
  looseObject,
  maxValue,
  minValue,
  nan,
  number,
  type ObjectEntries,
  pipe,
  safeParse,
  strictObject,
  union,
} from 'valibot'
import { isFloat32Array } from '../brands.ts'
import { describeValue, kindOf } from '../describe-value.ts'
import { FormatError, WasmlpError } from '../errors.ts'

/** An object with these fields and no others. valibot's own takes lists and typed arrays for objects. */
export const fields = <Entries extends ObjectEntries>(entries: Entries) =>
  pipe(
    custom<object>(value => kindOf(value) === 'Object', 'an object'),
    strictObject(entries, Object.keys(entries).join(', ') || 'none'),
  )

/** An object with these fields, and others that are not read. */
export const someFields = <Entries extends ObjectEntries>(entries: Entries) =>
  pipe(
    custom<object>(value => kindOf(value) === 'Object', 'an object'),
    looseObject(entries, 'an object'),
  )

/** A whole number in a range. */
export function whole(least = 0, most = Number.MAX_SAFE_INTEGER) {
  const expected = `a whole number, ${least} ${most === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${most}`}`
  return pipe(number(expected), integer(expected), minValue(least, expected), maxValue(most, expected))
}

/** A number in a range. */
export function within(least: number, most = Number.MAX_VALUE) {
  const expected = `a number, ${least} ${most === Number.MAX_VALUE ? 'or more' : `to ${most}`}`
  return pipe(number(expected), minValue(least, expected), maxValue(most, expected))
}

/** A number whose range those know who take it. */
export const finiteNumber = pipe(number('a number'), finite('a finite number'))

/** What was measured: also what is not finite. */
export const measured = union([number(), nan()], 'a number')

export const flag = boolean('true or false')

/** A text of so many characters at most. */
export const text = (most: number) => name<string>(most)

/** A name of those that others know, who refuse the rest. */
export const name = <Name extends string>(most = 100) =>
  custom<Name>(
    value => typeof value === 'string' && value.length <= most,
    `a text of at most ${most} characters`,
  )

/** One number for all values of a sample, or one for each. */
export const numbers = union([finiteNumber, array(finiteNumber)], 'a finite number, or a list of such')

/** So many 32-bit floats. */
export const floats = (length: number) =>
  custom<Float32Array>(value => isFloat32Array(value) && value.length === length, `${length} floats`)

/** Throws {@link FormatError}, whose message begins with the field's path below `at`, unless a value is as the schema says. */
export function check<Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
  at = '',
): asserts value is InferOutput<Schema> {
  const { issues } = safeParse(schema, value, { abortEarly: true })
  if (!issues) return
  const [issue] = issues
  const whole = [at, getDotPath(issue)].filter(Boolean).join('.') || 'it'
  // Its last part may be a name from the file.
  const path = whole.length > 200 ? `${whole.slice(0, 200)}… (${whole.length} characters)` : whole
  const isOther = issue.type === 'strict_object' && issue.expected === 'never'
  if (isOther) throw new FormatError(`${path} is no field of its object, expected only ${issue.message}`)
  if (issue.input === undefined) throw new FormatError(`${path} is missing`)
  throw new FormatError(`${path} is ${describeValue(issue.input)}, expected ${issue.message}`)
}

/**
 * Throws {@link FormatError} unless a description is of a version that this package reads. Comes before the check of its
 * fields, which another version can have others of.
 */
export function checkVersion(what: string, description: unknown, least: number, most: number): void {
  const { schema = least } = Object(description) as { schema?: unknown }
  if (Number.isInteger(schema) && Number(schema) >= least && Number(schema) <= most) return
  throw new FormatError(
    `${what}'s schema is version ${describeValue(schema)}, and this wasmlp reads ` +
      (least === most ? `version ${least}` : `versions ${least}–${most}`) +
      (typeof schema === 'number' && schema > most ? ': use a newer wasmlp' : ''),
  )
}

/**
 * Runs what reads a part of a file: what is wrong with it becomes a {@link FormatError} that begins with `where`, and ends
 * with what to do.
 */
export function readingFile<Result>(where: string, advice: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof WasmlpError)) throw cause
    throw new FormatError(`${where}: ${cause.message}${advice}`, { cause })
  }
}
