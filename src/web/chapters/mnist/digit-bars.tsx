// Probabilities of the ten classes as bars, of one network or of two beside each other.
import { formatNumber, formatPercent } from '../../languages.ts'
import type { Tone } from '../../parts/plot.tsx'
import './digit-bars.css'

export interface DigitBarsProps {
  caption: string
  /** What the first column's head says. */
  digit: string
  series: readonly {
    readonly name: string
    readonly tone: Tone
    readonly probabilities: ArrayLike<number>
  }[]
  /** Of two series, the head of a column with what the second has more than the first, in points. */
  difference?: string
  /** What the classes are called; the digits unless told. */
  names?: readonly string[]
  /** The right digit, which is marked; `right` says so. */
  label?: number
  right?: string
}

/**
 * @example
 * <DigitBars caption={text.probabilities} digit={text.digit} series={[{ name: text.now, tone: 'blue', probabilities }]} />
 */
export function DigitBars({ caption, digit, series, difference, names, label, right }: DigitBarsProps) {
  const [first, second] = series
  return (
    <table class="digit-bars">
      <caption>{caption}</caption>
      <thead class={series.length === 1 ? 'unseen' : undefined}>
        <tr>
          <th scope="col">{digit}</th>
          <td />
          {series.map(({ name, tone }) => (
            <th key={name} scope="col" class={`tone-${tone}`}>
              {name}
            </th>
          ))}
          {difference && <th scope="col">{difference}</th>}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: 10 }, (_, i) => (
          <tr key={i} class={i === label ? 'right' : undefined}>
            <th scope="row">
              {names?.[i] ?? i}
              {i === label && right && <span class="unseen"> {right}</span>}
            </th>
            <td class="bars" aria-hidden="true">
              {series.map(({ name, tone, probabilities }) => (
                <span
                  key={name}
                  class={`tone-${tone}`}
                  style={{ width: `${(probabilities[i] ?? 0) * 100}%` }}
                />
              ))}
            </td>
            {series.map(({ name, probabilities }) => (
              <td key={name}>{formatPercent(probabilities[i] ?? 0, 1)}</td>
            ))}
            {difference && (
              <td>{points((second?.probabilities[i] ?? 0) - (first?.probabilities[i] ?? 0))}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A difference of shares in percentage points, with its sign. */
function points(difference: number): string {
  const text = formatNumber(difference * 100, 1)
  return difference > 0 && /[1-9]/.test(text) ? `+${text}` : text
}
