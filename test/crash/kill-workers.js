// Kills workers at random moments and in every way while a model trains: members of a team of threads, and the worker that
// has the engine. What survives must have the weights of a training that nobody disturbed, be it that `fit` resolves or
// that it goes on from its last checkpoint. `node test/crash/kill-workers.js [kills] [seed]`; needs the build.
import { pathToFileURL } from 'node:url'
import { catchWorkers, hashOf, numbers, outcomeOf } from './rounds.js'

/** Milliseconds in which whatever is under way must have settled. */
const LIMIT = 60_000
const EPOCHS = 4
const INPUTS = 64
const SAMPLES = 3_000

/** How a worker ends by itself: at some call of a function that its instance of the kernels exports. */
const DEEDS = {
  exit: 'process.exit(0)',
  'exit 1': 'process.exit(1)',
  throw: "throw new Error('killed')",
  'out of memory': 'const all = []; for (;;) all.push(new Array(100_000).fill(0.1 + all.length))',
}
const PLACES = ['instantiate', 'awaitStart', 'isOver', 'finish', 'hasSpareWork', 'isOver', 'finish']

/** Ends the worker at the so many-th call of a function; the modules of an engine's worker are instantiated otherwise. */
const endAt = (place, call, deed) => `{
  let calls = 0
  const end = () => { if (++calls === ${call}) { ${deed} } }
  const wrap = exports => Object.fromEntries(Object.entries(exports).map(([name, run]) =>
    [name, name === '${place}' ? (...args) => { end(); return run(...args) } : run]))
  const { instantiate } = WebAssembly
  WebAssembly.instantiate = async (...options) => {
    if ('${place}' === 'instantiate') end()
    return { exports: wrap((await instantiate(...options)).exports) }
  }
};`

/**
 * So many kills; what came of them.
 * @returns {Promise<{ kills: number, rounds: number, hangs: string[], differing: string[], outcomes: Record<string, number>, living: number }>}
 */
export async function killWorkers(kills, { seed = 1, limit = LIMIT } = {}) {
  const random = numbers(seed)
  const pick = list => list[Math.floor(random() * list.length)]
  /** What the workers that are started next are given. */
  let plans = []
  let ends = 0
  const workers = catchWorkers(() => plans.shift() ?? {})
  const { closeEngine, closeThreads, dataset, dense, memoryCheckpoints, sequential } = await import(
    '../../dist/node/index.js'
  )
  const inputs = Float32Array.from({ length: SAMPLES * INPUTS }, (_, i) => Math.sin(i * i))
  const labels = Array.from({ length: SAMPLES }, (_, i) => i % 10)
  const layers = [dense(180, { activation: 'relu' }), dense(10, { activation: 'softmax' })]

  const create = async place => {
    const data = await dataset({ inputs, inputSize: INPUTS, labels, build: 'simd', worker: place.worker })
    const model = await sequential(layers, { inputSize: INPUTS, seed: 6, build: 'simd', ...place })
    return { data, model: model.compile({ optimizer: 'adam', learningRate: 0.01 }) }
  }
  const options = store => ({
    epochs: EPOCHS,
    batchSize: 100,
    checkpoints: { store, every: 20 },
    resume: true,
  })

  const { data, model } = await create({ threads: 1, worker: false })
  await model.fit(data, options(memoryCheckpoints()))
  const expected = await hashOf(model)
  const report = { kills: 0, rounds: 0, hangs: [], differing: [], outcomes: {}, living: 0 }
  const count = outcome => {
    report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1
  }

  while (report.kills < kills && report.hangs.length === 0) {
    report.rounds += 1
    const inWorker = random() < 0.3
    const threads = inWorker ? pick([1, 2]) : pick([2, 3, 4])
    const byItself = !inWorker && random() < 0.5
    const victim = Math.floor(random() * (inWorker ? 1 : threads - 1))
    const after = random() < 0.3 ? 0 : random() * 160
    const deed = pick(Object.keys(DEEDS))
    const [place, call] = [pick(PLACES), 1 + Math.floor(random() ** 3 * 2_000)]
    const how = byItself ? `${deed} at call ${call} of ${place}` : `terminated after ${after.toFixed(1)} ms`
    const name = `round ${report.rounds}: threads ${threads}, worker ${inWorker}, member ${victim}, ${how}`
    plans = []
    if (byItself) {
      plans[victim] = {
        prelude: endAt(place, place === 'instantiate' ? 1 : call, DEEDS[deed]),
        options: { resourceLimits: { maxOldGenerationSizeMb: 24 } },
      }
      for (let i = 0; i < victim; ++i) plans[i] = {}
    }
    const before = new Set(workers)
    let died = 0
    const seen = new Set()
    const watch = setInterval(() => {
      for (const worker of workers) {
        if (before.has(worker) || seen.has(worker)) continue
        seen.add(worker)
        if (seen.size - 1 !== victim) continue
        if (byItself) worker.once('exit', () => died++)
        else {
          setTimeout(() => {
            if (!workers.has(worker)) return
            died++
            void worker.terminate()
          }, after)
        }
      }
    }, 1)
    const task = async () => {
      const store = memoryCheckpoints()
      const place = { threads, worker: inWorker }
      let made
      for (let attempt = 0; attempt < 5; ++attempt) {
        try {
          made ??= await create(place)
          await made.model.fit(made.data, options(store))
          const hash = await hashOf(made.model)
          if (attempt === 0) count(made.model.capabilities.threads < threads ? 'computed alone' : 'went on')
          made.model.dispose()
          made.data.dispose()
          return hash
        } catch (error) {
          if (error.name !== 'WorkerError') throw error
          count(inWorker ? 'WorkerError of the engine' : 'WorkerError of a thread')
          if (inWorker) made = undefined
        }
      }
      throw new Error('five attempts have failed')
    }
    const outcome = await outcomeOf(task(), limit)
    clearInterval(watch)
    if (outcome.hangs) report.hangs.push(name)
    else if (outcome.value !== expected) report.differing.push(`${name}: ${outcome.error ?? outcome.value}`)
    const closing = await outcomeOf(Promise.all([closeThreads(), inWorker && closeEngine()]), limit)
    if (closing.hangs || closing.error) report.hangs.push(`${name}: closing, ${closing.error ?? 'no end'}`)
    ends += died
    report.kills = ends
    if (inWorker) await outcomeOf(closeEngine(), limit)
  }
  await outcomeOf(closeEngine(), limit)
  report.living = workers.size
  return report
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [kills = '2000', seed = '1'] = process.argv.slice(2)
  const begin = performance.now()
  const report = await killWorkers(Number(kills), { seed: Number(seed) })
  const { rounds, hangs, differing, outcomes, living } = report
  console.log(
    `${report.kills} kills in ${rounds} rounds, ${((performance.now() - begin) / 1000).toFixed(0)} s, seed ${seed}`,
  )
  for (const [outcome, times] of Object.entries(outcomes).sort()) console.log(`${outcome}: ${times}`)
  console.log(
    `${hangs.length} hung, ${differing.length} ended with other weights, ${living} workers are left`,
  )
  for (const line of [...hangs, ...differing]) console.error(line)
  process.exit(hangs.length + differing.length + living > 0 ? 1 : 0)
}
