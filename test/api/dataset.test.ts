// Data sets: every kind of input, what does not fit together, and slices, splits and shuffles.

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeValue } from '../../src/describe-value.ts'
import { type Dataset, type DatasetOptions, dataset, memoryUsage } from '../../src/index.ts'

/** For what TypeScript refuses and plain JavaScript does not. */
const untyped = (value: unknown) => value as never

describe('inputs', () => {
  test('rows of numbers', async () => {
    using data = await dataset({
      inputs: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    })
    expect([data.length, data.inputSize, data.classes, data.targetSize]).toEqual([2, 3, undefined, undefined])
    expect(await data.read()).toEqual({ inputs: Float32Array.of(1, 2, 3, 4, 5, 6), inputSize: 3 })
  })

  test('flat floats', async () => {
    using data = await dataset({ inputs: Float32Array.of(1, 2, 3, 4, 5, 6), inputSize: 2 })
    expect([data.length, data.inputSize]).toEqual([3, 2])
    expect(await data.read()).toEqual({ inputs: Float32Array.of(1, 2, 3, 4, 5, 6), inputSize: 2 })
  })

  test('pixels stay bytes', async () => {
    using data = await dataset({ inputs: Uint8Array.of(0, 1, 254, 255), inputSize: 4, bytes: 'pixels' })
    expect(data.length).toBe(1)
    expect(await data.read()).toEqual({
      inputs: Uint8Array.of(0, 1, 254, 255),
      inputSize: 4,
      bytes: 'pixels',
    })
  })

  test('views into a larger buffer', async () => {
    using bytes = await dataset({
      inputs: Uint8Array.of(9, 9, 9, 1, 2, 9).subarray(3, 5),
      bytes: 'pixels',
      inputSize: 1,
      labels: Uint8Array.of(9, 0, 1, 9).subarray(1, 3),
    })
    expect(await bytes.read()).toEqual({
      inputs: Uint8Array.of(1, 2),
      bytes: 'pixels',
      inputSize: 1,
      labels: Int32Array.of(0, 1),
    })
    using floats = await dataset({
      inputs: Float32Array.of(9, 1, 2, 9).subarray(1, 3),
      inputSize: 1,
      targets: Float32Array.of(9, 3, 4, 9).subarray(1, 3),
    })
    expect(await floats.read()).toEqual({
      inputs: Float32Array.of(1, 2),
      inputSize: 1,
      targets: Float32Array.of(3, 4),
      targetSize: 1,
    })
  })

  test.each([Float64Array, Int8Array, Int16Array, Int32Array, Uint16Array, Uint32Array])(
    '%o become floats, flat and by rows',
    async NumberArray => {
      const inputs = NumberArray.of(0, 1, 100, 127)
      const floats = Float32Array.of(0, 1, 100, 127)
      using flat = await dataset({ inputs, inputSize: 2, targets: inputs })
      expect(await flat.read()).toEqual({ inputs: floats, inputSize: 2, targets: floats, targetSize: 2 })
      using rows = await dataset({ inputs: [inputs.subarray(0, 2), inputs.subarray(2)] })
      expect(await rows.read()).toEqual({ inputs: floats, inputSize: 2 })
    },
  )

  test.each([BigInt64Array, BigUint64Array])('%o become floats, and labels', async BigInts => {
    const inputs = BigInts.of(0n, 3n)
    using data = await dataset({ inputs, inputSize: 1, labels: inputs, targets: inputs })
    expect(await data.read()).toEqual({
      inputs: Float32Array.of(0, 3),
      inputSize: 1,
      labels: Int32Array.of(0, 3),
      targets: Float32Array.of(0, 3),
      targetSize: 1,
    })
    await expect(dataset({ inputs, inputSize: 1, labels: BigInt64Array.of(0n, -1n) })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: 'labels[1] is -1: expected a class 0, 1, 2, …',
    })
    await expect(
      dataset({ inputs, inputSize: 1, labels: BigUint64Array.of(0n, 2n ** 32n) }),
    ).rejects.toMatchObject({ message: 'labels[1] is 4294967296: expected a class 0, 1, 2, …' })
  })

  test('clamped bytes, as a canvas has them, are pixels', async () => {
    const inputs = Uint8ClampedArray.of(9, 1, 255, 9).subarray(1, 3)
    using data = await dataset({ inputs, inputSize: 2, targets: Uint8ClampedArray.of(51) })
    expect(await data.read()).toEqual({
      inputs: Uint8Array.of(1, 255),
      bytes: 'pixels',
      inputSize: 2,
      targets: Float32Array.of(0.2),
      targetSize: 1,
    })
  })

  test('shared memory', async () => {
    // Where a page is not isolated, this is the way to a SharedArrayBuffer.
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    expect(Object.prototype.toString.call(buffer)).toBe('[object SharedArrayBuffer]')
    const inputs = new Float32Array(buffer, 8, 4)
    inputs.set([1, 2, 3, 4])
    using data = await dataset({ inputs, inputSize: 2, labels: new Uint8Array(buffer, 64, 2) })
    expect(await data.read()).toEqual({
      inputs: Float32Array.of(1, 2, 3, 4),
      inputSize: 2,
      labels: new Int32Array(2),
    })
  })

  test('numbers that are none stay as they are', async () => {
    const inputs = [[Number.NaN, Number.POSITIVE_INFINITY, -0]]
    using data = await dataset({ inputs })
    expect((await data.read()).inputs).toEqual(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -0))
  })

  test('are copied in, and copied out', async () => {
    const inputs = Float32Array.of(1, 2)
    const labels = [0, 1]
    using data = await dataset({ inputs, inputSize: 1, labels })
    inputs.fill(7)
    labels.fill(7)
    const copy = await data.read()
    copy.inputs.fill(8)
    copy.labels?.fill(8)
    expect(await data.read()).toEqual({
      inputs: Float32Array.of(1, 2),
      inputSize: 1,
      labels: Int32Array.of(0, 1),
    })
  })
})

