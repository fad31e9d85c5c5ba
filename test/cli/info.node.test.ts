// `wasmlp info`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dense, sequential } from '../../src/index.ts'
import { parseLines, runCli } from '../support/run-cli.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

let directory: string
let path: string
let bytes: number
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-info-'))
  path = join(directory, 'model.safetensors')
  using model = await sequential([dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })], {
    inputSize: 784,
  })
  const file = await model.toSafetensors()
  bytes = file.length
  writeFileSync(path, file)
})
afterAll(() => rmSync(directory, { recursive: true }))

test('the installation, as JSON: what the library says', async () => {
  using model = await sequential([dense(1)], { inputSize: 1 })
  const { code, stdout, stderr } = await runCli('info', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(parseLines(stdout)).toEqual([
    { event: 'info', version, node: process.versions.node, ...model.capabilities },
  ])
})

test('the installation, as text', async () => {
  using model = await sequential([dense(1)], { inputSize: 1 })
  const { build, reason, relaxedSimd, threads, threadsReason } = model.capabilities
  const { stdout } = await runCli('info')
  expect(stdout.split('\n').map(line => line.split(/ {2,}/))).toEqual([
    ['wasmlp', version],
    ['node', process.versions.node],
    ['build', `${build}: ${reason}`],
    ['SIMD', 'yes'],
    ['relaxed SIMD', relaxedSimd ? 'yes' : 'no'],
    ['vectors', 'train and evaluate try 256 bits: see wasmlp info --vectors 256'],
    ['threads', `${threads}: ${threadsReason}`],
    [''],
  ])
})

test('--vectors 256: whether they can be had, and why not', async () => {
  const { code, stdout, stderr } = await runCli('info', '--vectors', '256', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [found] = parseLines(stdout)
  const why = found?.relaxedSimd ? /self-test has passed|; vectors have 128 bits, since / : /no relaxed SIMD/
  expect(found?.reason).toMatch(why)
})

test('a model, as JSON', async () => {
  const { code, stdout, stderr } = await runCli('info', path, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(parseLines(stdout)).toEqual([
    {
      event: 'info',
      model: path,
      format: 'safetensors',
      bytes,
      inputSize: 784,
      layers: [
        { units: 512, activation: 'relu' },
        { units: 10, activation: 'softmax' },
      ],
      parameters: 407_050,
    },
  ])
})

test('a model, as text: its file and its summary', async () => {
  const { stdout } = await runCli('info', path)
  expect(stdout).toContain(`${path}: safetensors, ${bytes.toLocaleString('en')} bytes, 784 inputs\n\n`)
  expect(stdout).toContain('784 × 512')
  expect(stdout).toContain('total: 407,050 parameters\n')
})

test('a model that is not there', async () => {
  expect(await runCli('info', 'missing')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'wasmlp: missing cannot be read: no such file or directory\n',
  })
})
