// A user's value as every message shows it. Every page loads this, so it is short.

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
  return kind === 'Object' ? `{ ${shown(Object.keys(value as object))} }` : kind
}