describe('labels and targets', () => {
  test.each([
    ['an array', [0, 2, 1]],
    ['bytes', Uint8Array.of(0, 2, 1)],
    ['floats that are whole', Float64Array.of(0, 2, 1)],
    ['what is like an array', { length: 3, 0: 0, 1: 2, 2: 1 }],
  ])('labels: %s', async (_, labels) => {
    using data = await dataset({ inputs: [[1], [2], [3]], labels })
    expect(data.classes).toBe(3)
    expect((await data.read()).labels).toEqual(Int32Array.of(0, 2, 1))
  })

  test('targets: rows, flat with targetSize, flat without', async () => {
    const inputs = [[1], [2]]
    for (const options of [
      {
        targets: [
          [1, 2],
          [3, 4],
        ],
      },
      { targets: Float32Array.of(1, 2, 3, 4), targetSize: 2 },
      { targets: Float32Array.of(1, 2, 3, 4) },
    ]) {
      using data = await dataset({ inputs, ...options })
      expect([data.targetSize, data.classes]).toEqual([2, undefined])
      expect(await data.read()).toMatchObject({ targets: Float32Array.of(1, 2, 3, 4), targetSize: 2 })
    }
  })

  test('both at once', async () => {
    using data = await dataset({ inputs: [[1], [2]], labels: [1, 0], targets: [[3], [4]] })
    expect(await data.slice(1).read()).toEqual({
      inputs: Float32Array.of(2),
      inputSize: 1,
      labels: Int32Array.of(0),
      targets: Float32Array.of(4),
      targetSize: 1,
    })
  })
})

const inputs = [
  [1, 2],
  [3, 4],
]

