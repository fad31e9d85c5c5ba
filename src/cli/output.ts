// Writing to standard output, and the format of numbers.

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`)
}

/** One object, on its own line. */
export function printJson(value: object): void {
  printLine(JSON.stringify(value))
}

export const count = (value: number) => value.toLocaleString('en')
/** At most nine characters, plus the sign. */
export const loss = (value = Number.NaN) =>
  Math.abs(value) < 9999.99995 ? value.toFixed(4) : value.toExponential(Math.abs(value) < 1e100 ? 3 : 2)
export const percent = (share = Number.NaN) => `${(100 * share).toFixed(2)}%`

/** Dimmed text, where the stream is a terminal with colours (and NO_COLOR is not set). */
export function dim(text: string, stream: NodeJS.WriteStream): string {
  return stream.isTTY && stream.hasColors() ? `\x1b[2m${text}\x1b[22m` : text
}
