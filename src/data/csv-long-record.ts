// A record that goes on for many pieces of text. It is read field by field as they come, so that no piece takes long, and
// so that one which is too long is known before all of it is in memory.
import { DataError, type DataErrorCode } from '../errors.ts'
import { type RecordOptions, wrongQuote } from './csv-record-options.ts'

/** The most characters of a field, and the most fields of a record. */
const MAX_FIELD = 2 ** 20
const MAX_FIELDS = 2 ** 20

/** The most characters of a record. */
const MAX_RECORD = 2 ** 24

/** What ends a field: a delimiter, or all else that ends a record. Undefined where that is not known yet. */
type End = { end: number; next: number; isLast: boolean } | undefined

/** A record with its beginning; `push` takes what follows. */
export class LongRecord {
  readonly fields: string[] = []
  /** Line breaks within its fields. */
  lineBreaks = 0
  readonly #options: RecordOptions
  readonly #line: number
  /** The field that has not ended, as it is written, and how much of it need not be looked at again. */
  #open = ''
  #seen = 0
  /** Characters of the fields that have ended. */
  #taken = 0

  constructor(line: number, options: RecordOptions) {
    this.#line = line
    this.#options = options
  }

  /**
   * Takes the next characters, which are the file's last where `isEnd` says so. Returns those after the record; undefined
   * as long as it has not ended. Throws {@link DataError} `ERR_DATA_CORRUPT` for a wrong quote and `ERR_DATA_TOO_LARGE`.
   */
  push(piece: string, isEnd: boolean): string | undefined {
    const text = this.#open + piece
    let newline = -2 // unknown
    let at = text.includes('"') ? 0 : this.#addPlain(text)
    for (;;) {
      const isQuoted = text[at] === '"'
      if (!isQuoted && newline !== -1 && newline < at) newline = text.indexOf('\n', at)
      const found = isQuoted ? this.#endOfQuoted(text, at, isEnd) : this.#endOfPlain(text, at, newline, isEnd)
      this.#checkSizes((found?.end ?? text.length) - at, isQuoted)
      if (this.#taken + (found?.end ?? text.length) > MAX_RECORD) throw this.#tooLong()
      if (!found) {
        this.#taken += at
        this.#open = text.slice(at)
        this.#seen = Math.max(0, this.#seen - at)
        return undefined
      }
      const { end, next, isLast } = found
      this.#add(text.slice(at, end), isQuoted)
      at = next
      this.#seen = at
      if (isLast) return text.slice(at)
    }
  }

  /** Takes all fields that end within a text without quotes, but the record's last. Returns where the next one begins. */
  #addPlain(text: string): number {
    const newline = text.indexOf('\n')
    const fields = (newline < 0 ? text : text.slice(0, newline)).split(this.#options.delimiter)
    const last = fields.pop() ?? ''
    for (const field of fields) {
      this.#checkSizes(field.length, false)
      this.fields.push(field)
    }
    const at = (newline < 0 ? text.length : newline) - last.length
    this.#seen = Math.max(at, this.#seen)
    return at
  }

  #add(written: string, isQuoted: boolean): void {
    if (!isQuoted) this.fields.push(written)
    else {
      const content = written.slice(1, written.lastIndexOf('"'))
      this.fields.push(content.split('""').join('"')) // five times as fast as replaceAll, of quotes alone
      for (let at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) ++this.lineBreaks
    }
  }

  #endOfPlain(text: string, at: number, newline: number, isEnd: boolean): End {
    const { delimiter } = this.#options
    const end = text.indexOf(delimiter, Math.max(at, this.#seen))
    if (newline >= 0 && (end < 0 || newline < end)) return { end: newline, next: newline + 1, isLast: true }
    if (end >= 0) return { end, next: end + delimiter.length, isLast: false }
    this.#seen = Math.max(at, text.length - delimiter.length + 1)
    return isEnd ? { end: text.length, next: text.length, isLast: true } : undefined
  }

  #endOfQuoted(text: string, at: number, isEnd: boolean): End {
    for (let from = Math.max(at + 1, this.#seen); ; from += 2) {
      from = text.indexOf('"', from)
      this.#seen = from < 0 ? text.length : from
      if (from < 0 || from === text.length - 1) {
        if (!isEnd) return undefined
        if (from < 0) throw this.#wrongQuote()
        return { end: text.length, next: text.length, isLast: true }
      }
      if (text[from + 1] !== '"') return this.#endAfterQuote(text, from + 1, isEnd)
    }
  }

  /** After a closing quote there may be spaces. */
  #endAfterQuote(text: string, begin: number, isEnd: boolean): End {
    const { delimiter } = this.#options
    for (let end = begin; end < text.length; ++end) {
      if (text.startsWith(delimiter, end)) return { end, next: end + delimiter.length, isLast: false }
      if (text[end] === '\n') return { end, next: end + 1, isLast: true }
      const isCut = !isEnd && text.length - end < delimiter.length
      if (isCut && delimiter.startsWith(text.slice(end))) return undefined
      if (text[end]?.trim() !== '') throw this.#wrongQuote()
    }
    if (isEnd) throw this.#wrongQuote()
    return undefined
  }

  #wrongQuote(): DataError {
    return wrongQuote(this.#options.name, this.#line)
  }

  #checkSizes(characters: number, isQuoted: boolean): void {
    const { length } = this.fields
    if (characters > MAX_FIELD) {
      const what = `field ${length + 1} has more than ${MAX_FIELD} characters`
      throw isQuoted
        ? this.#beyond('ERR_DATA_CORRUPT', what, 'is a quote not closed?')
        : this.#beyond('ERR_DATA_TOO_LARGE', what, 'is the delimiter another one?')
    }
    if (length >= MAX_FIELDS) {
      const what = `the row has more than ${MAX_FIELDS} fields`
      throw this.#beyond('ERR_DATA_TOO_LARGE', what, 'are its rows columns?')
    }
  }

  #tooLong(): DataError {
    const what = `the row has more than ${MAX_RECORD} characters`
    return this.#beyond('ERR_DATA_TOO_LARGE', what, 'is the delimiter another one?')
  }

  #beyond(code: DataErrorCode, what: string, question: string): DataError {
    return new DataError(
      code,
      `${this.#options.name}, line ${this.#line}: ${what}, which is the limit (${question} If not, leave columns out ` +
        'where the file is made)',
    )
  }
}