describe('what is refused, with nothing left in memory', () => {
  test.each<[string, DatasetOptions, string, string]>([
    [
      'no inputs',
      untyped({}),
      'ERR_ARGUMENT',
      'inputs is of type Undefined: expected a typed array or an array of rows',
    ],
    ['null', untyped({ inputs: null }), 'ERR_ARGUMENT', 'inputs is of type Null'],
    [
      'rows of bytes among others',
      { inputs: [Uint8Array.of(1, 2), [3, 4]], bytes: 'pixels' },
      'ERR_ARGUMENT',
      'such as [[1, 2], [3, 4]]',
    ],
    ['a DataView', untyped({ inputs: new DataView(new ArrayBuffer(8)) }), 'ERR_ARGUMENT', 'type DataView'],
    ['flat numbers', untyped({ inputs: [1, 2] }), 'ERR_ARGUMENT', 'such as [[1, 2], [3, 4]]'],
    ['no rows', { inputs: [] }, 'ERR_SHAPE', 'inputs has no values: expected at least one row'],
    ['an empty row', { inputs: [[]] }, 'ERR_SHAPE', 'inputs has no values'],
    ['a row left out', { inputs: untyped([[1], undefined, [2]]) }, 'ERR_ARGUMENT', 'an array of rows'],
    ['ragged rows', { inputs: [[1, 2], [3]] }, 'ERR_SHAPE', 'inputs[1] has 1 values, but inputs[0] has 2'],
    [
      'text',
      { inputs: untyped([[1, '2']]) },
      'ERR_ARGUMENT',
      'inputs[0][1] is of type String: expected a number',
    ],
    ['null in a row', { inputs: untyped([[1], [null]]) }, 'ERR_ARGUMENT', 'inputs[1][0] is of type Null'],
    // biome-ignore lint/suspicious/noSparseArray: such arrays exist
    ['holes', { inputs: untyped([[1, , 3]]) }, 'ERR_ARGUMENT', 'inputs[0][1] is of type Undefined'],
    ['rows in rows', { inputs: untyped([[[1, 2]]]) }, 'ERR_ARGUMENT', 'inputs[0][0] is of type Array'],
    ['inputSize against rows', { inputs, inputSize: 4 }, 'ERR_SHAPE', 'rows of 2 values, but inputSize is 4'],
    [
      'bytes without inputSize',
      { inputs: new Uint8Array(4), bytes: 'pixels' },
      'ERR_ARGUMENT',
      'say with inputSize how many values',
    ],
    ['floats without inputSize', { inputs: new Float32Array(4) }, 'ERR_ARGUMENT', 'say with inputSize'],
    [
      'no bytes',
      { inputs: new Uint8Array(), inputSize: 2, bytes: 'pixels' },
      'ERR_SHAPE',
      'inputs has 0 elements: expected rows of 2',
    ],
    [
      'half a row',
      { inputs: new Uint8Array(5), inputSize: 2, bytes: 'pixels' },
      'ERR_SHAPE',
      'inputs has 5 elements: expected rows of 2',
    ],
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, untyped('2'), untyped(null)].map(
      (inputSize): [string, DatasetOptions, string, string] => [
        `inputSize ${inputSize}`,
        { inputs: new Uint8Array(4), inputSize, bytes: 'pixels' },
        'ERR_ARGUMENT',
        inputSize === null
          ? 'say with inputSize'
          : `inputSize is ${describeValue(inputSize)}: expected a whole number, 1 or more`,
      ],
    ),
    [
      'an inputSize larger than the inputs',
      { inputs: new Uint8Array(4), inputSize: 1e15, bytes: 'pixels' },
      'ERR_SHAPE',
      'rows of 1000000',
    ],
    ['too few labels', { inputs, labels: [0] }, 'ERR_SHAPE', '1 labels for 2 samples: expected one for each'],
    ['too many labels', { inputs, labels: [0, 1, 0] }, 'ERR_SHAPE', '3 labels for 2 samples'],
    ['no labels in the list', { inputs, labels: [] }, 'ERR_SHAPE', '0 labels for 2 samples'],
    ...[
      -1,
      0.5,
      Number.NaN,
      2 ** 31,
      Number.POSITIVE_INFINITY,
      untyped('1'),
      untyped(null),
      untyped(true),
      untyped(1n),
    ].map((label): [string, DatasetOptions, string, string] => [
      `the label ${label} (${typeof label})`,
      { inputs, labels: [0, label] },
      'ERR_ARGUMENT',
      `labels[1] is ${typeof label === 'string' ? `"${label}"` : label}: expected a class 0, 1, 2, …`,
    ]),
    ['too few targets', { inputs, targets: [[1]] }, 'ERR_SHAPE', 'targets has 1 rows of 1 for 2 samples'],
    [
      'flat numbers as targets',
      { inputs, targets: untyped([1, 2]) },
      'ERR_ARGUMENT',
      'targets is of type Array: expected a typed array',
    ],
    [
      'targets that do not divide',
      { inputs, targets: new Float32Array(3) },
      'ERR_SHAPE',
      'targets has 3 elements for 2 samples',
    ],
    [
      'empty targets',
      { inputs, targets: new Float32Array() },
      'ERR_SHAPE',
      'targets has 0 elements for 2 samples',
    ],
    [
      'targetSize against rows',
      { inputs, targets: inputs, targetSize: 1 },
      'ERR_SHAPE',
      'rows of 2 values, but targetSize is 1',
    ],
    [
      'targetSize of other rows',
      { inputs, targets: new Float32Array(4), targetSize: 4 },
      'ERR_SHAPE',
      'targets has 1 rows of 4',
    ],
    [
      'targetSize 0',
      { inputs, targets: new Float32Array(4), targetSize: 0 },
      'ERR_ARGUMENT',
      'targetSize is 0',
    ],
    [
      'another build',
      { inputs, build: untyped('sse') },
      'ERR_ARGUMENT',
      `unknown build "sse": expected 'auto', 'simd'`,
    ],
  ])('%s', async (_, options, code, message) => {
    const { inUse } = await memoryUsage()
    await expect(dataset(options)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
    expect((await memoryUsage()).inUse).toBe(inUse)
  })
})

