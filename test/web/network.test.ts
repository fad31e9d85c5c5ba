// Chapter 1 without its picture: what the exhibits compute.
import { beforeAll, describe, expect, test } from 'vitest'
import { dataset, dense, sequential, TrainingError } from 'wasmlp'
import { createKernels, type Kernels } from 'wasmlp/kernels'
import { bendOf, contour } from '../../src/web/chapters/network/contour.ts'
import { Deep } from '../../src/web/chapters/network/deep.model.ts'
import { Fold } from '../../src/web/chapters/network/fold.model.ts'
import { layersField } from '../../src/web/chapters/network/layers-field.ts'
import { Line } from '../../src/web/chapters/network/line.model.ts'
import { Pipeline } from '../../src/web/chapters/network/pipeline.model.ts'
import { STAGES } from '../../src/web/chapters/network/pipeline-training.ts'
import { Plane } from '../../src/web/chapters/network/plane.model.ts'
import { GRID } from '../../src/web/chapters/network/plane-boundary.ts'
import {
  drawPoints,
  EXTENT,
  NO_POINTS,
  nearestPoint,
  SHAPES,
  withoutPoint,
  withPoint,
} from '../../src/web/chapters/network/plane-data.ts'
import { gridPositions } from '../../src/web/chapters/network/plane-forward.ts'
import { PlaneLink } from '../../src/web/chapters/network/plane-link.model.ts'
import {
  INITIAL,
  type PlaneActivation,
  type PlaneSettings,
  planeSignals,
} from '../../src/web/chapters/network/plane-settings.ts'
import { largestDifference } from '../support/largest-difference.ts'

/** For what a busy machine computes. */
const PATIENCE = { timeout: 20_000 }

let kernels: Kernels
beforeAll(async () => {
  kernels = await createKernels({ build: 'simd' })
})

describe('the line', () => {
  test('has the points of y = 2x − 1 and no error on them', () => {
    const line = new Line(kernels, { w: 2, b: -1 })
    expect([...line.targets]).toEqual([-3, -1, 1, 3])
    expect(line.fit.value.loss).toBe(0)
    expect([...line.fit.value.errors]).toEqual([0, 0, 0, 0])
  })

  test('knows its error and its gradient', () => {
    const { fit } = new Line(kernels)
    // The targets are −3, −1, 1, 3: L = (9 + 1 + 1 + 9) / 4, ∂L/∂w = 2·Σ x·(y − t) / 4, ∂L/∂b = 2·Σ (y − t) / 4.
    expect(fit.value).toMatchObject({ loss: 5, dw: -5, db: 0 })
    expect([...fit.value.errors]).toEqual([3, 1, -1, -3])
  })

  test('finds 2.000 and −1.000 from anywhere', () => {
    for (const start of [
      { w: 0, b: 0 },
      { w: -5, b: 5 },
      { w: 5, b: 5 },
    ]) {
      const line = new Line(kernels, start)
      line.finish()
      expect(line.state.value).toBe('found')
      expect(line.w.value.toFixed(3)).toBe('2.000')
      expect(line.b.value.toFixed(3)).toBe('-1.000')
      expect(line.trail.value).toHaveLength(line.steps.value + 1)
    }
  })

  test('takes its first step at once and the same steps at any pace', () => {
    const whole = new Line(kernels)
    whole.finish()
    const line = new Line(kernels)
    line.toggle()
    line.advance(0)
    expect(line.steps.value).toBe(1)
    expect(line.w.value).toBe(0.5)
    let frames = 0
    while (line.advance(1 / 60)) frames += 1
    expect(line.trail.value).toEqual(whole.trail.value)
    expect(frames).toBeGreaterThan(60)
    expect(frames).toBeLessThan(300)
  })

  test('pauses, goes on, and begins anew when it is moved by hand', () => {
    const line = new Line(kernels)
    line.step()
    line.toggle()
    line.toggle()
    expect(line.state.value).toBe('resting')
    expect(line.advance(1)).toBe(false)
    line.step()
    expect(line.steps.value).toBe(2)
    line.set({ w: 99 })
    expect([line.w.value, line.steps.value, line.trail.value.length]).toEqual([5, 0, 0])
  })

  test('says that it diverges where the learning rate is too large', () => {
    const line = new Line(kernels)
    line.learningRate.value = 0.6
    line.finish()
    expect(line.state.value).toBe('diverged')
  })

  test('maps the loss over w and b', () => {
    const map = new Line(kernels).lossMap(11)
    expect(map[5 * 11 + 5]).toBe(5) // w = b = 0
    expect(map.indexOf(0)).toBe(4 * 11 + 7) // b = −1, w = 2
    expect(Math.min(...map)).toBe(0)
  })
})

