// Writing to standard output and standard error, and the format of numbers. All text goes through here: names of files
// and what is in them must not steer the terminal.
import { inspect } from 'node:util'
import { printable } from '../describe-value.ts'

/** Characters of the longest complaint. */
const MOST = 2000

export function printLine(text = ''): void {
  process.stdout.write(`${printable(text)}\n`)
}

/** Text of several lines. */
export const printLines = (text: string): void => text.split('\n').forEach(printLine)

/** The heading of a table, dimmed. */
export function printHeading(text: string): void {
  process.stdout.write(`${dim(printable(text), process.stdout)}\n`)
}

/** One object, on its own line. What a terminal would obey is in its strings, where an escape of JSON stands for it. */
export function printJson(value: object): void {
  process.stdout.write(`${printable(JSON.stringify(value))}\n`)
}

/** One sentence on standard error. */
export function complain(sentence: string): void {
  console.error(`wasmlp: ${printable(sentence.slice(0, MOST))}`)
}

/** An error that no command expects, with its stack, on standard error. */
export function printUnexpected(error: unknown): void {
  for (const line of inspect(error).split('\n')) console.error(printable(line.slice(0, MOST)))
}

export const count = (value: number) => value.toLocaleString('en')
/** At most nine characters, plus the sign. */
export const loss = (value = Number.NaN) =>
  Math.abs(value) < 9999.99995 ? value.toFixed(4) : value.toExponential(Math.abs(value) < 1e100 ? 3 : 2)
/** Six digits. */
export const figure = (value = Number.NaN) => String(Number(value.toPrecision(6)))
export const percent = (share = Number.NaN) => `${(100 * share).toFixed(2)}%`

/** Dimmed text, where the stream is a terminal with colours (and NO_COLOR is not set). */
export function dim(text: string, stream: NodeJS.WriteStream): string {
  return stream.isTTY && stream.hasColors() ? `\x1b[2m${text}\x1b[22m` : text
}
