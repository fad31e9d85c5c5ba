// Wrong sizes and arguments: which error, what its message names, and that nothing is written.
import { beforeEach, describe, expect, test } from 'vitest'
import {
  type ActivationName,
  ArgumentError,
  createKernels,
  type F32Buffer,
  type I32Buffer,
  type Kernels,
  ShapeError,
  type Transpose,
  UnsupportedError,
  type WasmlpError,
} from '../../src/kernels/index.ts'
import { builds, fastest } from '../support/builds.ts'

/** Buffers of 12, 7 and 3 floats and of 3 indices, full of numbers. */
interface Operands {
  kernels: Kernels
  twelve: F32Buffer
  seven: F32Buffer
  three: F32Buffer
  indices: I32Buffer
}

type Call = (operands: Operands) => void

// Each call needs more elements, or exactly as many as another number, than one of its buffers has.
const wrongSizes: [string, Call, number, number][] = [
  ['sgemm: A', o => o.kernels.sgemm('N', 'N', 2, 2, 4, 1, o.seven, 4, o.twelve, 2, 0, o.three, 2), 7, 8],
  [
    'sgemm: A transposed',
    o => o.kernels.sgemm('T', 'N', 2, 2, 4, 1, o.seven, 2, o.twelve, 2, 0, o.three, 2),
    7,
    8,
  ],
  ['sgemm: B', o => o.kernels.sgemm('N', 'N', 2, 2, 4, 1, o.twelve, 4, o.seven, 2, 0, o.three, 2), 7, 8],
  [
    'sgemm: B transposed',
    o => o.kernels.sgemm('N', 'T', 2, 2, 4, 1, o.twelve, 4, o.seven, 4, 0, o.three, 2),
    7,
    8,
  ],
  ['sgemm: C', o => o.kernels.sgemm('N', 'N', 2, 2, 1, 1, o.seven, 1, o.twelve, 2, 0, o.three, 2), 3, 4],
  [
    'sgemm: C with gaps',
    o => o.kernels.sgemm('N', 'N', 2, 2, 1, 1, o.three, 1, o.twelve, 2, 0, o.seven, 6),
    7,
    8,
  ],
  ['sgemm: lda', o => o.kernels.sgemm('N', 'N', 2, 1, 4, 1, o.twelve, 3, o.seven, 1, 0, o.three, 1), 3, 4],
  ['sgemm: ldb', o => o.kernels.sgemm('N', 'T', 1, 2, 4, 1, o.seven, 4, o.twelve, 3, 0, o.three, 2), 3, 4],
  ['sgemm: ldc', o => o.kernels.sgemm('N', 'N', 1, 3, 1, 1, o.seven, 1, o.twelve, 3, 0, o.three, 2), 2, 3],
  ['sgemv: A', o => o.kernels.sgemv('N', 3, 4, 1, o.seven, 4, o.twelve, 1, 0, o.three, 1), 7, 12],
  ['sgemv: x', o => o.kernels.sgemv('N', 3, 4, 1, o.twelve, 4, o.three, 1, 0, o.seven, 1), 3, 4],
  [
    'sgemv: x of Aᵀ, increment −3',
    o => o.kernels.sgemv('T', 4, 3, 1, o.twelve, 3, o.seven, -3, 0, o.three, 1),
    7,
    10,
  ],
  ['sgemv: y', o => o.kernels.sgemv('T', 3, 4, 1, o.twelve, 4, o.seven, 1, 0, o.three, 1), 3, 4],
  ['sgemv: lda', o => o.kernels.sgemv('N', 1, 4, 1, o.twelve, 3, o.seven, 1, 0, o.three, 1), 3, 4],
  ['saxpy: x', o => o.kernels.saxpy(4, 1, o.three, 1, o.twelve, 1), 3, 4],
  ['saxpy: y, increment −2', o => o.kernels.saxpy(5, 1, o.twelve, 1, o.seven, -2), 7, 9],
  ['sdot: x', o => o.kernels.sdot(4, o.three, 1, o.twelve, 1), 3, 4],
  ['sdot: y', o => o.kernels.sdot(4, o.twelve, 1, o.three, 1), 3, 4],
  ['sscal', o => o.kernels.sscal(3, 2, o.seven, 4), 7, 9],
  ['transpose: x', o => o.kernels.transpose(o.three, o.twelve, 2, 2), 3, 4],
  ['transpose: y', o => o.kernels.transpose(o.twelve, o.three, 2, 2), 3, 4],
  ['broadcastRow: b', o => o.kernels.broadcastRow(o.three, o.twelve, 2, 4), 3, 4],
  ['broadcastRow: y', o => o.kernels.broadcastRow(o.three, o.seven, 4, 3), 7, 12],
  ['sumAxis0: x', o => o.kernels.sumAxis0(o.seven, o.three, 4, 3), 7, 12],
  ['sumAxis0: y', o => o.kernels.sumAxis0(o.twelve, o.three, 2, 4), 3, 4],
  ['argmax: x', o => o.kernels.argmax(o.seven, o.indices, 3, 4), 7, 12],
  ['argmax: y', o => o.kernels.argmax(o.twelve, o.indices, 4, 3), 3, 4],
  ['activation', o => o.kernels.activation('relu', o.seven, o.three), 3, 7],
  ['activation: y longer', o => o.kernels.activation('relu', o.three, o.seven), 3, 7],
  [
    'activationGradient: y',
    o => o.kernels.activationGradient('tanh', o.seven, o.three, o.seven, o.seven),
    3,
    7,
  ],
  [
    'activationGradient: dy',
    o => o.kernels.activationGradient('tanh', o.seven, o.seven, o.three, o.seven),
    3,
    7,
  ],
  [
    'activationGradient: dx',
    o => o.kernels.activationGradient('tanh', o.seven, o.seven, o.seven, o.twelve),
    12,
    7,
  ],
  ['softmax: x', o => o.kernels.softmax(o.three, o.twelve, 2, 2), 3, 4],
  ['softmax: y', o => o.kernels.softmax(o.twelve, o.three, 2, 2), 3, 4],
  ['softmaxGradient: y', o => o.kernels.softmaxGradient(o.three, o.twelve, o.twelve, 2, 2), 3, 4],
  ['softmaxGradient: dy', o => o.kernels.softmaxGradient(o.twelve, o.three, o.twelve, 2, 2), 3, 4],
  ['softmaxGradient: dx', o => o.kernels.softmaxGradient(o.twelve, o.twelve, o.three, 2, 2), 3, 4],
  ['exp', o => o.kernels.exp(o.seven, o.three), 3, 7],
  ['log', o => o.kernels.log(o.seven, o.three), 3, 7],
  ['meanSquaredError: target', o => o.kernels.meanSquaredError(o.seven, o.three, o.seven), 3, 7],
  ['meanSquaredError: dy', o => o.kernels.meanSquaredError(o.seven, o.seven, o.twelve), 12, 7],
  [
    'softmaxCrossEntropy: logits',
    o => o.kernels.softmaxCrossEntropy(o.seven, o.indices, o.twelve, 3, 4),
    7,
    12,
  ],
  [
    'softmaxCrossEntropy: labels',
    o => o.kernels.softmaxCrossEntropy(o.twelve, o.indices, o.twelve, 4, 3),
    3,
    4,
  ],
  [
    'softmaxCrossEntropy: dlogits',
    o => o.kernels.softmaxCrossEntropy(o.twelve, o.indices, o.seven, 3, 4),
    7,
    12,
  ],
  ['sgdUpdate', o => o.kernels.sgdUpdate(o.seven, o.three, 0.1), 3, 7],
]

