// Time travel through the page's own training, whose learning rate was moved, and going on from a step of it.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryCheckpoints } from 'wasmlp'
import { pageDigits } from '../support/page-digits.ts'
import { hashParameters } from '../support/sha256.ts'

const [TRAIN, TEST] = [6000, 200]
/** Of TRAIN images, 100 each. */
const BATCHES = 60

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

let close = async () => {}
beforeEach(() => {
  browser.store = memoryCheckpoints()
  browser.notes.clear()
})
afterEach(() => close())

/** The modules of a page that is opened anew. */
async function openPage() {
  vi.resetModules()
  const [wasmlp, run, state, kept, { buildChoice, network }, travel] = await Promise.all([
    import('wasmlp'),
    import('../../src/web/chapters/mnist/training.model.ts'),
    import('../../src/web/chapters/mnist/training-state.model.ts'),
    import('../../src/web/chapters/mnist/kept-training.model.ts'),
    import('../../src/web/chapters/mnist/network.model.ts'),
    import('../../src/web/chapters/mnist/travel.model.ts'),
  ])
  const training = { ...run, ...state, ...kept }
  buildChoice.value = 'simd'
  training.targetEpoch.value = 2
  close = wasmlp.closeEngine
  await training.recall()
  return { training, network, travel }
}

type Opened = Awaited<ReturnType<typeof openPage>>

const ended = (training: Opened['training']) =>
  expect.poll(() => training.weightsHash.value, { timeout: 20_000 }).toMatch(/^[0-9a-f]{64}$/)

async function goTo({ travel }: Opened, step: number) {
  travel.traveller.go(step)
  await expect.poll(() => travel.traveller.state.value, { timeout: 20_000 }).not.toBe('travelling')
  expect(travel.traveller.error.value).toBe(undefined)
  return travel.traveller.view.value
}

/** SHA-256 of the weights after given batches of two epochs, with learning rates from some batches on, by the package alone. */
async function hashesOf(
  steps: readonly number[],
  ...rates: (readonly [batch: number, rate: number])[]
): Promise<Record<number, string>> {
  const { dataset, dense, sequential } = await import('wasmlp')
  const { images, labels } = pageDigits('train', TRAIN)
  using data = await dataset({ inputs: images, labels, imageShape: [28, 28], build: 'simd' })
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  using model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  model.compile({ learningRate: 0.5 })
  const hashes: Record<number, string> = {}
  await model.fit(data, {
    epochs: 2,
    onBatchEnd: async ({ epoch, iteration }, run) => {
      const step = (epoch - 1) * BATCHES + iteration
      if (steps.includes(step)) hashes[step] = await hashParameters(await model.getParameters())
      const next = rates.find(([batch]) => batch === step + 1)
      if (next) run.setLearningRate(next[1])
    },
  })
  return hashes
}

/** Trains two epochs: at 0.5, from batch 6 on at 0.1, from batch 13 on at 1. */
async function train({ training }: Opened): Promise<void> {
  const stepTo = async (batch: number) => {
    while ((training.losses.at(-1)?.[0] ?? 0) < batch) {
      const before = training.losses.length
      training.step()
      await expect.poll(() => training.losses.length, { timeout: 20_000 }).toBe(before + 1)
    }
  }
  await stepTo(5)
  training.learningRate.value = 0.1
  await stepTo(12)
  training.learningRate.value = 1
  training.press()
  await ended(training)
}

describe('a training whose learning rate was moved', () => {
  test('is travelled with the rates that it had, also in a later visit', async () => {
    const page = await openPage()
    await train(page)
    const hashes = await hashesOf([4, 7, 9, 65, 76, 120], [6, 0.1], [13, 1])
    expect(page.training.weightsHash.value).toBe(hashes[120])
    for (const step of [120, 9, 4, 76]) expect((await goTo(page, step))?.hash).toBe(hashes[step])
    await close()

    const later = await openPage()
    expect(later.training.record.steps.value).toBe(120)
    for (const step of [65, 7]) expect((await goTo(later, step))?.hash).toBe(hashes[step])
  })

  test('goes on from a step with the rate that it had there', async () => {
    const page = await openPage()
    await train(page)
    const before = await hashesOf([8], [6, 0.1], [13, 1])
    await goTo(page, 8)
    await page.travel.goOn()
    const { training, network } = page
    expect(training.status.value).toEqual({ is: 'stored', epoch: 0, iteration: 8 })
    expect(await hashParameters((await network.value?.getParameters()) ?? [])).toBe(before[8])
    expect([training.losses.length, training.epochs.value, training.record.steps.value]).toEqual([8, [], 8])
    expect([training.learningRate.value, training.rates.value]).toEqual([
      0.1,
      [
        [1, 0.5],
        [6, 0.1],
      ],
    ])

    training.targetEpoch.value = 2
    training.press()
    await ended(training)
    const hashes = await hashesOf([3, 74, 120], [6, 0.1])
    expect(training.weightsHash.value).toBe(hashes[120])
    for (const step of [74, 3]) expect((await goTo(page, step))?.hash).toBe(hashes[step])
  })

  test('goes on from before its first batch as from its beginning', async () => {
    const page = await openPage()
    await train(page)
    await goTo(page, 0)
    await page.travel.goOn()
    expect(page.training.status.value).toEqual({ is: 'ready' })
    expect(await browser.store.list()).toEqual([])
    expect(page.travel.traveller.view.value).toBe(undefined)
  })
})
