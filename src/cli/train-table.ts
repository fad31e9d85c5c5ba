// The table of epochs that `wasmlp train` prints, whose last line is the progress bar.

const COLUMN_WIDTHS = [7, 10, 11, 12, 11, 10] as const

/** The first cells of a line: epoch, loss, accuracy, test loss, test accuracy, seconds. */
export function row(...cells: string[]): string {
  return cells.map((cell, i) => cell.padStart(COLUMN_WIDTHS[i] ?? 0)).join('')
}
