// A matrix as a table with heads for its rows and columns.
import type { ComponentChildren } from 'preact'
import { formatNumber } from '../languages.ts'
import { TableFrame } from './table-frame.tsx'

export interface NumberTableProps {
  /** What it is, with its shape: "W, 3 × 2". */
  caption: ComponentChildren
  /** By rows: `values[row * columns.length + column]`. */
  values: ArrayLike<number>
  /** Heads of the rows. */
  rows: readonly string[]
  /** Heads of the columns. */
  columns: readonly string[]
  /** How a number is written; with three decimals unless told. */
  format?(value: number): string
  /** `on` for what is computed now, `also` for what it is computed from. */
  mark?(row: number, column: number): 'on' | 'also' | undefined
}

/**
 * @example
 * <NumberTable caption="dB" values={[1, 2, 3, 4, 5, 6]} rows={['1', '2']} columns={['1', '2', '3']}
 *   mark={(_, column) => column === at.value ? 'on' : undefined} format={String} />
 */
export function NumberTable(props: NumberTableProps) {
  const { caption, values, rows, columns, mark } = props
  const format = props.format ?? ((value: number) => formatNumber(value, 3))
  return (
    <TableFrame>
      <table class="numbers">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {columns.map(column => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((column, j) => (
                <td key={column} class={mark?.(i, j)}>
                  {format(values[i * columns.length + j] ?? Number.NaN)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
