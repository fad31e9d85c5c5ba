// What the readers of records share.
import { DataError } from '../errors.ts'

/** The field delimiter, and what begins a comment line. */
export interface RecordOptions {
  delimiter: string
  comment: string | undefined
  name: string
}

/** For a record that begins on a line. */
export const wrongQuote = (name: string, line: number): DataError =>
  new DataError(
    'ERR_DATA_CORRUPT',
    `${name}, line ${line}: a quote is not closed, or not where its field ends (write a quote within a quoted field as ` +
      'two)',
  )
