// The page accuracy.md, from the figures that accuracy.js keeps.
import { settings } from './accuracy-settings.js'
import { formatSpread, meanAndDeviation, spread } from './statistics.js'

const percent = share => `${(100 * share).toFixed(2)} %`

/** `mean 98.50 %, standard deviation 0.05, 98.44 … 98.57 %` */
function summarize(shares) {
  const { mean, deviation } = meanAndDeviation(shares)
  const { low, high } = spread(shares)
  return (
    `mean **${percent(mean)}**, standard deviation ${(100 * deviation).toFixed(2)}, ` +
    `${(100 * low).toFixed(2)} … ${percent(high)}`
  )
}

const summarizeUnits = units =>
  'Time from the start of `fit` to its end, in epochs of plain SGD (784-512-10, learning rate 0.1, batches of 100) that ' +
  `ran before and after it: ${formatSpread(units.map(({ processor }) => processor))} by the time that the processor ` +
  `worked for it, ${formatSpread(units.map(({ clock }) => clock))} by the clock, which counts what others computed ` +
  'meanwhile as well.'

function formatSeed({ seed, accuracy, loss, epochSeconds, seconds, unit, units }) {
  const cells = [seed, percent(accuracy), loss.toFixed(4), formatSpread(epochSeconds), seconds.toFixed(1)]
  if (units) cells.push(unit.clock.toFixed(2), units.clock.toFixed(2), units.processor.toFixed(2))
  return `| ${cells.join(' | ')} |`
}

function formatPart([name, { settings: used, machine, build, threads, seeds }]) {
  const { processor, cores, memory, system, node, date, commit = 'unknown' } = machine
  const isTimed = seeds[0].units !== undefined
  const columns = ['seed', 'test accuracy', 'test loss', 'seconds an epoch', 'seconds in all']
  if (isTimed)
    columns.push('seconds of a plain epoch', "plain epochs' time, by the clock", 'by the processor')
  const units = isTimed ? ` ${summarizeUnits(seeds.map(seed => seed.units))}` : ''
  return [
    `## ${settings[name].title}: \`npm run accuracy -- ${name}\``,
    `Over ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}: ${summarize(seeds.map(seed => seed.accuracy))}.${units}`,
    [
      '| | |',
      '|---|---|',
      `| network | ${used.network} |`,
      `| \`compile\` | \`${JSON.stringify(used.compile)}\` |`,
      `| \`fit\` | \`${JSON.stringify(used.fit)}\` |`,
      `| run | \`${build}\` build, ${threads === 1 ? '1 thread' : `${threads} threads`}, Node ${node} |`,
      `| commit | ${commit} |`,
      `| machine | ${processor}, ${cores} cores, ${memory}, ${system}, ${date} |`,
    ].join('\n'),
    [`| ${columns.join(' | ')} |`, `|${'---|'.repeat(columns.length)}`, ...seeds.map(formatSeed)].join('\n'),
  ].join('\n\n')
}

/** The page of all settings that were measured. */
export const formatAccuracy = results =>
  `${[
    '# Test accuracy on MNIST',
    'Settings were chosen by the accuracy on the last 10,000 training images, after training on the other 50,000 ' +
      '(`npm run accuracy -- NAME --validate`; [what was tried](accuracy-choices.md), and when the test images were ' +
      'looked at before). Then the networks were trained on all 60,000, and the test images were measured after the ' +
      'last epoch; no seed is left out. The seed is that of the initial weights, the order of the samples, dropout and ' +
      'distortions, and gives the same accuracy on every machine and with any number of threads. Times are medians ' +
      '(lowest … highest) on a machine that was computing other things meanwhile: they are longer than on an idle one.',
    ...Object.entries(results).map(formatPart),
  ].join('\n\n')}\n`
