// `wasmlp evaluate`.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dense, sequential } from '../../src/index.ts'
import { failureEvent, parseLines, runCli, SIDE, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let data: string
let model: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-evaluate-'))
  data = writeQuadrants(directory)
  model = join(directory, 'model.safetensors')
  await runCli('train', '--data', data, '--hidden', '6', '--epochs', '1', '--out', model)
})
afterAll(() => rmSync(directory, { recursive: true }))

test('text', async () => {
  const { code, stdout, stderr } = await runCli('evaluate', model, '--data', data, '--top-k', '4')
  const [accuracy, calibration, topK, ...table] = stdout.split('\n')
  expect(accuracy).toMatch(/^test accuracy \d+\.\d\d%, loss \d+\.\d{4} on 40 images$/)
  expect(calibration).toMatch(/^log loss \d+\.\d{4}, expected calibration error \d+\.\d\d%$/)
  expect(topK).toBe('among the 4 likeliest 100.00%')
  expect(table.map(line => line.replace(/ +[\d.]+%/g, ' %'))).toEqual([
    '',
    '  class  precision     recall         f1     images',
    ...[0, 1, 2, 3].map(name => `      ${name} % % %         10`),
    '   mean % % %         40',
    '',
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('--json, and --build simd: the same every time', async () => {
  const args = ['evaluate', model, '--data', data, '--build', 'simd', '--json']
  const { code, stdout, stderr } = await runCli(...args)
  expect(parseLines(stdout)).toEqual([
    {
      event: 'evaluate',
      samples: 40,
      nonFinite: 0,
      loss: expect.any(Number),
      accuracy: expect.any(Number),
      logLoss: expect.any(Number),
      calibrationError: expect.any(Number),
      confusionMatrix: Array(4).fill(Array(4).fill(expect.any(Number))),
      classes: Array(4).fill({
        precision: expect.any(Number),
        recall: expect.any(Number),
        f1: expect.any(Number),
        support: 10,
      }),
      macro: { precision: expect.any(Number), recall: expect.any(Number), f1: expect.any(Number) },
    },
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect((await runCli(...args)).stdout).toBe(stdout)
})

test('needs no files to train on', async () => {
  const half = join(directory, 'half')
  mkdirSync(half)
  for (const name of ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']) {
    copyFileSync(join(data, name), join(half, name))
  }
  const { code, stdout, stderr } = await runCli('evaluate', model, '--data', half)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(' on 40 images')
})

test('outputs that are not finite: the result, and exit code 1', async () => {
  using overflowing = await sequential([dense(4, { activation: 'softmax' })], { inputSize: SIDE * SIDE })
  const weights = new Float32Array(SIDE * SIDE * 4).fill(3e38)
  await overflowing.setParameters([{ weights, bias: new Float32Array(4) }])
  const path = join(directory, 'overflowing.safetensors')
  writeFileSync(path, await overflowing.toSafetensors())
  const { code, stdout, stderr } = await runCli('evaluate', path, '--data', data, '--json')
  expect(code).toBe(1)
  expect(parseLines(stdout)).toMatchObject([
    { event: 'evaluate', nonFinite: 40, accuracy: 0, loss: null },
    failureEvent(stderr, 1, /^ERR_FAILURE$/),
  ])
  expect(stderr).toMatch(/^wasmlp: no prediction for 40 of 40 images: [^\n]* not finite [^\n]*\n$/)
})

describe('failures', () => {
  const sentence = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli('evaluate', ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    return stderr.slice('wasmlp: '.length, -1)
  }

  test('--top-k beyond the number of classes', async () => {
    expect(await sentence(model, '--data', data, '--top-k', '5')).toBe(
      '--top-k is 5: expected a whole number, 1–4 for 4 classes',
    )
  })

  test('no such model', async () => {
    expect(await sentence('missing', '--data', data)).toBe(
      'missing cannot be read: no such file or directory',
    )
  })

  test('a file that is no model', async () => {
    const path = join(data, 'train-labels-idx1-ubyte')
    expect(await sentence(path, '--data', data)).toContain(`${path} is an IDX file, expected a model file`)
  })

  test('a model that is cut short', async () => {
    const path = join(directory, 'cut')
    writeFileSync(path, readFileSync(model).subarray(0, -1))
    expect(await sentence(path, '--data', data)).toContain(`${path}: safetensors: `)
  })

  test('weights without an architecture', async () => {
    const path = 'test/fixtures/pytorch-784-512-10.safetensors'
    expect(await sentence(path)).toContain(`${path}: the file has weights but no architecture of wasmlp`)
  })

  test('no data there', async () => {
    expect(await sentence(model, '--data', directory)).toMatch(
      / has .* and no IDX files: expected a folder with MNIST's four IDX files/,
    )
  })

  test('data of another size than the model takes', async () => {
    const other = join(directory, 'other')
    using small = await sequential([dense(4, { activation: 'softmax' })], { inputSize: 9 })
    writeFileSync(other, await small.toSafetensors())
    expect(await sentence(other, '--data', data)).toBe(
      `dense(4) expects inputs of 9 features, got samples of ${SIDE * SIDE}`,
    )
  })
})
