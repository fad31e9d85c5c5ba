// Vectors of 256 bits in the versions of Node that they are for: the command line trains to the bits of 128, and goes back
// to 128 where a known result is another.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeQuadrants } from '../support/run-cli.ts'
import { tool, toolVersion } from './project.ts'

const root = resolve(import.meta.dirname, '../..')
const dist = join(root, 'dist/node')

let directory: string
let data: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-vectors-'))
  data = writeQuadrants(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

const env = { ...process.env, WASMLP_VECTORS: undefined, NODE_OPTIONS: undefined }

/** Two hidden layers whose units fill a panel and end within one. */
const TRAIN = ['train', '--hidden', '70,66', '--epochs', '2', '--json']

/** Trains with the command in a folder; the build and the weights. */
async function train(node: string, args: readonly string[], folder = dist) {
  const out = join(directory, 'model.safetensors')
  const all = [join(folder, 'cli.js'), ...TRAIN, '--data', data, '--out', out, ...args]
  const { stdout, stderr } = await promisify(execFile)(node, all, { env })
  expect(stderr).toBe('')
  const { build, reason } = JSON.parse(stdout.split('\n')[0] ?? '')
  return { build, reason, weights: readFileSync(out).toString('base64') }
}

/** A copy of the package that knows another result of sgemm. */
function damagedCopy(): string {
  const copy = join(directory, 'damaged/dist/node')
  cpSync(dist, copy, { recursive: true })
  cpSync(join(root, 'package.json'), join(directory, 'damaged/package.json'))
  const sum = 'sgemm: 0xde344ca4,'
  const files = readdirSync(copy).filter(
    name => name.endsWith('.js') && readFileSync(join(copy, name), 'utf8').includes(sum),
  )
  expect(files).toHaveLength(1)
  const file = join(copy, files[0] ?? '')
  writeFileSync(file, readFileSync(file, 'utf8').replace(sum, 'sgemm: 0xde344ca5,'))
  return copy
}

describe.each(['node24', 'node26'])('%s', name => {
  const node = tool(`${name}/bin/node`)

  test.each([
    [['--threads', '1', '--build', 'relaxed']],
    [['--threads', '2', '--optimizer', 'adam', '--learning-rate', '0.01']],
  ])('train %j: the bits of 128', async args => {
    const wide = await train(node, args)
    const narrow = await train(node, [...args, '--vectors', '128'])
    expect([wide.build, narrow.build]).toEqual(['relaxed256', 'relaxed'])
    expect(wide.weights).toBe(narrow.weights)
    expect((await train(node, [...args, '--vectors', '256'])).build).toBe('relaxed256')
  })

  test('a known result is another: 128 bits, with the reason; asked for, an error', async () => {
    const copy = damagedCopy()
    const { build, reason, weights } = await train(node, [], copy)
    expect(build).toBe('relaxed')
    expect(reason).toContain('vectors have 128 bits, since the self-test found other bits in sgemm')
    expect(weights).toBe((await train(node, ['--vectors', '128'], copy)).weights)
    await expect(train(node, ['--vectors', '256'], copy)).rejects.toMatchObject({
      code: 1,
      stderr: `wasmlp: --vectors 256 cannot be had: ${reason}\n`,
    })
  })

  test('V8 has the budget by default that is restored', async () => {
    const { stdout } = await promisify(execFile)(node, ['--v8-options'], { env })
    const source = readFileSync(join(root, 'src/platform/node-vectors.ts'), 'utf8')
    const [major = ''] = toolVersion(name).split('.')
    const [, budget = ''] = new RegExp(`[{ ]${major}: ([\\d_]+)`).exec(source) ?? []
    expect(stdout).toContain(`default: --wasm-tiering-budget=${budget.replaceAll('_', '')}\n`)
    expect(stdout).toContain('default: --no-wasm-sync-tier-up\n')
    expect(stdout).toContain('default: --no-experimental-wasm-revectorize\n')
  })
})
