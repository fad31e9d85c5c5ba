// Bad usage ends in exit code 2, with one sentence and a hint; help and version are there.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { withCutWords } from '../../src/cli/given-words.ts'
import { optimizerNames, resolveOptimizer } from '../../src/optimizers/optimizer-options.ts'
import type { OptimizerName } from '../../src/optimizers/optimizer-table.ts'
import { failureEvent, parseLines, runCli } from '../support/run-cli.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

describe('words of the command line are cut in messages', () => {
  const long = 'x'.repeat(2000)
  const cut = 'x'.repeat(100)

  test.each([
    [`unknown command '${long}'`, [long], `unknown command '${cut}…' (2000 characters)`],
    [`unknown option '--${long}'`, [`--${long}`], `unknown option '--${cut.slice(2)}…' (2002 characters)`],
    [`--seed is "${long}": expected`, [`--seed=${long}`], `--seed is "${cut}…" (2000 characters): expected`],
    [`got 1: ${long}.`, [long], `got 1: ${cut}… (2000 characters).`],
    [`unknown command '${cut}'`, [cut], `unknown command '${cut}'`],
  ])('%#', (sentence, words, expected) => expect(withCutWords(sentence, words)).toBe(expected))

  test('by the command', async () => {
    for (const args of [
      [long],
      [`--${long}`],
      ['train', `--${long}=1`],
      ['train', '--seed', long],
      ['info', long],
    ]) {
      const { code, stderr } = await runCli(...args)
      expect(code).toBe(args[0] === 'info' ? 1 : 2)
      expect(stderr.length).toBeLessThan(600)
    }
  })
})