describe('two linear layers', () => {
  test('fold into z = 2x₁ + 3x₂', () => {
    const fold = new Fold(kernels)
    expect(fold.folded.value).toEqual({ w1: 2, w2: 3, b: 0 })
    expect(fold.outputs.value).toEqual({ y1: 3, y2: 2, two: 5, one: 5 })
  })

  test('fold with any weights', () => {
    const fold = new Fold(kernels)
    fold.set('w21', -2)
    fold.set('v2', 0.5)
    fold.set('c', 4)
    fold.x1.value = 5
    fold.x2.value = -7
    // y₁ = 2x₁ − 2x₂ + 1, y₂ = 3x₂ − 1, z = y₁ + 0.5·y₂ + 4
    expect(fold.folded.value).toEqual({ w1: 2, w2: -0.5, b: 4.5 })
    expect(fold.outputs.value).toEqual({ y1: 25, y2: -22, two: 18, one: 18 })
    fold.reset()
    expect(fold.folded.value).toEqual({ w1: 2, w2: 3, b: 0 })
  })
})

describe('a deep network', () => {
  test('of 4 → 8 → 8 → 2 has 130 parameters, and folded 10', async () => {
    const deep = new Deep()
    const stop = deep.follow()
    await expect.poll(() => deep.result.value, PATIENCE).toBeDefined()
    stop()
    const { result } = deep
    expect(result.value?.deep).toMatchObject({ sizes: [4, 8, 8, 2], parameterCount: 130 })
    expect(result.value?.one).toMatchObject({ sizes: [4, 2], parameterCount: 10 })
    expect(result.value?.folded).toBe(2)
    for (const portrait of [result.value?.deep, result.value?.one]) {
      expect(portrait?.outputs.map(output => output.toFixed(4))).toEqual(['1.0838', '-0.3116'])
    }
    expect(result.value?.difference.relative).toBeLessThan(1e-6)
  })

  test('does not fold with ReLUs between its layers', async () => {
    const deep = new Deep()
    deep.activation.value = 'relu'
    const stop = deep.follow()
    await expect
      .poll(() => deep.result.value, PATIENCE)
      .toMatchObject({ folded: 0, one: { parameterCount: 130 } })
    stop()
  })

  test('settles on the last of many settings', async () => {
    const deep = new Deep()
    const stop = deep.follow()
    for (const layers of [1, 2, 3, 4]) deep.hiddenLayers.value = layers
    await expect.poll(() => deep.result.value?.deep.sizes, PATIENCE).toEqual([4, 8, 8, 8, 8, 2])
    stop()
    expect(deep.failure.value).toBeUndefined()
  })
})

