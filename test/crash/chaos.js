// Rounds of chaos: several models and engines at once, of 1 or 2 threads, in the worker or not, on data sets or streams, with
// and without checkpoints; they are aborted, stopped, paused, disposed of and closed at random moments, and some of their
// callbacks never answer. Every promise must settle, no rejection stay unhandled, no worker and no memory be left, and
// whatever was trained to its end have the weights of a training that nobody disturbed.
// `node test/crash/chaos.js [rounds] [seed]`; needs the build.
import { pathToFileURL } from 'node:url'
import { catchWorkers, hashOf, numbers, outcomeOf } from './rounds.js'

/** Milliseconds in which whatever is under way must have settled: what is disposed of has ten seconds. */
const LIMIT = 60_000
const INPUTS = 64
const SAMPLES = 1_000
const EPOCHS = 3
/** Names of errors by which a training may end that was disturbed. */
const KNOWN = ['AbortError', 'DisposedError', 'WorkerError', 'CheckpointError', 'StateError']

const later = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

/**
 * @returns {Promise<{ rounds: number, completed: number, settled: Record<string, number>, faults: string[], workers: number, bytes: number }>}
 */
export async function makeChaos(rounds, { seed = 1, limit = LIMIT } = {}) {
  const random = numbers(seed)
  const chance = share => random() < share
  const pick = list => list[Math.floor(random() * list.length)]
  const workers = catchWorkers()
  const {
    closeEngine,
    closeThreads,
    dataset,
    dense,
    memoryCheckpoints,
    memoryUsage,
    sequential,
    streamingDataset,
  } = await import('../../dist/node/index.js')
  const inputs = Float32Array.from({ length: SAMPLES * INPUTS }, (_, i) => Math.sin(i * i))
  const labels = Int32Array.from({ length: SAMPLES }, (_, i) => i % 10)
  const layers = [dense(180, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const report = { rounds: 0, completed: 0, settled: {}, faults: [], workers: 0, bytes: 0 }
  const count = outcome => {
    report.settled[outcome] = (report.settled[outcome] ?? 0) + 1
  }
  process.on('unhandledRejection', error => report.faults.push(`unhandled: ${error?.stack ?? error}`))

  const stream = (silentAfter = Infinity) =>
    streamingDataset({
      chunks: async function* () {
        for (let i = 0; i < SAMPLES; i += 200) {
          if (i >= silentAfter) await new Promise(() => {})
          if (i % 400 === 0) await later(0)
          const chunk = inputs.subarray(i * INPUTS, (i + 200) * INPUTS)
          yield { inputs: chunk, inputSize: INPUTS, labels: labels.subarray(i, i + 200) }
        }
      },
      samples: SAMPLES,
    })
  const options = { epochs: EPOCHS, batchSize: 100, shuffle: false }
  const create = async place => {
    const data = await dataset({ inputs, inputSize: INPUTS, labels, build: 'simd', worker: place.worker })
    const model = await sequential(layers, { inputSize: INPUTS, seed: 6, build: 'simd', ...place })
    return { data, model: model.compile({ learningRate: 0.05 }) }
  }
  const undisturbed = await create({ threads: 1, worker: false })
  await undisturbed.model.fit(undisturbed.data, options)
  const expected = await hashOf(undisturbed.model)
  undisturbed.model.dispose()
  undisturbed.data.dispose()

  /** One training with what disturbs it; what it came to. */
  async function train(name, whats) {
    const place = { threads: pick([1, 2]), worker: chance(0.5) }
    const { data, model } = await create(place)
    const controller = new AbortController()
    const isStreamed = chance(0.3)
    const isSilent = chance(0.2)
    const silentAt = pick(['onEpochEnd', 'onBatchEnd', 'onTrainBegin', 'onTrainEnd', 'stream', 'write'])
    const never = () => new Promise(() => {})
    const store = memoryCheckpoints()
    const run = model.fit(
      isStreamed || (isSilent && silentAt === 'stream')
        ? stream(isSilent && silentAt === 'stream' ? pick([0, 200, 600]) : undefined)
        : data,
      {
        ...options,
        signal: controller.signal,
        ...(chance(0.5) && { onBatchEnd: chance(0.5) ? () => {} : () => later(0) }),
        ...(chance(0.3) || (isSilent && silentAt === 'write')
          ? {
              checkpoints: {
                store: isSilent && silentAt === 'write' ? { ...store, write: never } : store,
                every: 4,
              },
            }
          : {}),
        ...(isSilent && silentAt.startsWith('on') && { [silentAt]: never }),
      },
    )
    const what = { ...place, isStreamed, silent: isSilent && silentAt, deeds: [] }
    whats.push(what)
    run.catch(() => {})
    const training = run.then(async ({ epochs }) => {
      if (epochs.length < EPOCHS) return 'stopped'
      const hash = await hashOf(model).catch(error => {
        if (error.name !== 'DisposedError' && error.name !== 'WorkerError') throw error
      })
      if (hash === undefined) return 'completed, and disposed of'
      report.completed += 1
      if (hash !== expected) report.faults.push(`${name}: other weights`)
      return 'completed'
    })
    training.catch(() => {})
    const deeds = {
      abort: () => controller.abort(),
      stop: () => run.stop(),
      pause: async () => {
        run.pause()
        await later(random() * 5)
        run.resume()
      },
      dispose: () => model.dispose(),
      'dispose the data': () => data.dispose(),
      predict: () => model.predict(data).catch(() => {}),
      'fit again': () => model.fit(data).catch(() => {}),
      'closeThreads()': closeThreads,
      nothing: () => {},
    }
    const begun = []
    for (let i = Math.floor(random() * 4); i > 0; --i) {
      await later(chance(0.2) ? 0 : random() * 30)
      const deed = pick(Object.keys(deeds))
      what.deeds.push(deed)
      begun.push(deeds[deed]())
    }
    if (isSilent) {
      // Something has to end it; dispose() takes ten seconds, so not each time.
      await later(random() * 20)
      const last = chance(0.02)
        ? 'dispose'
        : silentAt === 'write'
          ? 'close'
          : pick(['abort', 'stop', 'close'])
      what.deeds.push(last)
      if (last === 'close') begun.push(closeEngine())
      else begun.push(deeds[last]())
      let isOver = false
      run
        .finally(() => {
          isOver = true
        })
        .catch(() => {})
      for (let end = performance.now() + limit; last === 'stop' && !isOver && performance.now() < end; ) {
        await later(10) // a callback that begins after stop() is waited for
        run.stop()
      }
    }
    try {
      return await training
    } finally {
      await Promise.allSettled(begun)
      model.dispose()
      data.dispose()
    }
  }

  for (let round = 1; round <= rounds && report.faults.length < 10; ++round) {
    report.rounds = round
    const name = `round ${round}`
    const whats = []
    const tasks = Array.from({ length: 1 + Math.floor(random() * 3) }, () => train(name, whats))
    if (chance(0.1)) tasks.push(later(random() * 40).then(closeEngine))
    for (const outcome of await Promise.all(tasks.map(task => outcomeOf(task, limit)))) {
      if (outcome.hangs) report.faults.push(`${name}: a promise did not settle: ${JSON.stringify(whats)}`)
      else if (!outcome.error) count(outcome.value ?? 'closed')
      else if (KNOWN.includes(outcome.error.name)) count(outcome.error.name)
      else report.faults.push(`${name}: ${outcome.error.stack ?? outcome.error}`)
    }
  }
  for (const worker of [false, true]) {
    await later(1_500) // plans and teams linger for a second
    report.bytes += (await memoryUsage({ build: 'simd', worker })).inUse
  }
  await closeEngine()
  report.workers = workers.size
  return report
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [rounds = '2000', seed = '1'] = process.argv.slice(2)
  const begin = performance.now()
  const report = await makeChaos(Number(rounds), { seed: Number(seed) })
  console.log(`${report.rounds} rounds, ${((performance.now() - begin) / 1000).toFixed(0)} s, seed ${seed}`)
  for (const [outcome, times] of Object.entries(report.settled).sort()) console.log(`${outcome}: ${times}`)
  const { completed, faults, workers, bytes } = report
  console.log(
    `${completed} trainings completed, ${faults.length} faults, ${workers} workers and ${bytes} bytes are left`,
  )
  for (const fault of faults) console.error(fault)
  process.exit(faults.length + workers + bytes > 0 ? 1 : 0)
}
