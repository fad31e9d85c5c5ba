// Test accuracy on MNIST, by the settings of accuracy-settings.js, for some seeds:
// npm run accuracy -- [plain] [augmented] [fast] [--seeds 1,2,3,4,5] [--threads 1] [--validate] [--epochs N] The
// networks are trained on all 60,000 training images. The test images are measured once a seed, after the last epoch.
// With --validate, the last 10,000 training images are set aside and measured instead, after every fifth epoch, and
// nothing is written: so settings are chosen.
//
// Each seed's result goes to results/accuracy.json and accuracy.md when it is there. A training that is stopped goes on
// from its last epoch when the same command is given again. The `simd` build: the same figures on every machine.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { formatAccuracy } from './accuracy-page.js'
import { settings } from './accuracy-settings.js'
import { describeMachine } from './machine.js'
import { mnistDirectory } from './mnist.js'
import { directoryCheckpoints, loadMnist, sequential } from './wasmlp.js'

const build = 'simd'
const resultsFile = new URL('results/accuracy.json', import.meta.url)
const pageFile = new URL('accuracy.md', import.meta.url)
const checkpoints = new URL('../../build/accuracy/', import.meta.url)

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    threads: { type: 'string', default: '1' },
    epochs: { type: 'string' },
    validate: { type: 'boolean', default: false },
  },
})
const names = positionals.length > 0 ? positionals : Object.keys(settings)
const unknown = names.find(name => !Object.hasOwn(settings, name))
if (unknown) {
  console.error(`no settings are named ${unknown}: expected some of ${Object.keys(settings).join(', ')}`)
  process.exit(2)
}
if (values.epochs && !values.validate) {
  console.error('--epochs changes the settings, and results are kept for those alone: give --validate too')
  process.exit(2)
}
const threads = Number(values.threads)
const seeds = values.seeds.split(',').map(Number)

const mnist = await loadMnist(mnistDirectory, { build })
const [train, test] = values.validate
  ? [mnist.train.slice(0, 50_000), mnist.train.slice(50_000)]
  : [mnist.train, mnist.test]

const percent = share => `${(100 * share).toFixed(2)} %`

/** Seconds by the clock, and seconds that processors worked for this process, from one moment on. */
function startClock() {
  const begin = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    return { clock: (performance.now() - begin) / 1000, processor: (user + system) / 1e6 }
  }
}

async function createModel({ layers, compile }, seed) {
  const model = await sequential(layers, { inputSize: 784, seed, build, threads })
  return model.compile(compile)
}

/** Trains, and prints what comes of each epoch; returns accuracy, loss and times in seconds. */
async function measure(name, seed) {
  const { layers, compile, fit } = settings[name]
  const model = await createModel({ layers, compile }, seed)
  const epochs = Number(values.epochs ?? fit.epochs)
  const directory = fileURLToPath(new URL(`${name}-${seed}`, checkpoints))
  const isKept = !values.validate && name !== 'fast'
  const onEpochEnd = async logs => {
    const isLooked = values.validate && (logs.epoch % 5 === 0 || logs.epoch === epochs)
    const held = isLooked ? `, ${percent((await model.evaluate(test)).accuracy)} of the validation part` : ''
    console.log(
      `${name}, seed ${seed}: epoch ${logs.epoch}/${epochs}, loss ${logs.loss.toFixed(4)}, ${logs.seconds.toFixed(2)} s${held}`,
    )
  }
  const read = startClock()
  const history = await model.fit(train, {
    ...fit,
    epochs,
    onEpochEnd,
    ...(isKept ? { checkpoints: { store: directoryCheckpoints(directory), best: false }, resume: true } : {}),
  })
  const { clock, processor } = read()
  const epochSeconds = history.epochs.map(epoch => epoch.seconds)
  // Of a training that was taken up again, only the epochs' times are known.
  const seconds = isKept ? epochSeconds.reduce((sum, value) => sum + value, 0) : clock
  const { accuracy, loss } = await model.evaluate(test)
  model.dispose()
  rmSync(directory, { recursive: true, force: true })
  return { seed, accuracy, loss, epochSeconds, seconds, ...(isKept ? {} : { processor }) }
}

/** The time of one epoch of the plain training that is the unit, call and planning included. */
async function measureUnit({ unit }, seed) {
  const model = await createModel(unit, seed)
  const read = startClock()
  await model.fit(train, unit.fit)
  const time = read()
  model.dispose()
  return time
}

/**
 * One training between two of the unit's, with whose mean it is compared: so a machine that is slow is so for both. By the
 * clock, others' work that comes between counts too; by the processor, it does not.
 */
async function measureFast(name, seed) {
  const before = await measureUnit(settings[name], seed)
  const { processor, ...result } = await measure(name, seed)
  const after = await measureUnit(settings[name], seed)
  const unit = {
    clock: (before.clock + after.clock) / 2,
    processor: (before.processor + after.processor) / 2,
  }
  return {
    ...result,
    unit,
    units: { clock: result.seconds / unit.clock, processor: processor / unit.processor },
  }
}

function keep(name, result) {
  const all = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {}
  const { network, layers, compile, fit } = settings[name]
  const asWritten = JSON.stringify({ network, layers, compile, fit })
  const isSame = JSON.stringify(all[name]?.settings) === asWritten
  const others = isSame ? all[name].seeds.filter(({ seed }) => seed !== result.seed) : []
  all[name] = {
    settings: JSON.parse(asWritten),
    machine: describeMachine(process.version.slice(1)),
    build,
    threads,
    seeds: [...others, result].sort((a, b) => a.seed - b.seed),
  }
  writeFileSync(resultsFile, `${JSON.stringify(all, undefined, 2)}\n`)
  writeFileSync(pageFile, formatAccuracy(all))
}

if (!values.validate) {
  // Code that has not run yet is slow.
  await measureUnit(settings.fast, 0)
}
for (const name of names) {
  for (const seed of seeds) {
    const result = settings[name].unit ? await measureFast(name, seed) : await measure(name, seed)
    const { clock, processor } = result.units ?? {}
    const units = clock
      ? `, plain epochs' time: ${clock.toFixed(2)} by the clock, ${processor.toFixed(2)} by the processor`
      : ''
    console.log(`${name}, seed ${seed}: ${percent(result.accuracy)}, ${result.seconds.toFixed(1)} s${units}`)
    if (!values.validate) keep(name, result)
  }
}