describe('the pipeline', () => {
  /** The values of a tensor that a stage shows. */
  const read = (pipeline: Pipeline, stage: (typeof STAGES)[number], name: string, layer?: number) => {
    const tensors = pipeline.tensors.value.get(stage) ?? []
    const found = tensors.find(tensor => tensor.name === name && tensor.layer === layer)
    return [...(found?.values ?? [])].map(value => Number(value.toFixed(3)))
  }

  test('takes the perceptron through two rounds', async () => {
    const pipeline = new Pipeline(kernels)
    for (const stage of STAGES) {
      expect(await pipeline.next()).toBe(true)
      expect(pipeline.shown.value).toBe(stage)
    }
    expect(read(pipeline, 'data', 'inputs')).toEqual([1, 2])
    expect(read(pipeline, 'data', 'targets')).toEqual([1, 3])
    expect(read(pipeline, 'model', 'weights', 1)).toEqual([0])
    expect(read(pipeline, 'prediction', 'predictions')).toEqual([0, 0])
    expect(read(pipeline, 'loss', 'errors')).toEqual([-1, -3])
    expect(pipeline.loss.value).toBe(5)
    expect(read(pipeline, 'gradient', 'weightGradients', 1)).toEqual([-7])
    expect(read(pipeline, 'gradient', 'biasGradients', 1)).toEqual([-4])
    expect(read(pipeline, 'direction', 'weightDirections', 1)).toEqual([7])
    expect(read(pipeline, 'update', 'weightUpdates', 1)).toEqual([0.7])
    expect(read(pipeline, 'update', 'weights', 1)).toEqual([0.7])
    expect(read(pipeline, 'update', 'bias', 1)).toEqual([0.4])
    await pipeline.next()
    expect([pipeline.round.value, pipeline.done.value]).toEqual([2, 1])
    await pipeline.press('update')
    expect(pipeline.losses.value.map(({ loss }) => loss.toFixed(3))).toEqual(['5.000', '0.725'])
    expect(read(pipeline, 'update', 'weights', 1)).toEqual([0.93])
    expect(pipeline.failure.value).toBeUndefined()
    pipeline.reset()
  })

  test('shows a stage that is done again without computing it', async () => {
    const pipeline = new Pipeline(kernels)
    await pipeline.press('loss')
    expect(pipeline.done.value).toBe(4)
    await pipeline.press('data')
    expect([pipeline.done.value, pipeline.shown.value]).toEqual([4, 'data'])
    pipeline.reset()
  })

  test('shows both layers of a network, backward from the last', async () => {
    const pipeline = new Pipeline(kernels)
    pipeline.choose('twoLayers')
    await pipeline.press('gradient')
    const shapes = (pipeline.tensors.value.get('gradient') ?? []).map(
      ({ name, layer, columns, values }) => `${name} ${layer}: ${values.length / columns} × ${columns}`,
    )
    expect(shapes).toEqual([
      'deltas 2: 4 × 1',
      'weightGradients 2: 3 × 1',
      'biasGradients 2: 1 × 1',
      'deltas 1: 4 × 3',
      'weightGradients 1: 2 × 3',
      'biasGradients 1: 1 × 3',
    ])
    pipeline.reset()
  })

  test('forgets what it was computing when it begins anew', async () => {
    const pipeline = new Pipeline(kernels)
    const pressed = pipeline.press('update')
    pipeline.choose('twoLayers')
    await pressed
    expect([pipeline.done.value, pipeline.shown.value]).toEqual([0, undefined])
    await pipeline.press('loss')
    expect(pipeline.losses.value).toHaveLength(1)
    pipeline.reset()
  })
})

