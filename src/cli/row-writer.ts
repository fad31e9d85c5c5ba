// Lines of predictions as they come: to standard output, or to a file that is there as a whole or not at all.
import { once } from 'node:events'
import { printable } from '../describe-value.ts'
import type { OutFile } from './files.ts'

/** Takes lines in order. */
export interface RowWriter {
  write(line: string): Promise<void>
  /** All lines are written. */
  finish(): void
  /** Something went wrong: a file stays as it was. */
  abandon(): void
}

/** Characters that are written at once. */
const PIECE = 2 ** 16

/** To standard output, no faster than it takes them. A terminal must not be steered by what is in a file. */
export class OutputWriter implements RowWriter {
  #text = ''

  async write(line: string): Promise<void> {
    this.#text += `${process.stdout.isTTY ? printable(line) : line}\n`
    // Whoever watches sees each line at once.
    if (process.stdout.isTTY || this.#text.length >= PIECE) await this.#flush()
  }

  finish(): void {
    process.stdout.write(this.#text)
  }

  abandon(): void {
    if (process.stdout.writable) this.finish()
  }

  async #flush(): Promise<void> {
    const isTaken = process.stdout.write(this.#text)
    this.#text = ''
    // Where it cannot be written any more, the operation is interrupted: see closed-output.ts.
    if (!isTaken && !process.stdout.destroyed) await once(process.stdout, 'drain').catch(() => {})
  }
}

/** To a file. */
export class FileWriter implements RowWriter {
  readonly #replacement: ReturnType<OutFile['begin']>
  #text = ''

  constructor(out: OutFile) {
    this.#replacement = out.begin()
  }

  async write(line: string): Promise<void> {
    this.#text += `${line}\n`
    if (this.#text.length < PIECE) return
    this.#replacement.write(Buffer.from(this.#text))
    this.#text = ''
  }

  finish(): void {
    this.#replacement.write(Buffer.from(this.#text))
    this.#replacement.finish()
  }

  abandon(): void {
    this.#replacement.abandon()
  }
}

/** A line of CSV: fields with a comma, a quote or a line break in quotes, as RFC 4180 has them. */
export const csvLine = (fields: readonly unknown[]): string =>
  fields
    .map(field => (field === null || field === undefined ? '' : String(field)))
    .map(text => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(',')
