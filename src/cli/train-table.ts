// The table of epochs that `wasmlp train` prints, whose last line is the progress bar.

const COLUMN_WIDTHS = [7, 10, 11, 12, 11, 10] as const

/** The first cells of a line: epoch, loss, accuracy, test loss, test accuracy, seconds. A space at least is between two. */
export function row(...cells: string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell : ` ${cell}`).padStart(COLUMN_WIDTHS[i] ?? 0)).join('')
}

/** The first cell of an epoch's line, `3/100`, and that of the heading: all as wide as the last. */
export const epochLabel = (epoch: number | string, epochs: number): string => {
  const label = typeof epoch === 'string' ? epoch : `${epoch}/${epochs}`
  return label.padStart(`${epochs}/${epochs}`.length)
}