describe('the plane', () => {
  const hidden = (activation: PlaneActivation, ...units: number[]) =>
    units.map(units => ({ units, activation }))

  /** A plane that has trained so many epochs. */
  async function trained(epochs: number, changes: Partial<PlaneSettings> = {}): Promise<Plane> {
    const plane = new Plane(kernels, planeSignals({ ...INITIAL, ...changes }))
    plane.follow()
    await plane.train(0)
    expect(plane.shown.value?.epoch).toBe(0)
    await plane.train(epochs)
    expect(plane.failure.value).toBeUndefined()
    return plane
  }

  test('trains at a press that comes before all that is around it', async () => {
    const plane = new Plane(kernels, planeSignals(INITIAL))
    plane.toggle()
    expect(plane.state.value).toBe('running')
    plane.follow() // the visitor comes near
    expect(plane.state.value).toBe('running')
    await plane.train(0)
    plane.frame()
    await plane.train(0)
    plane.frame()
    expect(plane.failure.value).toBeUndefined()
    expect(plane.shown.value?.epoch).toBeGreaterThan(0)
    plane.close()
  })

  test.each(SHAPES)('draws %s of both classes, the same for a seed', shape => {
    const draw = (seed: number, set: 'train' | 'test' = 'train') =>
      drawPoints(kernels, { shape, count: 200, noise: 0.1, seed }, set)
    const points = draw(1)
    expect(points.positions).toEqual(draw(1).positions)
    expect(points.positions).not.toEqual(draw(2).positions)
    expect(points.positions).not.toEqual(draw(1, 'test').positions)
    expect(points.labels.reduce((sum, label) => sum + label, 0)).toBe(100)
    expect(points.positions.every(value => Math.abs(value) <= EXTENT)).toBe(true)
  })

  test.each(SHAPES)('cannot tell %s apart with linear layers: its boundary is a line', async source => {
    const plane = await trained(60, { source, hidden: hidden('identity', 6, 4) })
    expect(plane.history.value.at(-1)?.train.accuracy).toBeLessThan(0.95)
    expect(plane.boundary.value?.bend ?? 0).toBeLessThan(0.02)
    plane.close()
  })

  test.each([
    ['moons', 'relu', 150],
    ['circles', 'relu', 80],
    ['xor', 'tanh', 80],
    ['spirals', 'tanh', 600],
  ] as const)('tells %s apart with %s: its boundary bends', async (source, activation, epochs) => {
    const learning = { optimizer: 'adam', learningRate: 0.01 } as const
    const plane = await trained(epochs, {
      source,
      noise: 0.05,
      hidden: hidden(activation, 8, 8),
      ...learning,
    })
    expect(plane.history.value.at(-1)?.test.accuracy).toBeGreaterThan(0.95)
    expect(plane.boundary.value?.bend).toBeGreaterThan(0.2)
    plane.close()
  })

  test('gives the same picture for the same seed, in whatever steps', async () => {
    const once = await trained(12, { hidden: hidden('tanh', 4) })
    const steps = await trained(5, { hidden: hidden('tanh', 4) })
    await steps.train(1)
    await steps.train(6)
    expect(steps.shown.value).toEqual(once.shown.value)
    await once.restart()
    expect(once.shown.value?.epoch).toBe(0)
    await once.train(12)
    expect(once.shown.value).toEqual(steps.shown.value)
    once.close()
    steps.close()
  })

  test('shows what predict gives', async () => {
    const layers = hidden('tanh', 3)
    const plane = await trained(3, { hidden: layers })
    const model = await sequential([dense(3, { activation: 'tanh' }), dense(1, { activation: 'sigmoid' })], {
      inputSize: 2,
    })
    await model.setParameters(plane.shown.value?.parameters ?? [])
    const predictions = await model.predict(gridPositions(GRID, EXTENT))
    expect(
      largestDifference(
        plane.field.value?.predictions ?? [],
        predictions.map(([p = 0]) => p),
      ),
    ).toBeLessThan(1e-6)
    const { positions, labels } = plane.points.value
    using data = await dataset({ inputs: positions, inputSize: 2, labels })
    model.compile({ loss: 'binaryCrossEntropy' })
    const { loss, accuracy } = await model.evaluate(data)
    const score = plane.history.value.at(-1)?.train
    expect(score?.loss).toBeCloseTo(loss, 5)
    expect(score?.accuracy).toBe(accuracy)
    plane.close()
  })

  test('begins anew with other layers, and goes on with another learning rate', async () => {
    const plane = await trained(5)
    plane.toggle()
    plane.settings.learningRate.value = 0.3
    expect(plane.shown.value?.epoch).toBe(5)
    plane.settings.hidden.value = hidden('relu', 2)
    await plane.train(0)
    expect(plane.shown.value?.layers.length).toBe(2)
    expect(plane.shown.value?.epoch).toBe(0)
    expect(plane.history.value).toHaveLength(1)
    expect(plane.state.value).toBe('running')
    plane.frame()
    await plane.train(0)
    expect(plane.shown.value?.epoch).toBe(0) // it is two epochs ahead
    plane.frame()
    expect(plane.shown.value?.epoch).toBe(1)
    plane.toggle()
    await plane.train(0)
    expect(plane.shown.value?.epoch).toBe(3)
    plane.close()
  })

  test('is what was set last when settings change while it trains', async () => {
    const plane = await trained(1)
    const training = plane.train(20)
    plane.settings.source.value = 'xor'
    plane.settings.hidden.value = hidden('relu', 3, 3, 3)
    await training
    expect(plane.shown.value).toMatchObject({ epoch: 0, layers: { length: 4 } })
    expect(plane.failure.value).toBeUndefined()
    plane.close()
  })

  test('learns points that a visitor sets, of one class too', async () => {
    const plane = await trained(1)
    plane.setPoints(NO_POINTS)
    plane.toggle()
    expect([plane.settings.source.value, plane.state.value]).toEqual(['own', 'resting'])
    plane.setPoints(withPoint(NO_POINTS, 1, 1, 1))
    plane.toggle()
    expect(plane.state.value).toBe('running')
    plane.toggle()
    await plane.train(50)
    expect(plane.failure.value).toBeUndefined()
    expect(plane.history.value.at(-1)?.train.accuracy).toBe(1)
    const two = withPoint(plane.points.value, -1, 0, 0)
    expect(nearestPoint(two, -0.9, 0, 0.5)).toBe(1)
    expect(nearestPoint(two, 0, 0, 0.5)).toBeUndefined()
    expect([...withoutPoint(two, 0).positions]).toEqual([-1, 0])
    plane.close()
  })

  test('says why it stops', async () => {
    const plane = await trained(1)
    plane.settings.learningRate.value = 1e30
    plane.toggle()
    await plane.train(50)
    expect(plane.failure.value).toBeInstanceOf(TrainingError)
    expect(plane.state.value).toBe('resting')
    plane.close()
  })
})

