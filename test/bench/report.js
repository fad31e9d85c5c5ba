// The report: all measurements as tables in Markdown.
import { formatSpread } from './statistics.js'

/** More is better for rates, less for times, bytes and the like. */
const RATES = new Set(['GFLOP/s', 'images/s'])

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

export function formatReport({ machine, parts, left, rounds }) {
  const { processor, cores, memory, system, node, date } = machine
  const sections = parts.map(({ title, text, measurements, plot }) =>
    [`## ${title}`, text, plot && `![${title}](${plot})`, formatTable(measurements)]
      .filter(Boolean)
      .join('\n\n'),
  )
  return `${[
    '# Measured',
    `${date}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}. Every library ran in a process of its own, ` +
      `${rounds} ${rounds === 1 ? 'round' : 'rounds'}, in turn; ratios are taken round by round. A machine that others ` +
      'use too is noisy: trust the ratios.',
    ...sections,
    ...(left.length > 0 ? ['## Left out', left.map(line => `- ${line}`).join('\n')] : []),
  ].join('\n\n')}\n`
}
