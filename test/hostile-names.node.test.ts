// A name that steers a terminal, short or of 200,000 characters, through every reader and command: no control character
// comes out, and no long message.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate/browser'
import { afterAll, describe, expect, test } from 'vitest'
import { loadCsv, parseCsv, parseNpy, parseNpz } from '../src/data/index.ts'
import { sequentialFromLayersModel, sequentialFromOnnx } from '../src/formats/index.ts'
import { loadMnist, parseIdx, sequentialFromSafetensors, WasmlpError } from '../src/index.ts'
import { parseTable } from '../src/tables/index.ts'
import { floats, node, onnxFile } from './support/onnx-graph.ts'
import { runCli } from './support/run-cli.ts'
import { fileOf } from './support/safetensors-file.ts'

/** A line feed, clearing the screen in both spellings, a window's title, deletion, bidi controls, a line separator. */
const SHORT = 'a\n\x1b[2J\x9b2J\x1b]0;b\x07\x7f\u202e\u2066\u2028'
const NAMES = { short: SHORT, long: SHORT.repeat(20_000) }

const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/u
const MOST = 2000

const directory = mkdtempSync(join(tmpdir(), 'wasmlp-hostile-'))
afterAll(() => rmSync(directory, { recursive: true }))
const W = floats('w', [3, 2], [1, 2, 3, 4, 5, 6])
const bytes = (text: string) => new TextEncoder().encode(text)

/** A .npy file with this text as its header's dictionary. */
function npyOf(dictionary: string): Uint8Array {
  const header = Uint8Array.from(dictionary, letter => letter.charCodeAt(0) & 0xff)
  const file = new Uint8Array(12 + header.length)
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0])
  new DataView(file.buffer).setUint32(8, header.length, true)
  file.set(header, 12)
  return file
}

/** A model.json of one layer. */
const kerasOf = (layer: object, more: object = {}) => ({
  modelJson: {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { layers: [layer] }, ...more },
    weightsManifest: [{ paths: ['a.bin'], weights: [] }],
  },
  weightData: new ArrayBuffer(0),
})

const READERS: Record<string, (name: string) => unknown> = {
  'ONNX: operator': name => sequentialFromOnnx(onnxFile({ nodes: [node(name, ['input'], 'output')] })),
  'ONNX: node': name =>
    sequentialFromOnnx(onnxFile({ nodes: [{ ...node('Conv', ['input'], 'output'), name }] })),
  'ONNX: domain': name =>
    sequentialFromOnnx(onnxFile({ nodes: [{ ...node('Gemm', ['input'], 'output'), domain: name }] })),
  'ONNX: tensor': name =>
    sequentialFromOnnx(onnxFile({ nodes: [node('Gemm', ['input', name], 'output')], initializers: [W] })),
  'ONNX: output': name =>
    sequentialFromOnnx(onnxFile({ nodes: [node('MatMul', ['input', 'w'], name)], initializers: [W] })),
  'safetensors: tensor': name => sequentialFromSafetensors(fileOf(`{${JSON.stringify(name)}:{}}`)),
  'safetensors: dtype': name =>
    sequentialFromSafetensors(
      fileOf(`{"0.weight":{"dtype":${JSON.stringify(name)},"shape":[],"data_offsets":[0,0]}}`),
    ),
  'safetensors: metadata': name =>
    sequentialFromSafetensors(
      fileOf(`{"__metadata__":{"wasmlp":${JSON.stringify(JSON.stringify({ [name]: name }))}}}`),
    ),
  'safetensors: kind of a layer': name =>
    sequentialFromSafetensors(
      fileOf(
        `{"__metadata__":{"wasmlp":${JSON.stringify(JSON.stringify({ inputSize: 1, layers: [{ kind: name }] }))}}}`,
      ),
    ),
  'model.json: class': name => sequentialFromLayersModel(kerasOf({ class_name: name, config: {} })),
  'model.json: layer': name =>
    sequentialFromLayersModel(kerasOf({ class_name: 'Dense', config: { name, units: 2 } })),
  'model.json: activation': name =>
    sequentialFromLayersModel(kerasOf({ class_name: 'Activation', config: { activation: name } })),
  'model.json: class of the model': name =>
    sequentialFromLayersModel(kerasOf({ class_name: 'Dense', config: {} }, { class_name: name })),
  'CSV: header': name => parseCsv(`"${name}",b\n1,2`, { label: 'c' }),
  'CSV: cell': name => parseCsv(`a,b\n1,"${name}"`),
  'CSV: label': name => parseCsv(`a,b\n1,0\n2,"${name}"`, { label: 'b' }),
  'CSV: category': name => parseCsv('a,b\n1,c\n', { categorical: ['b'], categories: { b: [name] } }),
  'CSV: name': name => parseCsv('a,b\n1', { name }),
  'CSV: path': name => loadCsv(join('/nowhere', name)),
  'table: header': name => parseTable(`"${name}","${name}"\n1,2`),
  'table: cell': name => parseTable(`a,b\n1,"${name}"`, { kinds: { b: 'number' } }),
  'table: target': name => parseTable('a,b\n1,2', { target: name }),
  'table: kinds': name => parseTable('a,b\n1,2', { kinds: { [name]: 'number' } }),
  'table: JSON': name => parseTable(JSON.stringify([{ [name]: { [name]: name } }])),
  'table: name': name => parseTable('a,b\n', { name }),
  '.npy: type': name => parseNpy(npyOf(`{'descr': '${name}', 'fortran_order': False, 'shape': (1,), }`)),
  '.npy: dictionary': name => parseNpy(npyOf(name)),
  '.npy: name': name => parseNpy(new Uint8Array(12), { name }),
  '.npz: entry': name => parseNpz(zipSync({ [`${name.slice(0, 20_000)}.npy`]: bytes('no array') })),
  '.npz: arrays': name =>
    parseNpz(zipSync({ [`${name.slice(0, 20_000)}.npy`]: bytes('') }), { arrays: ['x'] }),
  'IDX: name': name => parseIdx(bytes('no IDX'), { name }),
  'MNIST: address': name => loadMnist(`/nowhere/${name}`),
  'MNIST: mirror': name =>
    loadMnist({ mirrors: [`http://127.0.0.1:1/${encodeURIComponent(name)}`], cache: false }),
}