describe('a link to a picture', () => {
  test('gives the same weights, and says so', async () => {
    const plane = new Plane(kernels)
    plane.follow()
    const link = new PlaneLink()
    const stop = link.follow(plane)
    await plane.train(4)
    expect([link.epochs.value, link.weights.value]).toEqual([4, plane.fingerprint.value])
    stop()

    for (const [weights, repetition] of [
      [link.weights.value, 'same'],
      ['00000000', 'other'],
    ] as const) {
      const again = new Plane(kernels)
      again.follow()
      const opened = new PlaneLink()
      opened.epochs.value = 4
      opened.weights.value = weights
      const stop = opened.follow(again)
      await again.train(0)
      await expect.poll(() => opened.repetition.value, PATIENCE).toBe(repetition)
      expect(again.shown.value).toEqual(plane.shown.value)
      stop()
      again.close()
    }
    plane.close()
  })

  test('is none where settings changed under way, or points are the visitor’s own', async () => {
    const plane = new Plane(kernels)
    plane.follow()
    const link = new PlaneLink()
    const stop = link.follow(plane)
    await plane.train(1)
    expect(link.epochs.value).toBe(1)
    plane.settings.learningRate.value = 0.3
    await plane.train(1)
    expect([link.epochs.value, link.weights.value]).toEqual([0, ''])
    await plane.restart()
    await plane.train(1)
    expect(link.epochs.value).toBe(1)
    plane.setPoints(withPoint(plane.points.value, 0, 0, 1))
    await plane.train(1)
    expect(link.epochs.value).toBe(0)
    stop()
    plane.close()
  })
})

describe('an address of layers', () => {
  test.each(['none', '6-identity.4-tanh', '8-relu.8-relu.8-relu.8-relu'])('%s is read and written', text => {
    expect(layersField.format(layersField.parse(text) ?? [])).toBe(text)
  })

  test.each(['', '9-relu', '0-relu', '4-step', '4', '4-relu.', '1-relu.1-relu.1-relu.1-relu.1-relu'])(
    '“%s” is none',
    text => {
      expect(layersField.parse(text)).toBeUndefined()
    },
  )
})

describe('a contour', () => {
  test('of a slope is a straight line', () => {
    const values = Float32Array.from({ length: 25 }, (_, i) => (i % 5) + 0.5 * Math.floor(i / 5))
    const segments = contour(values, 5, 5, 2.25)
    expect(segments.length).toBeGreaterThan(12)
    expect(bendOf(segments)).toBeLessThan(1e-6)
  })

  test('of a cone is a circle', () => {
    const values = Float32Array.from({ length: 441 }, (_, i) =>
      Math.hypot((i % 21) - 10, Math.floor(i / 21) - 10),
    )
    const segments = contour(values, 21, 21, 6)
    for (let i = 0; i < segments.length; i += 2) {
      expect(Math.hypot((segments[i] ?? 0) - 10, (segments[i + 1] ?? 0) - 10)).toBeCloseTo(6, 1)
    }
    expect(bendOf(segments)).toBeCloseTo(6, 1)
  })

  test('of a saddle joins the corners that are alike', () => {
    // Corners of 1 at the top left and bottom right; the middle is above the level, so they are joined.
    const joined = contour([1, 0.2, 0.2, 1], 2, 2, 0.5)
    expect(joined).toHaveLength(8)
    expect(Math.hypot((joined[0] ?? 0) - (joined[2] ?? 0), (joined[1] ?? 0) - (joined[3] ?? 0))).toBeLessThan(
      0.7,
    )
    expect(contour([0, 0, 0, 0], 2, 2, 0.5)).toEqual([])
    expect(bendOf([])).toBe(0)
  })
})