const badArguments: [string, Call][] = [
  [
    'sgemm: transA',
    o => o.kernels.sgemm('n' as Transpose, 'N', 1, 1, 1, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1),
  ],
  [
    'sgemm: transB',
    o => o.kernels.sgemm('N', 'C' as Transpose, 1, 1, 1, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1),
  ],
  ['sgemm: m', o => o.kernels.sgemm('N', 'N', -1, 1, 1, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1)],
  ['sgemm: n', o => o.kernels.sgemm('N', 'N', 1, 0.5, 1, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1)],
  ['sgemm: k', o => o.kernels.sgemm('N', 'N', 1, 1, Number.NaN, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1)],
  ['sgemm: ldb', o => o.kernels.sgemm('N', 'N', 1, 1, 1, 1, o.twelve, 1, o.seven, 1.5, 0, o.three, 1)],
  ['sgemm: C is A', o => o.kernels.sgemm('N', 'N', 1, 1, 1, 1, o.twelve, 1, o.seven, 1, 0, o.twelve, 1)],
  [
    'sgemm: C overlaps B',
    o => o.kernels.sgemm('N', 'N', 2, 2, 2, 1, o.seven, 2, o.twelve, 2, 0, o.twelve.subarray(3), 2),
  ],
  ['sgemv: trans', o => o.kernels.sgemv('X' as Transpose, 1, 1, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1)],
  ['sgemv: m', o => o.kernels.sgemv('N', -1, 1, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1)],
  ['sgemv: incx 0', o => o.kernels.sgemv('N', 1, 1, 1, o.twelve, 1, o.seven, 0, 0, o.three, 1)],
  ['sgemv: incy 1.5', o => o.kernels.sgemv('N', 1, 1, 1, o.twelve, 1, o.seven, 1, 0, o.three, 1.5)],
  ['saxpy: n', o => o.kernels.saxpy(Infinity, 1, o.seven, 1, o.twelve, 1)],
  ['saxpy: incx 0', o => o.kernels.saxpy(1, 1, o.seven, 0, o.twelve, 1)],
  ['sdot: incy 0', o => o.kernels.sdot(1, o.seven, 1, o.twelve, 0)],
  ['sscal: incx NaN', o => o.kernels.sscal(1, 1, o.seven, Number.NaN)],
  ['transpose: rows', o => o.kernels.transpose(o.seven, o.twelve, -1, 1)],
  ['transpose: in place', o => o.kernels.transpose(o.twelve, o.twelve, 3, 4)],
  ['broadcastRow: columns', o => o.kernels.broadcastRow(o.seven, o.twelve, 1, 1.5)],
  ['sumAxis0: rows', o => o.kernels.sumAxis0(o.seven, o.three, Number.NaN, 1)],
  ['argmax of nothing', o => o.kernels.argmax(o.seven, o.indices, 2, 0)],
  ['softmax: columns', o => o.kernels.softmax(o.seven, o.three, 1, -3)],
  ['softmaxGradient: rows', o => o.kernels.softmaxGradient(o.seven, o.three, o.twelve, 0.5, 3)],
  ['softmaxCrossEntropy: rows', o => o.kernels.softmaxCrossEntropy(o.seven, o.indices, o.twelve, -1, 3)],
  ['slope of relu', o => o.kernels.activation('relu', o.seven, o.seven, { slope: 0.1 })],
  [
    'slope of a gradient of identity',
    o => o.kernels.activationGradient('identity', o.seven, o.seven, o.seven, o.seven, { slope: 0.1 }),
  ],
  ['slope of elu', o => o.kernels.activation('elu', o.seven, o.seven, { slope: 1 })],
  ['alpha of selu', o => o.kernels.activation('selu', o.seven, o.seven, { alpha: 1 })],
  ['alpha −1', o => o.kernels.activation('elu', o.seven, o.seven, { alpha: -1 })],
  ['randomNormal: seed', o => o.kernels.randomNormal(o.seven, 0, 1, -1, 0)],
  ['randomTruncatedNormal: stream', o => o.kernels.randomTruncatedNormal(o.seven, 0, 1, 0, 2 ** 32)],
  ['logSoftmax: rows', o => o.kernels.logSoftmax(o.seven, o.three, -1, 3)],
  ['orthonormalize: columns', o => o.kernels.orthonormalize(o.seven, 1, 1.5)],
  ['slope NaN', o => o.kernels.activation('leakyRelu', o.seven, o.seven, { slope: Number.NaN })],
]