describe('views', () => {
  const SAMPLES = 60
  let data: Dataset

  beforeAll(async () => {
    const numbers = Array.from({ length: SAMPLES }, (_, i) => i)
    data = await dataset({
      inputs: Float32Array.from(numbers),
      inputSize: 1,
      labels: numbers,
      targets: Float32Array.from(numbers, i => -i),
    })
  })

  afterAll(() => data.dispose())

  /** The samples of a view by their numbers, once inputs, labels and targets have been seen to agree. */
  async function numbersOf(view: Dataset): Promise<number[]> {
    const { inputs, labels, targets } = await view.read()
    expect(labels).toEqual(Int32Array.from(inputs))
    expect(targets).toEqual(Float32Array.from(inputs, i => -i))
    expect(inputs.length).toBe(view.length)
    return [...inputs]
  }

  const position = fc.option(fc.integer({ min: -2 * SAMPLES, max: 2 * SAMPLES }), { nil: undefined })
  const seed = fc.integer({ min: 0, max: 0xffffffff })
  const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b)

  test('slice is Array.prototype.slice, also of a slice', async () => {
    await fc.assert(
      fc.asyncProperty(position, position, position, position, async (begin, end, begin2, end2) => {
        const expected = (await numbersOf(data)).slice(begin, end)
        const view = data.slice(begin, end)
        expect(await numbersOf(view)).toEqual(expected)
        expect(await numbersOf(view.slice(begin2, end2))).toEqual(expected.slice(begin2, end2))
      }),
    )
  })

  test('shuffle is a permutation, the same for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(position, position, seed, async (begin, end, seed) => {
        const view = data.slice(begin, end)
        const shuffled = await numbersOf(await view.shuffle({ seed }))
        expect(ascending(shuffled)).toEqual(await numbersOf(view))
        expect(await numbersOf(await view.shuffle({ seed }))).toEqual(shuffled)
      }),
    )
  })

  test('split is a partition of the right sizes, the same for the same seed', async () => {
    const fraction = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true })
    await fc.assert(
      fc.asyncProperty(position, position, fraction, seed, async (begin, end, fraction, seed) => {
        const view = data.slice(begin, end)
        const size = Math.round(fraction * view.length)
        if (size === 0 || size === view.length) {
          await expect(view.split(fraction, { seed })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
          return
        }
        const [first, second] = await Promise.all((await view.split(fraction, { seed })).map(numbersOf))
        expect(first?.length).toBe(size)
        expect(ascending([...(first ?? []), ...(second ?? [])])).toEqual(await numbersOf(view))
        const again = await Promise.all((await view.split(fraction, { seed })).map(numbersOf))
        expect(again).toEqual([first, second])
      }),
    )
  })

  test('other seeds give other orders and parts, and 0 is the seed unless given', async () => {
    const order = async (options?: { seed?: number }) => numbersOf(await data.shuffle(options))
    const orders = await Promise.all([0, 1, 2, 0xffffffff].map(seed => order({ seed })))
    expect(new Set(orders.map(String)).size).toBe(4)
    expect(orders[0]).not.toEqual(await numbersOf(data))
    expect(await order()).toEqual(orders[0])
    const part = async (seed: number) => ascending(await numbersOf((await data.split(0.5, { seed }))[0]))
    expect(await part(1)).not.toEqual(await part(2))
  })

  test('every order of three comes up about equally often', async () => {
    const counts = new Map<string, number>()
    const three = data.slice(0, 3)
    for (let seed = 0; seed < 600; ++seed) {
      const order = String(await numbersOf(await three.shuffle({ seed })))
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    // Binomial, n = 600, p = 1/6: standard deviation 9.1.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(46)
  })

  test('views know the sizes of the whole', () => {
    const { length, inputSize, classes, targetSize } = data.slice(0, 2)
    expect([length, inputSize, classes, targetSize]).toEqual([2, 1, SAMPLES, 1])
  })

  test('views share memory: slicing, shuffling and splitting take none', async () => {
    const { inUse } = await memoryUsage()
    const [first] = await (await data.shuffle({ seed: 1 })).slice(5).split(0.5)
    expect(first.length).toBe(28)
    expect((await memoryUsage()).inUse).toBe(inUse)
  })

  test.each([
    [0.1, 4, 'parts of 0 and 4'],
    [0.9, 4, 'parts of 4 and 0'],
    [0.5, 0, 'parts of 0 and 0'],
    [0.5, 1, 'parts of 1 and 0'],
  ])('split(%s) of %d samples would leave a part empty', async (fraction, length, parts) => {
    await expect(data.slice(0, length).split(fraction)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringMatching(
        new RegExp(
          `^split\\(${fraction}\\) of ${length} samples gives ${parts}: expected at least one in each`,
        ),
      ),
    })
  })

  test.each([0, 1, -0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, untyped(undefined), untyped('0.5')])(
    'split(%s) is refused',
    async fraction => {
      await expect(data.split(fraction)).rejects.toMatchObject({
        code: 'ERR_ARGUMENT',
        message: `fraction is ${describeValue(fraction)}: expected a number between 0 and 1`,
      })
    },
  )

  test.each([-1, 0.5, 2 ** 32, Number.NaN, untyped('1'), untyped(null)])('seed %s is refused', async seed => {
    const error = {
      code: 'ERR_ARGUMENT',
      message: `seed is ${describeValue(seed)}: expected a whole number, 0–4294967295`,
    }
    await expect(data.shuffle({ seed })).rejects.toMatchObject(error)
    await expect(data.split(0.5, { seed })).rejects.toMatchObject(error)
  })
})

describe('dispose', () => {
  test('frees the memory, for all views, once', async () => {
    const { inUse } = await memoryUsage()
    const data = await dataset({ inputs: new Uint8Array(1000), inputSize: 10, bytes: 'pixels' })
    const view = data.slice(0, 5)
    expect((await memoryUsage()).inUse).toBeGreaterThanOrEqual(inUse + 1000)
    view.dispose()
    data.dispose()
    view.dispose()
    expect((await memoryUsage()).inUse).toBe(inUse)
    for (const set of [data, view, data.slice(2)]) {
      await expect(set.read()).rejects.toMatchObject({
        name: 'DisposedError',
        code: 'ERR_DISPOSED',
        message: 'this data set was disposed: load it again',
      })
    }
    expect([data.length, data.inputSize]).toEqual([100, 10])
  })

  test('using', async () => {
    const { inUse } = await memoryUsage()
    {
      using data = await dataset({ inputs })
      expect((await memoryUsage()).inUse).toBeGreaterThan(inUse)
      expect(data.length).toBe(2)
    }
    expect((await memoryUsage()).inUse).toBe(inUse)
  })
})
