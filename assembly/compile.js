// Compiles the targets of all configurations at once: `npm run build:wasm`. Each can be had alone, by `npx asc --config
// FILE --target NAME`. A process for each takes three times as long as threads do: a thread takes one target after the
// other and keeps the compiler warm. With a folder as its argument, writes the modules there.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { argv, stderr } from 'node:process'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A build's first module is in asconfig.json, with threads in the second; asc takes the same entries for all of a file. */
const CONFIGURATIONS = [
  'asconfig.json',
  'assembly/asconfig.threads.json',
  'assembly/asconfig.supplement.json',
  'assembly/asconfig.sparsity.json',
]

/** @typedef {{ config: string, target: string }} Task */

/**
 * What the compiler has against a target; empty where it compiled it.
 * @param {Task} task
 */
async function compile({ config, target }) {
  const [, , folder] = argv
  const place = folder === undefined ? [] : ['--outFile', `${folder}/${target}.wasm`]
  const result = await asc.main(['--config', config, '--target', target, '--baseDir', root, ...place])
  return result.error ? `${target}: ${result.error.message}\n${result.stderr}` : ''
}

/**
 * Has a thread compile target after target until none is left.
 * @param {Task[]} tasks those that no thread has taken yet
 */
async function compileInThread(tasks) {
  const thread = new Worker(fileURLToPath(import.meta.url), { argv: argv.slice(2) })
  for (let task = tasks.shift(); task; task = tasks.shift()) {
    thread.postMessage(task)
    const [failure] = await once(thread, 'message')
    if (!failure) continue
    stderr.write(failure)
    process.exitCode = 1
  }
  await thread.terminate()
}

if (isMainThread) {
  const tasks = CONFIGURATIONS.flatMap(config =>
    Object.keys(JSON.parse(readFileSync(`${root}/${config}`, 'utf8')).targets).map(target => ({
      config,
      target,
    })),
  )
  const threads = Math.min(availableParallelism(), tasks.length)
  await Promise.all(Array.from({ length: threads }, () => compileInThread(tasks)))
} else {
  parentPort?.on('message', async task => parentPort?.postMessage(await compile(task)))
}