/** Calls with a value in the place of each number that is not a size. */
const scalars: [string, (operands: Operands, value: number) => void][] = [
  ['alpha', (o, v) => o.kernels.sgemm('N', 'N', 1, 1, 1, v, o.twelve, 1, o.seven, 1, 0, o.three, 1)],
  ['beta', (o, v) => o.kernels.sgemm('N', 'N', 1, 1, 1, 1, o.twelve, 1, o.seven, 1, v, o.three, 1)],
  ['alpha', (o, v) => o.kernels.sgemv('N', 1, 1, v, o.twelve, 1, o.seven, 1, 0, o.three, 1)],
  ['beta', (o, v) => o.kernels.sgemv('N', 1, 1, 1, o.twelve, 1, o.seven, 1, v, o.three, 1)],
  ['alpha', (o, v) => o.kernels.saxpy(1, v, o.twelve, 1, o.seven, 1)],
  ['alpha', (o, v) => o.kernels.sscal(1, v, o.twelve, 1)],
  ['learningRate', (o, v) => o.kernels.sgdUpdate(o.seven, o.seven, v)],
  ['low', (o, v) => o.kernels.randomUniform(o.seven, v, 1, 0, 0)],
  ['high', (o, v) => o.kernels.randomUniform(o.seven, 0, v, 0, 0)],
  ['mean', (o, v) => o.kernels.randomNormal(o.seven, v, 1, 0, 0)],
  ['standardDeviation', (o, v) => o.kernels.randomTruncatedNormal(o.seven, 0, v, 0, 0)],
]

