// Node's permission model: all works with the permissions that the guide names, though it refuses fsync.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cli, outcomeOf, TIME_LIMIT, writeQuadrants } from '../support/run-cli.ts'

const FLAG = process.versions.node.startsWith('20.') ? '--experimental-permission' : '--permission'
const root = resolve(import.meta.dirname, '../..')

let directory: string
let kept: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-permissions-'))
  kept = join(directory, 'kept')
  mkdirSync(kept)
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Runs Node with permission to read all and to write in one directory. */
const run = (...args: string[]) =>
  outcomeOf(
    spawn(process.execPath, [FLAG, '--allow-fs-read=*', `--allow-fs-write=${kept}/*`, ...args], TIME_LIMIT),
  )

const script = (code: string) => [
  '--input-type=module',
  '--eval',
  `const { capabilities, dataset, dense, directoryCheckpoints, sequential } =
      await import('${pathToFileURL(join(root, 'dist/node/index.js'))}')
    ${code}`,
]

const training = (path: string) => `
  const data = await dataset({ inputs: [[1], [2], [3]], targets: [[1], [2], [3]] })
  const model = (await sequential([dense(1)], { inputSize: 1, seed: 1 })).compile({ learningRate: 0.01 })
  await model.fit(data, { epochs: 3, checkpoints: { store: directoryCheckpoints(${JSON.stringify(path)}) } })
    .catch(error => console.log(error.code, error.message))`

test('checkpoints are written without the flush that is refused, which a warning says once', async () => {
  const { code, stdout, stderr } = await run(...script(training(kept)))
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(readdirSync(kept)).toEqual([
    'best.safetensors',
    'checkpoint-0002-000000.safetensors',
    'checkpoint-0003-000000.safetensors',
  ])
  expect(stderr.match(/\[WASMLP_NO_FLUSH\] WasmlpWarning: Node's permission model refuses/g)).toHaveLength(1)
})

test('a directory that may not be written is an error', async () => {
  const { stdout } = await run(...script(training(directory)))
  expect(stdout).toContain('ERR_CHECKPOINT checkpoints: the store cannot be written to: ')
  expect(stdout).toContain(`start node with --allow-fs-write=${directory}/*`)
})

test('the command line writes its model, and replaces it with its permissions', async () => {
  const out = join(kept, 'model.safetensors')
  const args = [
    cli,
    'train',
    '--data',
    writeQuadrants(directory),
    '--hidden',
    '4',
    '--epochs',
    '1',
    '--out',
    out,
  ]
  for (let turn = 0; turn < 2; ++turn) {
    expect(await run(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining(`model in ${out}`) })
  }
  expect(readdirSync(kept)).toEqual(['model.safetensors', 'model.train.json'])
})

test('data and a model file that may not be read or written name the flag', async () => {
  const file = join(directory, 'data.csv')
  writeFileSync(file, '1,0\n2,1\n')
  const reading = spawn(
    process.execPath,
    [
      FLAG,
      `--allow-fs-read=${root}/*`,
      '--input-type=module',
      '--eval',
      `const { loadCsv } = await import('${pathToFileURL(join(root, 'dist/node/data.js'))}')
      await loadCsv(${JSON.stringify(file)}).catch(error => console.log(error.code, error.message))`,
    ],
    TIME_LIMIT,
  )
  expect((await outcomeOf(reading)).stdout).toBe(
    `ERR_DATA_NOT_FOUND ${file} cannot be read: Node's permission model refuses access (ERR_ACCESS_DENIED): ` +
      `start node with --allow-fs-read=${file}\n`,
  )
  const out = join(directory, 'model.safetensors')
  const { stderr } = await run(cli, 'train', '--data', writeQuadrants(directory), '--out', out)
  expect(stderr).toContain(`start node with --allow-fs-write=${directory}/*`)
})

test('without workers there is one thread, and the reason', async () => {
  const { stdout } = await run(
    ...script('const { threads, threadsReason } = capabilities(); console.log(threads, threadsReason)'),
  )
  expect(stdout).toBe(
    "1 Node's permission model lets this process start no workers: --allow-worker lets it\n",
  )
})
