// The training that is steered batch by batch, and what is seen of the network: an image's way, its weights, what it
// confuses.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryCheckpoints } from 'wasmlp'
import { pageDigits } from '../support/page-digits.ts'
import { hashParameters } from '../support/sha256.ts'

const [TRAIN, TEST] = [1000, 300]
/** Of TRAIN images, 100 each. */
const BATCHES = 10

vi.mock('../../src/web/digits/digits.ts', () => ({
  trainDigits: async () => pageDigits('train', TRAIN),
  testDigits: async () => pageDigits('t10k', TEST),
}))
vi.mock('../../src/web/keeping/worker-probe.ts', () => ({ startsWorkers: async () => true }))
vi.mock('../../src/web/keeping/checkpoints.ts', async importActual => ({
  ...(await importActual<typeof import('../../src/web/keeping/checkpoints.ts')>()),
  openCheckpoints: async () => ({ ...browser.store, place: { value: 'browser' }, release() {} }),
}))

/** What outlives a page. */
const browser = { store: memoryCheckpoints(), notes: new Map<string, string>() }
vi.stubGlobal('localStorage', {
  getItem: (name: string) => browser.notes.get(name) ?? null,
  setItem: (name: string, text: string) => void browser.notes.set(name, text),
  removeItem: (name: string) => void browser.notes.delete(name),
})

beforeEach(() => {
  browser.store = memoryCheckpoints()
  browser.notes.clear()
})

/** The modules of a page that is opened anew. */
async function openPage() {
  vi.resetModules()
  const [wasmlp, run, state, kept, { buildChoice, ...network }, way, tiles, confusion] = await Promise.all([
    import('wasmlp'),
    import('../../src/web/chapters/mnist/training.model.ts'),
    import('../../src/web/chapters/mnist/training-state.model.ts'),
    import('../../src/web/chapters/mnist/kept-training.model.ts'),
    import('../../src/web/chapters/mnist/network.model.ts'),
    import('../../src/web/chapters/mnist/way.model.ts'),
    import('../../src/web/chapters/mnist/tiles.model.ts'),
    import('../../src/web/chapters/mnist/confusion.model.ts'),
  ])
  const training = { ...run, ...state, ...kept }
  buildChoice.value = 'simd'
  training.targetEpoch.value = 2
  close = wasmlp.closeEngine
  await training.recall()
  return { wasmlp, training, network, way, tiles, confusion }
}

type Training = Awaited<ReturnType<typeof openPage>>['training']

let close = async () => {}
afterEach(() => close())

/** The last batch that was trained, counted over all epochs. */
const batchesOf = ({ losses }: Training) => losses.at(-1)?.[0] ?? 0
const trained = (training: Training, batches: number) =>
  expect.poll(() => batchesOf(training), { timeout: 20_000 }).toBe(batches)
const ended = (training: Training) =>
  expect.poll(() => training.weightsHash.value, { timeout: 20_000 }).toMatch(/^[0-9a-f]{64}$/)
/** Long enough for batches that should not come. */
const aMoment = () => new Promise(resolve => setTimeout(resolve, 100))

/** SHA-256 of the weights after two epochs, with learning rates from given batches on, by the package alone. */
async function hashOf(...rates: (readonly [batch: number, rate: number])[]): Promise<string> {
  const { dataset, dense, sequential } = await import('wasmlp')
  const { images, labels } = pageDigits('train', TRAIN)
  using data = await dataset({ inputs: images, labels, imageShape: [28, 28], build: 'simd' })
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  using model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  model.compile({ learningRate: rates[0]?.[1] ?? 0.5 })
  await model.fit(data, {
    epochs: 2,
    onBatchEnd: ({ epoch, iteration }, run) => {
      const next = rates.find(([batch]) => batch === (epoch - 1) * BATCHES + iteration + 1)
      if (next) run.setLearningRate(next[1])
    },
  })
  return hashParameters(await model.getParameters())
}

