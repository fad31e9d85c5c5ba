// Kills a training at random moments, each time by SIGKILL, and lets it go on; then compares its weights with those of one
// that nobody disturbed. `node test/crash/kill.js [kills] [seed]`; needs the build.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'

const script = fileURLToPath(new URL('training.js', import.meta.url))
const EVERY = 50
const SAMPLES = 4_000
const ITERATIONS = SAMPLES / 20

/** Numbers in [0, 1): Weyl's sequence, so that a seed gives the same moments again. */
const moments = seed => {
  let state = seed * 0.754877666
  return () => {
    state = (state + 0.6180339887498949) % 1
    return state
  }
}

/** Runs the training; kills it, where `kill` is given, so many milliseconds after its start or after it began to train. */
async function run(directory, epochs, kill) {
  const child = spawn(process.execPath, [script, directory, epochs, EVERY, SAMPLES], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const found = { begin: undefined, last: undefined, end: undefined, damaged: 0, isKilled: false }
  let timer
  const killLater = () => {
    timer = setTimeout(() => child.kill('SIGKILL'), kill.milliseconds)
  }
  if (kill?.from === 'start') killLater()
  const closed = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, value] = line.split(' ')
    if (word === 'begin') {
      found.begin = Number(value)
      found.last = found.begin
      if (kill?.from === 'begin') killLater()
    } else if (word === 'end') found.end = value
    else if (word === 'damaged') found.damaged += 1
    else found.last = Number(word)
  }
  const [code, signal] = await closed
  clearTimeout(timer)
  found.isKilled = signal === 'SIGKILL'
  if (!found.isKilled && code !== 0) throw new Error(`the training ended with code ${code}`)
  return found
}

/**
 * Kills a training so many times; what came of it. A new training begins wherever one came to its end.
 * @returns {Promise<{ kills: number, runs: number, trainings: number, worstLoss: number, differing: number, damaged: number, leftovers: number }>}
 */
export async function killTrainings(kills, { epochs = 10, milliseconds = 250, seed = 1 } = {}) {
  const parent = mkdtempSync(join(tmpdir(), 'wasmlp-kills-'))
  const random = moments(seed)
  const report = { kills: 0, runs: 0, trainings: 0, worstLoss: 0, differing: 0, damaged: 0, leftovers: 0 }
  try {
    const { end: expected } = await run(join(parent, 'undisturbed'), epochs)
    let directory = join(parent, '0')
    /** The last iteration that was said to be done. */
    let done = 0
    for (;;) {
      const isLast = report.kills >= kills
      // Most of them while it trains, one in five while it starts.
      const kill =
        report.runs % 5 < 4
          ? { from: 'begin', milliseconds: random() * milliseconds }
          : { from: 'start', milliseconds: random() * 4 * milliseconds }
      const found = await run(directory, epochs, isLast ? undefined : kill)
      report.runs += 1
      report.damaged += found.damaged
      if (found.begin !== undefined) report.worstLoss = Math.max(report.worstLoss, done - found.begin)
      done = found.last ?? done
      if (found.isKilled) {
        report.kills += 1
        if (existsSync(directory)) {
          report.leftovers += readdirSync(directory).filter(name => name.endsWith('.tmp')).length
        }
        continue
      }
      report.trainings += 1
      if (found.end !== expected || done !== epochs * ITERATIONS) report.differing += 1
      if (isLast) return report
      directory = join(parent, String(report.trainings))
      done = 0
    }
  } finally {
    rmSync(parent, { recursive: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [kills = '500', seed = '1'] = process.argv.slice(2)
  const begin = performance.now()
  const report = await killTrainings(Number(kills), { seed: Number(seed) })
  const { runs, trainings, worstLoss, differing, damaged, leftovers } = report
  console.log(
    `${report.kills} kills in ${runs} runs of ${trainings} trainings, ${((performance.now() - begin) / 1000).toFixed(0)} s`,
  )
  console.log(`at most ${worstLoss} iterations were lost; a checkpoint every ${EVERY}`)
  console.log(`${differing} trainings ended with other weights than the undisturbed one`)
  console.log(`${leftovers} kills fell into a write, ${damaged} damaged checkpoints were met`)
  if (differing > 0 || worstLoss > EVERY || damaged > 0) process.exitCode = 1
}
