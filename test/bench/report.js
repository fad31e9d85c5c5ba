// The report: all measurements as tables in Markdown.
import { formatSpread } from './statistics.js'

/** More is better for rates, less for times, bytes and the like. */
const RATES = new Set(['GFLOP/s', 'images/s', 'samples/s'])

/** How many times as good as a row wasmlp is, round by round: the case's first row of it. */
function advantage(row, own) {
  if (!own || row === own || row.reference || row.values.length !== own.values.length) return ''
  return formatSpread(
    row.values.map((value, i) => (RATES.has(row.unit) ? own.values[i] / value : value / own.values[i])),
  )
}

export function formatTable(measurements) {
  const lines = [
    '| case | library | median (low … high) | wasmlp, times as good | |',
    '|---|---|---|---|---|',
  ]
  for (const row of measurements) {
    const own = measurements.find(other => other.case === row.case && other.library.startsWith('wasmlp'))
    const cells = [row.case, row.library, `${formatSpread(row.values)} ${row.unit}`, advantage(row, own)]
    lines.push(`| ${[...cells, row.note ?? ''].join(' | ')} |`)
  }
  return lines.join('\n')
}

/** One part: what was measured, of which commit, on which machine, and what is missing. */
function formatPart({ machine, rounds, quick, title, text, measurements, left, plot }) {
  const { date, commit = 'unknown', processor, cores, memory, system, node } = machine
  const length = `${rounds} ${quick ? 'short ' : ''}${rounds === 1 ? 'round' : 'rounds'}`
  return [
    `## ${title}`,
    text,
    `${date}, commit ${commit}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}; ${length}.`,
    ...(plot ? [`![${title}](${plot})`] : []),
    formatTable(measurements),
    ...(left.length > 0 ? [`Left out: ${left.join('; ')}.`] : []),
  ].join('\n\n')
}

/** The page of all parts, from their figures. */
export const formatReport = figures =>
  `${[
    '# Measured',
    'Every library ran in a process of its own, all in turn in each round; ratios are taken round by round. A machine ' +
      'that others use too is noisy: trust the ratios.',
    ...figures.map(formatPart),
  ].join('\n\n')}\n`