describe('Step', () => {
  test('trains exactly one batch a press, also over the end of an epoch, and to the same weights', async () => {
    const { training } = await openPage()
    for (let batch = 1; batch <= 2 * BATCHES; ++batch) {
      training.step()
      await trained(training, batch)
      if ([1, BATCHES, BATCHES + 1].includes(batch)) await aMoment()
      expect(batchesOf(training)).toBe(batch)
      // The last batch of an epoch ends it.
      if (batch === BATCHES) await expect.poll(() => training.epochs.value.length).toBe(1)
      if (batch < 2 * BATCHES) expect(training.action.value).toBe('resume')
    }
    await ended(training)
    expect(training.weightsHash.value).toBe(await hashOf())
    expect(training.rates.value).toEqual([[1, 0.5]])
  })

  test('presses that come faster than batches are counted', async () => {
    const { training } = await openPage()
    for (let press = 0; press < 5; ++press) training.step()
    await trained(training, 5)
    await aMoment()
    for (let press = 0; press < 3; ++press) training.step()
    await trained(training, 8)
    await aMoment()
    expect(batchesOf(training)).toBe(8)
    training.press()
    await ended(training)
  })

  test('does nothing while the network learns freely', async () => {
    const { training } = await openPage()
    training.press()
    training.step()
    const steps = training.lossCount.subscribe(count => {
      if (count > 0) training.step()
    })
    await ended(training)
    steps()
    expect(batchesOf(training)).toBe(2 * BATCHES)
  })
})

describe('the learning rate', () => {
  test('that is chosen before gives the weights that compile gives with it', async () => {
    const { training } = await openPage()
    training.learningRate.value = 0.1
    training.press()
    await ended(training)
    expect(training.rates.value).toEqual([[1, 0.1]])
    expect(training.weightsHash.value).toBe(await hashOf([1, 0.1]))
  })

  test('moved under way holds from the next batch on, and a page that is opened again goes on with it', async () => {
    const { training } = await openPage()
    for (let batch = 1; batch <= 3; ++batch) training.step()
    await trained(training, 3)
    training.learningRate.value = 0.05
    for (let batch = 4; batch <= BATCHES + 1; ++batch) training.step()
    await trained(training, BATCHES + 1)
    await close()

    const { training: again } = await openPage()
    expect(again.status.value).toEqual({ is: 'stored', epoch: 1, iteration: 0 })
    expect(again.learningRate.value).toBe(0.05)
    again.press()
    await ended(again)
    expect(again.rates.value).toEqual([
      [1, 0.5],
      [4, 0.05],
    ])
    expect(again.weightsHash.value).toBe(await hashOf([1, 0.5], [4, 0.05]))
  })
})

test('a network is shown before anything is trained, and after a reload the one that is kept', async () => {
  const { training, network } = await openPage()
  const untrained = await hashParameters(await (await training.presentNetwork()).getParameters())
  const fresh = await network.buildNetwork()
  expect(untrained).toBe(await hashParameters(await fresh.getParameters()))
  expect(browser.notes.size).toBe(0)
  training.press()
  await ended(training)
  const hash = training.weightsHash.value
  await close()
  const { training: again } = await openPage()
  expect(await hashParameters(await (await again.presentNetwork()).getParameters())).toBe(hash)
  await again.startOver()
  expect(await hashParameters(await (await again.presentNetwork()).getParameters())).toBe(untrained)
})

