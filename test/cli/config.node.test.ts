// `wasmlp train --config`: what flags say, in a file; and the file beside a model that repeats its training.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configSchema } from '../../src/cli/config.ts'
import { addTrain } from '../../src/cli/train.ts'
import { writeFlowers } from '../support/flowers.ts'
import { outcomeOf, parseLines, runCli, startCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-config-'))
  writeFlowers(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

const write = (name: string, config: object) => {
  writeFileSync(join(directory, name), JSON.stringify(config))
  return join(directory, name)
}
const read = (name: string) => readFileSync(join(directory, name))
const json = (name: string) => JSON.parse(String(read(name)))

/** Trains in some directory; the events. */
async function train(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await outcomeOf(startCli(['train', ...args, '--json'], cwd))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return parseLines(stdout)
}

test('the schema in the package has every option: --update writes it anew', async () => {
  const program = new Command()
  addTrain(program)
  const [command = program] = program.commands
  const schema = `${JSON.stringify(configSchema(command), undefined, 2)}\n`
  await expect(schema).toMatchFileSnapshot('../../src/cli/train.schema.json')
  expect(schema).toContain('"hidden": {')
})

test('a table: flags win, paths are relative to the file, and the file beside the model repeats it', async () => {
  mkdirSync(join(directory, 'models'))
  const config = write('run.json', {
    $schema: './train.schema.json',
    data: 'flowers.csv',
    target: 'species',
    column: ['colour=category,unknown:other', 'width=missing:mean'],
    hidden: [8],
    epochs: 3,
    validation: 0.2,
    optimizer: 'adamw',
    weightDecay: 0.1,
    stratify: false,
    out: 'models/flowers.safetensors',
  })
  const [start] = await train(tmpdir(), '--config', config, '--epochs', '2', '--build', 'simd')
  expect(start).toMatchObject({
    data: join(directory, 'flowers.csv'),
    samples: 48,
    epochs: 2,
    optimizer: { name: 'adamw', weightDecay: 0.1 },
    layers: [{ units: 8 }, { units: 3 }],
  })
  const resolved = json('models/flowers.train.json')
  expect(resolved).toMatchObject({
    data: '../flowers.csv',
    target: ['species'],
    column: ['colour=category,unknown:other', 'width=missing:mean'],
    validation: 0.2,
    stratify: false,
    epochs: 2,
    batchSize: 32,
    learningRate: 0.001,
    build: 'simd',
    seed: 1,
    out: 'flowers.safetensors',
  })
  const model = read('models/flowers.safetensors')
  rmSync(join(directory, 'models/flowers.safetensors'))
  await train(directory, '--config', 'models/flowers.train.json')
  expect(read('models/flowers.safetensors').equals(model)).toBe(true)
  // Where the schema is stands in it for editors, where that is below the folder that the command ran in.
  expect({ ...json('models/flowers.train.json'), $schema: resolved.$schema }).toEqual({
    ...resolved,
    $schema: resolved.$schema,
  })
})

test('images, and a model of --init: the same', async () => {
  writeQuadrants(directory)
  const flags = [
    '--epochs',
    '1',
    '--hidden',
    '6',
    '--augment',
    '--elastic',
    '3,2',
    '--activation',
    'leaky-relu',
  ]
  await train(directory, 'data', ...flags, '--checkpoint', 'kept', '--out', 'a.safetensors')
  const first = read('a.safetensors')
  expect(json('a.train.json')).toMatchObject({ data: 'data', elastic: [3, 2], activation: 'leaky-relu' })
  expect(json('a.train.json')).not.toHaveProperty('checkpoint')
  await train(directory, '--config', 'a.train.json')
  expect(read('a.safetensors').equals(first)).toBe(true)
  await train(directory, 'data', '--init', 'a.safetensors', '--epochs', '1', '--out', 'b.safetensors')
  const second = read('b.safetensors')
  await train(directory, '--config', 'b.train.json')
  expect(read('b.safetensors').equals(second)).toBe(true)
})

test('what is wrong with a configuration: all of it in one sentence', async () => {
  const bad = write('bad.json', {
    epoch: 3,
    epochs: '3',
    batchSize: 0,
    hidden: 64,
    shuffle: 1,
    optimizer: 'adm',
  })
  const { code, stdout, stderr } = await runCli('train', '--config', bad)
  expect(stderr).toBe(
    `wasmlp: ${bad}: there is no option "epoch" (did you mean epochs?); "epochs" is "3": expected a number; ` +
      '"batchSize" is 0: expected a whole number, 1 or more; "hidden" is 64: expected an array; ' +
      '"shuffle" is 1: expected true or false; "optimizer" is "adm": expected one of sgd, momentum, nesterov, adagrad, ' +
      'rmsprop, adam, adamw, nadam, lion (did you mean adam?)\n',
  )
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  writeFileSync(join(directory, 'deep.json'), `{"epochs":${'['.repeat(1e6)}${']'.repeat(1e6)}}`)
  const deep = await runCli('train', '--config', join(directory, 'deep.json'))
  expect(deep.stderr).toMatch(/^wasmlp: .*deep\.json is nested over 64 levels deep, expected fewer\n$/)
  writeFileSync(join(directory, 'twice.json'), '{"epochs":1,"batchSize":2,"epochs":3}')
  const twice = await runCli('train', '--config', join(directory, 'twice.json'))
  expect(twice.stderr).toMatch(/^wasmlp: .*twice\.json has the key "epochs" twice, expected it once\n$/)
  writeFileSync(join(directory, 'broken.json'), '{')
  const broken = await runCli('train', '--config', join(directory, 'broken.json'))
  expect(broken.stderr).toMatch(/^wasmlp: .*broken\.json is not JSON: [^\n]*\n$/)
  const list = await runCli('train', '--config', write('list.json', []))
  expect(list.stderr).toContain('list.json is no object of options, such as {"epochs": 10}')
  const none = await runCli('train', '--config', join(directory, 'none.json'))
  expect(none.stderr).toContain('none.json cannot be read: no such file or directory')
  expect([broken.code, twice.code, list.code, none.code]).toEqual([1, 1, 1, 1])
})