function expectHarmless(text: string): void {
  expect(CONTROL.exec(text), JSON.stringify(text.slice(0, 300))).toBeNull()
  expect(text.length).toBeLessThanOrEqual(MOST)
}

describe.each(Object.entries(NAMES))('a %s name', (_, name) => {
  test.each(Object.entries(READERS))('%s', async (_, read) => {
    const error = await (async () => read(name))().then(
      () => undefined,
      error => error,
    )
    expect(error, String(error)).toBeInstanceOf(WasmlpError)
    expectHarmless(error.message)
  })
})

test('what a server says of its answer', async () => {
  const server = createServer((_, response) =>
    response.writeHead(500, `Gone ${'\xa0'.repeat(900)}\x9b2J`).end(),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const error = await loadCsv(`http://127.0.0.1:${port}/a.csv`).catch(error => error)
  server.close()
  expect(error).toBeInstanceOf(WasmlpError)
  expectHarmless(error.message)
})

describe('the command line', () => {
  // A file system's names have 255 bytes.
  const write = (ending: string, content: Uint8Array | string) => {
    const path = join(directory, `a\n\x1b[2J\u202e\x9b2J${ending}`)
    writeFileSync(path, content)
    return path
  }
  const model = () => write('.onnx', onnxFile({ nodes: [node(NAMES.long, ['input'], 'output')] }))
  test.each<[string, () => string[]]>([
    ['info', () => ['info', model()]],
    ['evaluate', () => ['evaluate', model()]],
    ['predict', () => ['predict', model(), 'seven.png']],
    ['export', () => ['export', model(), '--out', 'x.safetensors']],
    ['train --init', () => ['train', '--init', model()]],
    ['train --data', () => ['train', '--data', write('', 'no folder')]],
    ['a command', () => [SHORT]],
    ['an option', () => ['info', `--${SHORT}`]],
    ['the value of an option', () => ['train', '--epochs', SHORT]],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await runCli(...args())
    expect(code).not.toBe(0)
    for (const line of `${stdout}${stderr}`.split('\n')) expectHarmless(line)
    expect(stderr.trimEnd()).not.toContain('\n')
  })
})
