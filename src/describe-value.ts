// A user's value as every message shows it, and what no message holds. Every page loads this, so it is short. Names that
// come from files are for quote-names.ts.

/**
 * Text on one line, with JSON's escapes such as `\u001b` for what a terminal obeys or nobody sees: control characters, bidi
 * controls, line separators, lone surrogates.
 */
export const printable = (text: string): string =>
  text.replace(/[\p{C}\u2028\u2029]/gu, unseen =>
    unseen.replace(/./gs, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )

/**
 * The type of a value in a word. Not by instanceof, which fails for objects of another realm: a frame, or a test
 * runner's sandbox.
 */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/**
 * A value as source code, shortened: `"adam"`, `[2]`, `{ units }`, `NaN`, `undefined`. Anything but plain data by its
 * kind.
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  if (Object(value) !== value) return String(value)
  const shown = (list: unknown[]) => list.slice(0, 6).join(', ') + (list.length > 6 ? ', …' : '')
  if (Array.isArray(value)) {
    return `[${shown(value.map(part => (Array.isArray(part) ? '[…]' : describeValue(part))))}]`
  }
  const kind = kindOf(value)
  return kind === 'Object' ? `{ ${shown(Object.keys(value as object).map(key => key.slice(0, 60)))} }` : kind
}
