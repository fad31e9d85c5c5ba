// The built package in processes that something was taken from: it trains to the same weights, or says what is missing.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'

const script = fileURLToPath(new URL('projects/confined.js', import.meta.url))

/** What confined.js says: `{ sum, threads, threadsReason }`, or `{ name, code, message }`. */
type Said = Record<string, unknown>

/** Runs it in a shell, behind a command that takes something away. */
async function runIn(confinement: string, flags: string, words: string): Promise<Said> {
  const command = `${confinement} exec "${process.execPath}" ${flags} "${script}" ${words}`
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const run = (flags: string, words = '') => runIn('', flags, words)

let undisturbed: Said
beforeAll(async () => {
  undisturbed = await run('')
})

/** Here, and in a worker with a team. */
const PLACES = ['', 'worker threads=2']

describe.each(PLACES)('with the options "%s"', words => {
  test('--frozen-intrinsics', async () => {
    expect(await run('--frozen-intrinsics --no-warnings', words)).toMatchObject({ sum: undisturbed.sum })
  })

  test('prototypes that were frozen, without anything for the override mistake', async () => {
    expect(await run('', `${words} frozen`)).toMatchObject({ sum: undisturbed.sum })
  })

  test('--jitless, which leaves no WebAssembly', async () => {
    expect(await run('--jitless --no-warnings', words)).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      message: expect.stringContaining('WebAssembly with SIMD, which this runtime lacks'),
    })
  })

  test('no structuredClone, crypto, fetch, SharedArrayBuffer and DecompressionStream', async () => {
    const without = 'without=structuredClone,crypto,fetch,SharedArrayBuffer,DecompressionStream'
    expect(await run('', `${words} ${without}`)).toMatchObject({ sum: undisturbed.sum })
  })

  test('the permission model, which lets nobody start workers', async () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '' : 'experimental-'
    const flags = `--${flag}permission --allow-fs-read=* --no-warnings`
    expect(await run(flags, words)).toMatchObject({ sum: undisturbed.sum })
  })

  // Below 1.5 GB, V8 ends a process that starts another thread.
  test.runIf(process.platform === 'linux').each([1_500_000, 3_000_000])(
    'an address space of %i KiB',
    async limit => {
      const said = await runIn(`ulimit -v ${limit};`, '', words)
      if ('sum' in said) expect(said.sum).toBe(undisturbed.sum)
      else expect(said.code).toBe('ERR_ALLOCATION')
    },
  )
})
