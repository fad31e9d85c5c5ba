// A link to a training: what the address says of a run that has ended, and what comes of the promise in one that is opened.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryCheckpoints } from 'wasmlp'
import { pageDigits } from '../support/page-digits.ts'

vi.mock('../../src/web/digits/digits.ts', () => ({
  trainDigits: async () => pageDigits('train', 500),
  testDigits: async () => pageDigits('t10k', 100),
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

function forgetAll() {
  browser.store = memoryCheckpoints()
  browser.notes.clear()
}
beforeEach(forgetAll)

let close = async () => {}
afterEach(() => close())

interface Address {
  epoch: number
  weights: string
}

/** The modules of a page that is opened anew, with what its address says of a run. */
async function openPage(address?: Address) {
  await close()
  vi.resetModules()
  const [wasmlp, run, state, kept, { buildChoice }, link] = await Promise.all([
    import('wasmlp'),
    import('../../src/web/chapters/mnist/training.model.ts'),
    import('../../src/web/chapters/mnist/training-state.model.ts'),
    import('../../src/web/chapters/mnist/kept-training.model.ts'),
    import('../../src/web/chapters/mnist/network.model.ts'),
    import('../../src/web/chapters/mnist/run-link.model.ts'),
  ])
  close = wasmlp.closeEngine
  buildChoice.value = 'simd'
  state.targetEpoch.value = 2
  if (address) {
    link.linkedEpoch.value = address.epoch
    link.linkedWeights.value = address.weights
  }
  await kept.recall()
  return {
    ...run,
    ...state,
    ...kept,
    ...link,
    address: (): Address => ({ epoch: link.linkedEpoch.value, weights: link.linkedWeights.value }),
  }
}

type Opened = Awaited<ReturnType<typeof openPage>>

const ended = ({ weightsHash }: Opened) =>
  expect.poll(() => weightsHash.value, { timeout: 20_000 }).toMatch(/^[0-9a-f]{64}$/)

async function trained(address?: Address): Promise<Opened> {
  const page = await openPage(address)
  page.press()
  await ended(page)
  return page
}

const NOTHING: Address = { epoch: 0, weights: '' }

describe('the address of a run', () => {
  test('has its epoch, its build and the beginning of its weights’ hash, once it has ended', async () => {
    const page = await openPage()
    expect(page.address()).toEqual(NOTHING)
    page.press()
    await ended(page)
    expect(page.address()).toEqual({ epoch: 2, weights: `simd-${page.weightsHash.value?.slice(0, 16)}` })
    expect(page.repetition.value).toEqual({ is: 'linked' })
    const before = page.address()
    page.learningRate.value = 0.4
    expect([page.address(), page.repetition.value]).toEqual([NOTHING, { is: 'none' }])
    page.learningRate.value = 0.5
    expect(page.address()).toEqual(before)
  })

  test('does not have what its settings do not give: the learning rate was moved', async () => {
    const page = await openPage()
    const stop = page.lossCount.subscribe(count => {
      if (count === 3) page.learningRate.value = 0.1
    })
    page.press()
    await ended(page)
    stop()
    expect(page.rates.value.length).toBe(2)
    expect(page.address()).toEqual(NOTHING)
  })
})

describe('a link that is opened', () => {
  test('is told of, and kept; trained again, the weights are the same', async () => {
    const address = (await trained()).address()
    forgetAll()
    const page = await openPage(address)
    page.targetEpoch.value = 3 // the training may go further
    const [, weights] = address.weights.split('-')
    expect(page.repetition.value).toEqual({ is: 'asked', epoch: 2, weights, lacks: undefined })
    page.press()
    await expect.poll(() => page.repetition.value, { timeout: 20_000 }).toEqual({ is: 'same', epoch: 2 })
    await ended(page)
    expect(page.repetition.value).toEqual({ is: 'same', epoch: 2 })
    expect(page.address()).toEqual({ epoch: 3, weights: `simd-${page.weightsHash.value?.slice(0, 16)}` })
  })

  test('says so where other weights came out', async () => {
    const page = await trained({ epoch: 2, weights: 'simd-0123456789abcdef' })
    expect(page.repetition.value).toEqual({ is: 'other', epoch: 2, isRelaxed: false })
  })

  test('chooses how far to train; with other settings it promises nothing', async () => {
    const address = { epoch: 7, weights: 'simd-0123456789abcdef' }
    const page = await openPage(address)
    expect(page.targetEpoch.value).toBe(7)
    page.learningRate.value = 0.1
    expect([page.repetition.value.is, page.address()]).toEqual(['none', NOTHING])
    page.learningRate.value = 0.5
    expect([page.repetition.value.is, page.address()]).toEqual(['asked', address])
  })

  test('is forgotten with the next address', async () => {
    const page = await openPage({ epoch: 7, weights: 'simd-0123456789abcdef' })
    page.linkedEpoch.value = 0
    page.linkedWeights.value = ''
    expect([page.repetition.value.is, page.address()]).toEqual(['none', NOTHING])
    page.linkedEpoch.value = 3
    page.linkedWeights.value = 'simd-fedcba9876543210'
    expect(page.repetition.value).toMatchObject({ is: 'asked', epoch: 3, weights: 'fedcba9876543210' })
  })

  test('after a reload, the training that is kept is compared with it', async () => {
    const address = (await trained()).address()
    const page = await openPage(address)
    await expect.poll(() => page.repetition.value).toEqual({ is: 'kept-same', epoch: 2 })
    expect(page.address()).toEqual(address)

    const other = await openPage({ epoch: 2, weights: 'simd-0123456789abcdef' })
    await expect
      .poll(() => other.repetition.value)
      .toEqual({ is: 'kept-other', epoch: 2, weights: '0123456789abcdef' })
    await other.startOver()
    expect(other.repetition.value.is).toBe('asked')
  })

  test('where a training is kept that is past it, asks to start over, and then repeats it', async () => {
    const address = (await trained()).address()
    const further = await openPage(address)
    further.targetEpoch.value = 3
    further.press()
    await ended(further)
    const page = await openPage(address)
    expect(page.repetition.value.is).toBe('passed')
    expect(page.address()).toEqual(address)
    await page.startOver()
    expect(page.repetition.value.is).toBe('asked')
    page.press()
    await ended(page)
    expect(page.repetition.value).toEqual({ is: 'same', epoch: 2 })
  })
})
