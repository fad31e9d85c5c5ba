// What files and directories hold, in messages: lists of names, names of files, shapes.
import { printable } from './describe-value.ts'

/** Characters of the longest name that is shown whole. */
const MOST = 100

/** A name as source code; of a long one the beginning, and its length: `"abc…" (5000 characters)`. */
export function quoted(name: string): string {
  if (name.length <= MOST) return printable(JSON.stringify(name))
  return printable(`${JSON.stringify(`${name.slice(0, MOST)}…`)} (${name.length} characters)`)
}

/** Of a list: that many names at most, and no further one behind that many characters. */
const MOST_NAMES = 20
const MOST_CHARACTERS = 500

/** `"a", "b", … and 498 more`; `none` where there is none. */
export function quotedList(names: readonly string[]): string {
  let shown = ''
  let count = 0
  for (const name of names) {
    if (count === MOST_NAMES || shown.length > MOST_CHARACTERS) break
    shown += `${count === 0 ? '' : ', '}${quoted(name)}`
    count += 1
  }
  const more = names.length - count
  return more > 0 ? `${shown}, … and ${more.toLocaleString('en')} more` : shown || 'none'
}

/** Of a path or address: its begin and its end. */
const MOST_BEFORE = 100
const MOST_BEHIND = 160

/**
 * A path or address as it was given; quoted and cut like other names where a line cannot show it as it is. The middle
 * of a long one is left out, since its end says most.
 */
export function locationName(location: string | URL): string {
  const text = String(location)
  if (text.length <= MOST_BEFORE + MOST_BEHIND) return printable(text) === text ? text : quoted(text)
  return printable(`${text.slice(0, MOST_BEFORE)}…${text.slice(-MOST_BEHIND)} (${text.length} characters)`)
}

/** A name as it is where it is a word, such as that of an operator, or a number; else quoted. */
export const wordOf = (name: string): string => (/^[\w.:+-]{1,100}$/.test(name) ? name : quoted(name))

/** `[784, 512]`; the first dimensions of a shape that has many. */
export function shapeText(shape: ArrayLike<number>): string {
  const most = 8
  const shown = Array.from({ length: Math.min(shape.length, most) }, (_, i) => shape[i]).join(', ')
  return shape.length <= most ? `[${shown}]` : `[${shown}, …] (${shape.length} dimensions)`
}