test('an image’s way is that of predict, and its parameters are 401,920 + 5,130', async () => {
  const { training, way, network } = await openPage()
  const stop = way.followWay()
  way.imageNumber.value = 3
  await expect.poll(() => way.way.value?.image.number).toBe(3)
  const first = way.way.value
  training.press()
  await ended(training)
  const pixels = first?.image.pixels ?? new Uint8Array()
  // The newest weights arrive a moment later.
  await expect
    .poll(async () => {
      const [predicted = []] = (await network.network.value?.predict(pixels, { bytes: 'pixels' })) ?? []
      const { probabilities = [] } = way.way.value ?? {}
      return Math.max(...[...probabilities].map((p, i) => Math.abs(p - (predicted[i] ?? 0))))
    })
    .toBeLessThan(1e-6)
  const { image, predicted, parameters = [], active, hidden } = way.way.value ?? {}
  expect([image?.label, predicted]).toEqual([1, 1])
  expect(parameters.map(({ weights, biases }) => weights + biases)).toEqual([401_920, 5_130])
  expect(hidden?.filter(value => value > 0)).toHaveLength(active ?? 0)
  stop()
})

test('tiles: W − W₀ is 0 before training, and what training has added after it', async () => {
  const { training, tiles, network } = await openPage()
  const { followParameters } = await import('../../src/web/chapters/mnist/parameters.model.ts')
  const stop = followParameters()
  await expect.poll(() => tiles.tiles.value?.unchanged).toBe(512)
  const fresh = await network.buildNetwork()
  const [before] = await fresh.getParameters()
  training.press()
  await ended(training)
  const [after] = (await network.network.value?.getParameters()) ?? []
  tiles.page.value = 2
  const [unit, pixel] = [64 + 5, 400]
  const weightOf = (layer: typeof before) => layer?.weights[pixel * 512 + unit] ?? Number.NaN
  const change = Math.fround(weightOf(after) - weightOf(before))
  await expect.poll(() => tiles.tiles.value?.values[5 * 784 + pixel]).toBe(change)
  expect(change).not.toBe(0)
  tiles.kind.value = 'weights'
  expect(tiles.tiles.value?.values[5 * 784 + pixel]).toBe(weightOf(after))
  stop()
})

test('the confusion matrix is that of each epoch, though the next one follows at once', async () => {
  const { wasmlp, training, confusion, network } = await openPage()
  const stop = confusion.followConfusion()
  await expect.poll(() => confusion.confusion.value?.samples, { timeout: 20_000 }).toBe(TEST)
  const accuracies: number[] = []
  confusion.confusion.subscribe(now => accuracies.push(now ? now.right / now.samples : Number.NaN))
  training.press()
  await ended(training)
  const expected = training.epochs.value.map(({ valAccuracy }) => valAccuracy)
  expect(expected).toHaveLength(2)
  for (const accuracy of expected) expect(accuracies).toContain(accuracy)

  const { loadedSets } = await import('../../src/web/chapters/mnist/image-sets.ts')
  const { model, test } = { model: network.network.value, test: loadedSets.value?.test }
  if (!model || !test) throw new Error('nothing was trained')
  const { images = [], matrix, pairs = [] } = confusion.confusion.value ?? {}
  expect(matrix).toEqual((await model.evaluate(test)).confusionMatrix)
  const worst = (await wasmlp.mostConfused(model, test, 12)).filter(it => it.label !== it.predicted)
  expect(images.map(({ number, label, predicted }) => [number - 1, label, predicted])).toEqual(
    worst.map(({ index, label, predicted }) => [index, label, predicted]),
  )
  const { images: all } = pageDigits('t10k', TEST)
  const at = ((images[0]?.number ?? 0) - 1) * 784
  expect(images[0]?.pixels).toEqual(all.slice(at, at + 784))
  expect(pairs.reduce((sum, { count }) => sum + count, 0)).toBe(TEST - Math.round((expected[1] ?? 0) * TEST))

  // A change that is no training's.
  const parameters = await model.getParameters()
  parameters[1]?.weights.fill(0)
  await model.setParameters(parameters)
  network.weightsChanged()
  await expect
    .poll(() => confusion.confusion.value?.matrix.map(row => row.filter(count => count > 0).length))
    .toEqual(Array(10).fill(1))
  stop()
})