const noOptions: [string, (operands: Operands, options: never) => void][] = [
  ['leakyRelu', (o, options) => o.kernels.activation('leakyRelu', o.seven, o.seven, options)],
  ['tanh', (o, options) => o.kernels.activationGradient('tanh', o.seven, o.seven, o.seven, o.seven, options)],
]

/** Shapes without elements, whose other side is as long as can be. */
const LONG = 2 ** 31 - 1
const empty: [string, Call][] = [
  ['softmax', o => o.kernels.softmax(o.seven, o.twelve, LONG, 0)],
  ['logSoftmax', o => o.kernels.logSoftmax(o.seven, o.twelve, LONG, 0)],
  ['softmaxGradient', o => o.kernels.softmaxGradient(o.seven, o.twelve, o.three, LONG, 0)],
  ['broadcastRow', o => o.kernels.broadcastRow(o.seven, o.twelve, LONG, 0)],
  ['sumAxis0', o => o.kernels.sumAxis0(o.seven, o.twelve, LONG, 0)],
  ['transpose of no columns', o => o.kernels.transpose(o.seven, o.twelve, LONG, 0)],
  ['transpose of no rows', o => o.kernels.transpose(o.seven, o.twelve, 0, LONG)],
  ['sgemm, m', o => o.kernels.sgemm('N', 'N', LONG, 0, 0, 1, o.seven, 1, o.three, 1, 0, o.twelve, 1)],
  ['sgemm, n', o => o.kernels.sgemm('N', 'T', 0, LONG, 0, 1, o.seven, 1, o.three, 1, 0, o.twelve, LONG)],
  ['sgemm, k', o => o.kernels.sgemm('T', 'N', 0, 0, LONG, 1, o.seven, 1, o.three, 1, 0, o.twelve, 1)],
]