describe('bad usage', () => {
  test.each([
    ['train --epochs 0', '--epochs is "0": expected a whole number, 1 or more'],
    ['train --epochs 1.5', '--epochs is "1.5": expected a whole number, 1 or more'],
    ['train --epochs -1', '--epochs is "-1": expected a whole number, 1 or more'],
    ['train --epochs 1e3', '--epochs is "1e3": expected a whole number, 1 or more'],
    ['train --epochs', "option '--epochs <count>' argument missing"],
    ['train --batch-size 0', '--batch-size is "0": expected a whole number, 1 or more'],
    ['train --batch-size many', '--batch-size is "many": expected a whole number, 1 or more'],
    ['train --learning-rate 0', '--learning-rate is "0": expected a number above 0'],
    ['train --learning-rate -0.1', '--learning-rate is "-0.1": expected a number above 0'],
    ['train --learning-rate Infinity', '--learning-rate is "Infinity": expected a number above 0'],
    ['train --learning-rate NaN', '--learning-rate is "NaN": expected a number above 0'],
    [
      'train --learning-rate 1e39',
      '--learning-rate is "1e39": expected a number above 0 that single precision holds',
    ],
    ['train --learning-rate 1e-50', '--learning-rate is "1e-50": expected a number above 0 that single'],
    ['train --learning-rate=', '--learning-rate is "": expected a number above 0'],
    ['train --seed -1', '--seed is "-1": expected a whole number from 0 to 4294967295'],
    ['train --seed 4294967296', '--seed is "4294967296": expected a whole number from 0 to 4294967295'],
    ['train --hidden 0', '--hidden is "0": expected whole numbers, 1 or more, with commas'],
    ['train --hidden 256,', '--hidden is "256,": expected whole numbers'],
    ['train --hidden 2.5', '--hidden is "2.5": expected whole numbers'],
    [
      'train --activation softmax',
      '--activation is "softmax": expected one of identity, step, relu, leaky-relu, ',
    ],
    ['train --optimizer none', '--optimizer is "none": expected '],
    [
      'train --momentum 0.9',
      '--momentum is for --optimizer momentum, nesterov or rmsprop, not sgd (see wasmlp train --help)',
    ],
    ['train --optimizer adam --centered', '--centered is for --optimizer rmsprop, not adam'],
    ['train --optimizer momentum --momentum 1', '--momentum is "1": expected a number in [0, 1)'],
    ['train --weight-decay -1', '--weight-decay is "-1": expected a finite number, 0 or more'],
    ['train --clip-norm 0', '--clip-norm is "0": expected a number above 0'],
    ['train --schedule onecycle', '--schedule is "onecycle": expected one of constant, step, exponential, '],
    [
      'train --factor 0.5',
      '--factor is for --schedule step, exponential or reduce-on-plateau, not constant (see wasmlp train --help)',
    ],
    ['train --schedule one-cycle --anneal slow', "--anneal is \"slow\": expected 'cosine' or 'linear'"],
    ['train --schedule step', '--schedule step needs --step-every <epochs>'],
    ['train --schedule exponential', '--schedule exponential needs --factor <factor>'],
    [
      'train --schedule reduce-on-plateau',
      '--schedule reduce-on-plateau needs --validation <share>: test data that steer a training cannot',
    ],
    ['train --early-stopping 3', '--early-stopping needs --validation <share>: test data that steer'],
    ['train --early-stopping 0', '--early-stopping is "0": expected a whole number, 1 or more'],
    ['train --validation-split 1', '--validation is "1": expected a number, above 0 and below 1'],
    ['train --label-smoothing 1.5', '--label-smoothing is "1.5": expected a number, 0 or more and 1 at most'],
    ['train --loss hubert', '--loss is "hubert": expected one of cross-entropy, mean-squared-error, '],
    ['train --loss huber --delta 0', '--delta is "0": expected a number above 0'],
    ['train --delta 2', '--delta is for --loss huber (see'],
    ['train --loss mean-absolute-error --delta 2', '--delta is for --loss huber, not mean-absolute-error'],
    [
      'train --loss huber --label-smoothing 0.1',
      '--label-smoothing is for --loss cross-entropy, not huber (see',
    ],
    ['train --accumulate 0', '--accumulate is "0": expected a whole number, 1 or more'],
    ['train --on-non-finite go', '--on-non-finite is "go": expected one of stop, skip'],
    ['train --dropout 1', '--dropout is "1": expected a number, 0 or more and below 1'],
    ['train --hidden= --dropout 0.5', '--dropout needs a hidden layer, and --hidden is ""'],
    [
      'train --batch-normalization --layer-normalization',
      '--batch-normalization and --layer-normalization exclude each other',
    ],
    ['train --initializer random', '--initializer is "random": expected one of he, he-fan-out, he-normal, '],
    ['train --elastic 36', '--elastic is "36": expected two numbers, 0 or more and 1 or more, such as 36,6'],
    ['train --elastic 36,0.5', '--elastic is "36,0.5": expected two numbers'],
    ['train --elastic ,6', '--elastic is ",6": expected two numbers'],
    ['train --rotation 181', '--rotation is "181": expected a number, 0 or more and 180 at most'],
    ['train --build fast', '--build is "fast": expected one of auto, simd, relaxed'],
    ['evaluate m --build fast', '--build is "fast": expected one of auto, simd, relaxed'],
    ['train --out=', '--out is "": expected a path'],
    ['train --init=', '--init is "": expected a path'],
    ['train --data=', '--data is "": expected a path'],
    ['train --checkpoint=', '--checkpoint is "": expected a path'],
    ['export m --out=', '--out is "": expected a path'],
    ['train --epoch 3', "unknown option '--epoch', did you mean --epochs?"],
    ['train --lr 0.1', "unknown option '--lr', did you mean --learning-rate?"],
    ['train --batch_size 5', "unknown option '--batch_size', did you mean --batch-size?"],
    ['train --n-epochs=3', "unknown option '--n-epochs=3', did you mean --epochs?"],
    ['train --hidden-layer-sizes 5', "unknown option '--hidden-layer-sizes', did you mean --hidden?"],
    ['train a b', "too many arguments for 'train': expected 1 argument but got 2"],
    ['describe', "missing required argument 'data'"],
    ['evaluate', "missing required argument 'model'"],
    ['evaluate m --invert', "unknown option '--invert'"],
    ['predict model', "missing required argument 'data'"],
    ['info --data x', "unknown option '--data'"],
  ])('wasmlp %s', async (line, sentence) => {
    const [command = ''] = line.split(' ')
    const { code, stdout, stderr } = await runCli(...line.split(' '))
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(stderr).toContain(`wasmlp: ${sentence}`)
    expect(stderr).toContain(`(see wasmlp ${command} --help)`)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('with --json, what is wrong is an object too', async () => {
    const { code, stdout, stderr } = await runCli('train', '--epochz', '3', '--json')
    expect(code).toBe(2)
    expect(parseLines(stdout)).toEqual([failureEvent(stderr, 2, /^ERR_USAGE$/)])
  })

  test.each([
    ['tran', "wasmlp: unknown command 'tran', did you mean train? (see wasmlp --help)\n"],
    ['--json', "wasmlp: unknown option '--json' (see wasmlp --help)\n"],
  ])('wasmlp %s', async (argument, sentence) => {
    expect(await runCli(argument)).toEqual({ code: 2, stdout: '', stderr: sentence })
  })

  test('no command: the help, on standard error', async () => {
    const { code, stdout, stderr } = await runCli()
    expect(stderr).toMatch(/^Usage: wasmlp /)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('help', () => {
  test.each([
    ['--help', 'wasmlp train --out model.safetensors'],
    ['train --help', 'wasmlp train --hidden 256,128'],
    ['evaluate --help', 'wasmlp evaluate model.safetensors'],
    ['predict --help', 'wasmlp predict model.safetensors seven.png'],
    ['describe --help', 'wasmlp describe flowers.csv'],
    ['info --help', 'wasmlp info model.safetensors'],
  ])('wasmlp %s shows an example', async (line, example) => {
    const { code, stdout, stderr } = await runCli(...line.split(' '))
    expect(stdout).toMatch(/^Usage: wasmlp /)
    expect(stdout).toContain(example)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('wasmlp train --help tells the defaults', async () => {
    const { stdout } = await runCli('train', '--help')
    const text = stdout.replace(/\s+/g, ' ')
    for (const value of ['"relu"', '"constant"', '1', '"auto"', 'true']) {
      expect(text).toContain(`(default: ${value})`)
    }
    for (const values of ['512, and 64,64', '5, and 100', '100, and 32', 'sgd, and adam']) {
      expect(text).toContain(`(default: ${values} for a table)`)
    }
  })

  test('the default learning rates, in wasmlp train --help, are those of the API, but for SGD', async () => {
    const { stdout } = await runCli('train', '--help')
    const [, text = ''] = /step length; .*? \(default: (.*?)\)/.exec(stdout.replace(/\s+/g, ' ')) ?? []
    const told = text.split('; ').flatMap(group => {
      const [, names = '', rate] = /^(.*) (\S+)$/.exec(group) ?? []
      return names.split(', ').map(name => [name, Number(rate)])
    })
    const rate = (optimizer: OptimizerName) => resolveOptimizer({ optimizer }).learningRate
    expect(Object.fromEntries(told)).toEqual({
      ...Object.fromEntries(optimizerNames.map(name => [name, rate(name)])),
      sgd: 0.5,
    })
  })

  test.each(
    ['', 'describe ', 'train ', 'evaluate ', 'predict ', 'export ', 'info '].map(name => `${name}--help`),
  )('wasmlp %s tells every exit code', async line => {
    const { stdout } = await runCli(...line.split(' '))
    const told = [...stdout.matchAll(/^ +(\d+) {2}/gm)].map(([, code]) => Number(code))
    expect(told).toEqual([0, 1, 2, 129, 130, 141, 143])
  })

  test('wasmlp --version', async () => {
    expect(await runCli('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})
