// A copy of plain data, as `structuredClone` makes it: jsdom, in which Jest runs tests of pages, has none.
import { kindOf } from './describe-value.ts'

/** Copies arrays and plain objects; anything else stays as it is. */
export function plainCopy<Data>(data: Data): Data {
  if (Array.isArray(data)) return data.map(plainCopy) as Data
  if (kindOf(data) !== 'Object') return data
  return Object.fromEntries(
    Object.entries(Object(data)).map(([key, value]) => [key, plainCopy(value)]),
  ) as Data
}