describe.each(builds)('%s build', build => {
  let operands: Operands

  beforeEach(async () => {
    const kernels = await createKernels({ build })
    operands = {
      kernels,
      twelve: kernels.f32(12),
      seven: kernels.f32(7),
      three: kernels.f32(3),
      indices: kernels.i32(3),
    }
    for (const { view } of buffers()) view.fill(1)
  })

  function buffers() {
    return [operands.twelve, operands.seven, operands.three, operands.indices]
  }

  function expectRefused(call: Call, error: typeof WasmlpError | typeof ShapeError): string {
    let message = ''
    try {
      call(operands)
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(error)
      if (thrown instanceof Error) message = thrown.message
    }
    expect(message, 'no error').not.toBe('')
    for (const { view } of buffers()) expect(view.every(value => value === 1)).toBe(true)
    return message
  }

  test.each(wrongSizes)('wrong size, %s: ShapeError names both numbers', (_, call, found, expected) => {
    const numbers = expectRefused(call, ShapeError).match(/-?\d+/g) ?? []
    expect(numbers).toContain(String(found))
    expect(numbers).toContain(String(expected))
  })

  test.each(badArguments)('bad argument, %s: ArgumentError', (_, call) => {
    expectRefused(call, ArgumentError)
  })

  test.each(scalars)('%s that is no number: ArgumentError', (name, call) => {
    for (const [value, type] of [
      [undefined, 'undefined'],
      [null, 'null'],
      ['1', 'string'],
      [1n, 'bigint'],
    ] as const) {
      const message = expectRefused(o => call(o, value as unknown as number), ArgumentError)
      expect(message).toBe(`${name} is of type ${type}: expected a number`)
    }
    call(operands, Number.NaN)
  })

  test.each(noOptions)('options of %s that are no object: ArgumentError', (name, call) => {
    for (const [options, found] of [
      [null, 'null'],
      [0.1, 'number'],
      [[0.1], 'an array'],
    ] as const) {
      const message = expectRefused(o => call(o, options as never), ArgumentError)
      expect(message).toBe(`${name} takes its options as an object, such as { slope: 0.01 }, got ${found}`)
    }
  })

  test('softmaxCrossEntropy without classes says so', () => {
    const { kernels, three, indices } = operands
    const call = () => kernels.softmaxCrossEntropy(three, indices, three, 2, 0)
    expect(call).toThrow(ArgumentError)
    expect(call).toThrow('columns is 0: a label needs at least one class')
  })

  // A loop over so many rows takes seconds: twenty take longer than a test may.
  test.each(empty)('nothing to do is done at once: %s', (_, call) => {
    for (let i = 0; i < 20; ++i) call(operands)
    for (const { view } of buffers()) expect(view.every(value => value === 1)).toBe(true)
  })

  test.each(['swish', 'exp', 'ReLU', '', 'toString', '__proto__'])(
    'an unknown activation, %j, lists the names',
    name => {
      const call = () => operands.kernels.activation(name as ActivationName, operands.seven, operands.seven)
      expect(call).toThrow(ArgumentError)
      for (const known of ['step', 'sigmoid', 'relu', 'leakyRelu', 'softplus', 'identity', 'tanh']) {
        expect(call).toThrow(known)
      }
      const { seven } = operands
      const gradient = () =>
        operands.kernels.activationGradient(name as ActivationName, seven, seven, seven, seven)
      expect(gradient).toThrow(ArgumentError)
    },
  )

  test('capabilities name the build in use', () => {
    const { build: used, simd, relaxedSimd, reason } = operands.kernels.capabilities()
    expect(used).toBe(build)
    expect(simd).toBe(true)
    expect(relaxedSimd).toBe(builds.includes('relaxed'))
    expect(reason).toContain(build)
  })
})

test('auto, also unasked, takes the fastest build that the runtime accepts', async () => {
  expect((await createKernels()).capabilities().build).toBe(fastest)
  expect((await createKernels({ build: 'auto' })).capabilities().build).toBe(fastest)
})

test('relaxed runs where the runtime has relaxed SIMD, and is refused elsewhere', async () => {
  const result = createKernels({ build: 'relaxed' })
  if (builds.includes('relaxed')) expect((await result).capabilities().build).toBe('relaxed')
  else await expect(result).rejects.toThrow(UnsupportedError)
})

test('an unknown build throws ArgumentError', async () => {
  await expect(createKernels({ build: 'fast' as 'auto' })).rejects.toThrow(ArgumentError)
})

test('options of createKernels that are no object throw ArgumentError', async () => {
  await expect(createKernels(null as never)).rejects.toThrow(
    new ArgumentError("createKernels takes its options as an object, such as { build: 'simd' }, got null"),
  )
})

test('elements of another kind: ArgumentError that names both, nothing written', async () => {
  const kernels = await createKernels({ build: 'simd' })
  const floats = kernels.f32(16)
  const bytes = kernels.u8(16) as never
  const neighbour = kernels.f32(16)
  neighbour.view.fill(7)
  floats.view.fill(1)
  for (const call of [
    () => kernels.activation('identity', floats, bytes),
    () => kernels.saxpy(16, 1, floats, 1, bytes, 1),
    () => kernels.softmaxCrossEntropy(floats, bytes, floats, 4, 4),
    () => kernels.argmax(floats, floats as never, 4, 4),
    () => kernels.shuffle(floats as never, 0, 0),
  ]) {
    expect(call).toThrow(ArgumentError)
    expect(call).toThrow(/is a buffer of (u8|f32), expected (f32|i32)/)
  }
  expect(neighbour.view).toEqual(new Float32Array(16).fill(7))
})
