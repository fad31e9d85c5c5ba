// What label smoothing brings and costs in the recipe of docs/command-line.md for 98 % in two epochs of MNIST. It
// prints test accuracy, log loss and expected calibration error, for five seeds and several amounts. The `simd` build:
// the same figures on every machine.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../dist/node/cli.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'wasmlp-smoothing-'))
const model = join(folder, 'model.safetensors')

const recipe = [
  '--input-scaling',
  '--initializer',
  'lecun',
  '--optimizer',
  'nesterov',
  '--learning-rate',
  '0.1',
]
const more = ['--schedule', 'one-cycle', '--epochs', '2', '--build', 'simd', '--out', model, '--json']

const run = (...words) => execFileSync(process.execPath, [cli, ...words], { encoding: 'utf8' })

/** What `wasmlp evaluate` says of a model that is trained so. */
function measure(labelSmoothing, seed) {
  run('train', ...recipe, ...more, '--label-smoothing', String(labelSmoothing), '--seed', String(seed))
  return JSON.parse(run('evaluate', model, '--build', 'simd', '--json'))
}

try {
  for (const labelSmoothing of [0, 0.05, 0.1, 0.2]) {
    const results = [1, 2, 3, 4, 5].map(seed => measure(labelSmoothing, seed))
    const mean = name => results.reduce((sum, result) => sum + result[name], 0) / results.length
    const percent = share => `${(100 * share).toFixed(2)} %`
    console.log(
      `label smoothing ${labelSmoothing}: accuracy ${percent(mean('accuracy'))}, log loss ` +
        `${mean('logLoss').toFixed(4)}, calibration error ${percent(mean('calibrationError'))} ` +
        `(accuracies ${results.map(({ accuracy }) => (100 * accuracy).toFixed(2)).join(', ')})`,
    )
  }
} finally {
  rmSync(folder, { recursive: true })
}
