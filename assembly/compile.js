// Compiles the targets of asconfig.json: `npm run build:wasm`. Threads take one after the other, and keep the compiler
// warm between two: a process for each target would need three times as long.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { stderr } from 'node:process'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The files whose exports are a target's.
 * @param {string} target
 */
function entries(target) {
  if (target.endsWith('-supplement')) return ['assembly/supplement.ts']
  return target.endsWith('-threads') ? ['assembly/index.ts', 'assembly/team.ts'] : ['assembly/index.ts']
}

/**
 * What the compiler has against a target; empty where it compiled it.
 * @param {string} target
 */
async function compile(target) {
  const result = await asc.main([...entries(target), '--target', target, '--baseDir', root])
  return result.error ? `${target}: ${result.error.message}\n${result.stderr}` : ''
}

/**
 * Has a thread compile target after target until none is left.
 * @param {string[]} targets those that no thread has taken yet
 */
async function compileInThread(targets) {
  const thread = new Worker(fileURLToPath(import.meta.url))
  for (let target = targets.shift(); target; target = targets.shift()) {
    thread.postMessage(target)
    const [failure] = await once(thread, 'message')
    if (!failure) continue
    stderr.write(failure)
    process.exitCode = 1
  }
  await thread.terminate()
}

if (isMainThread) {
  const targets = Object.keys(JSON.parse(readFileSync(`${root}/asconfig.json`, 'utf8')).targets)
  const threads = Math.min(availableParallelism(), targets.length)
  await Promise.all(Array.from({ length: threads }, () => compileInThread(targets)))
} else {
  parentPort?.on('message', async target => parentPort?.postMessage(await compile(target)))
}
