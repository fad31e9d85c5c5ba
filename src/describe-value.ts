// A value that a user gave, as every message shows it.

/** What a value is, in a word. Not by instanceof, which fails for objects of another realm: a frame, or a test runner's sandbox. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/** The most elements or fields that are shown, and, times ten, characters. */
const SHOWN = 6

/** As a program writes it, shortened: `"adam"`, `[2]`, `{ units: 4 }`, `NaN`, `undefined`; what is no plain data by its kind. */
export function describeValue(value: unknown, isWithin?: boolean): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN * 10))
  if (Object(value) !== value) return String(value)
  const isPlain = Object.getPrototypeOf(value) === Object.prototype
  if (!Array.isArray(value) && !isPlain) return kindOf(value)
  if (isWithin) return '…'
  const parts = Object.entries(value as object).map(
    ([name, part]) => (isPlain ? `${name}: ` : '') + describeValue(part, true),
  )
  const list = [...parts.slice(0, SHOWN), ...(parts.length > SHOWN ? ['…'] : [])].join(', ')
  return isPlain ? (list && `{ ${list} }`) || '{}' : `[${list}]`
}
