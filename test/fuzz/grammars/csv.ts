// CSV as rows of fields, each as it stands in the file.

import type { Grammar, Tree } from '../tree.ts'
import { utf8 } from './binary.ts'

interface Csv {
  readonly [field: string]: Tree
  readonly mark: string
  readonly delimiter: string
  readonly newline: string
  readonly rows: readonly (readonly string[])[]
  readonly end: string
}

export const csv: Grammar<Csv> & { readonly texts: readonly string[] } = {
  texts: [
    '1',
    '-1.5e3',
    '""',
    '"a,b"',
    '"a""b"',
    '"a\nb"',
    ' 1 ',
    'NaN',
    'NA',
    '1,2',
    "'",
    '\r',
    '1e39',
    '0x1F',
  ],
  open(bytes) {
    const text = Buffer.from(bytes).toString()
    const delimiter = /[;\t]/.exec(text)?.[0] ?? ','
    const newline = text.includes('\r\n') ? '\r\n' : '\n'
    const rows = text.trimEnd().split(newline)
    return { mark: '', delimiter, newline, rows: rows.map(row => row.split(delimiter)), end: newline }
  },
  close: ({ mark, delimiter, newline, rows, end }) =>
    utf8(mark + rows.map(row => row.join(delimiter)).join(newline) + end),
}
