// Files whose fields are changed one by one, to everything that they must not be, along the schemas of the fields.
import type { GenericSchema } from 'valibot'

/** JSON in the place of a field. */
export const WRONG = [
  ...['null', 'true', '-1', '0.5', '1e300', '1e999', '9007199254740993', '-0', '2'],
  ...['""', '"x"', '"__proto__"', '[]', '[null]', '["x"]', '[[1]]', '[1,2,3]'],
  ...['{}', '{"length":1000}', '{"length":2,"0":1,"1":1}', '{"toString":1}', '{"valueOf":1,"then":1}'],
  ...[
    '{"$number":"1"}',
    '{"$number":"NaN"}',
    '{"$floats":"x"}',
    '{"$floats":1}',
    '{"__proto__":{"epoch":1}}',
  ],
  ...['{"a":1,"a":2}', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, '"x'.padEnd(5000, 'x').concat('"')],
]

const HOLE = '@hole@'

export type Step = string | number

/** Parts of valibot's schemas that lead to others. */
export interface Parts {
  readonly type?: string
  readonly wrapped?: GenericSchema
  readonly item?: GenericSchema
  readonly items?: readonly GenericSchema[]
  readonly entries?: Readonly<Record<string, GenericSchema>>
  readonly pipe?: readonly Parts[]
  readonly getter?: (value: unknown) => GenericSchema
}

/** A field that a schema describes: its path, and whether the value has it. */
export interface Place {
  readonly path: readonly Step[]
  readonly schema: GenericSchema
  readonly isThere: boolean
}

/** All fields of a schema, as far as they are in a value. */
export function* placesIn(
  schema: GenericSchema,
  value: unknown,
  path: readonly Step[] = [],
): Generator<Place> {
  yield { path, schema, isThere: value !== undefined }
  if (value === undefined) return
  const given: Parts = schema
  const parts = given.pipe?.find(part => part.entries || part.items || part.item) ?? given
  const inner = parts.wrapped ?? parts.getter?.(value)
  if (inner) yield* [...placesIn(inner, value, path)].slice(1)
  const at = (key: Step) => (Object(value) as Record<Step, unknown>)[key]
  for (const [key, entry] of Object.entries(parts.entries ?? {}))
    yield* placesIn(entry, at(key), [...path, key])
  for (const [i, item] of (parts.items ?? []).entries()) yield* placesIn(item, at(i), [...path, i])
  if (parts.item) yield* placesIn(parts.item, at(0), [...path, 0])
}

/** The JSON of a value with other JSON at a path. */
export function changed(json: object, path: readonly Step[], literal: string): string {
  const put = (value: unknown, [step, ...rest]: readonly Step[]): unknown => {
    if (step === undefined) return HOLE
    if (Array.isArray(value)) return value.map((item, i) => (i === step ? put(item, rest) : item))
    return { ...Object(value), [step]: put(Object(value)[step], rest) }
  }
  return JSON.stringify(put(json, path)).replace(`"${HOLE}"`, () => literal)
}

export function without(json: object, path: readonly Step[]): string {
  return changed(json, path, HOLE)
    .replace(new RegExp(`"[^"]*":${HOLE},?`), '')
    .replaceAll(',}', '}')
}

/** What opening a file throws; undefined where it opens. */
export function failure(open: () => unknown): unknown {
  try {
    open()
    return undefined
  } catch (error) {
    return error
  }
}
