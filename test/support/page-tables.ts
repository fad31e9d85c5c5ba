// The tables of a page, for tests that compare them with what the package has.

/** The rows of the table under a heading whose first column has this title, cell by cell; none where there is no such table. */
export function rowsOf(page: string, heading: string, title: string): string[][] {
  const section = page.split(/^#+ /m).find(text => text.startsWith(`${heading}\n`)) ?? ''
  const [, table = ''] = section.split(`\n| ${title} |`)
  const [, , ...lines] = (table.split('\n\n')[0] ?? '').trimEnd().split('\n')
  return lines.map(line =>
    line
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim())
      .slice(1, -1),
  )
}

/** The words in code of one column. */
export const wordsOf = (rows: readonly string[][], column = 0): string[] =>
  rows.flatMap(row => [...(row[column] ?? '').matchAll(/`(.*?)`/g)].map(([, word = '']) => word))
