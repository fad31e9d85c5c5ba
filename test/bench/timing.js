// Timing of calls that take microseconds or milliseconds: many calls a sample, the best of many samples.
import { performance } from 'node:perf_hooks'

/** Milliseconds that one sample should last. */
const SAMPLE = 10

async function milliseconds(call, count) {
  const start = performance.now()
  for (let i = 0; i < count; ++i) {
    const result = call()
    if (result instanceof Promise) await result
  }
  return performance.now() - start
}

/** How many calls last about one sample; warms up on the way. */
async function callsPerSample(call) {
  for (let count = 1; ; count *= 2) {
    const time = await milliseconds(call, count)
    if (time >= SAMPLE / 2) return Math.max(1, Math.round((count * SAMPLE) / time))
  }
}

/** Seconds a call of each function takes at best, the functions' samples in turn, for about `seconds` each. */
export async function bestOf(calls, seconds) {
  const counts = []
  for (const call of calls) counts.push(await callsPerSample(call))
  const best = calls.map(() => Infinity)
  const end = performance.now() + 1000 * seconds * calls.length
  for (let sample = 0; sample < 3 || performance.now() < end; ++sample) {
    for (const [i, call] of calls.entries()) {
      best[i] = Math.min(best[i], (await milliseconds(call, counts[i])) / counts[i] / 1000)
    }
  }
  return best
}
