// Trainings that cannot begin, since their kernels never come, here and in a worker.
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  closeEngine,
  configure,
  dataset,
  dense,
  type Sequential,
  sequential,
  type TrainingRun,
} from '../../src/index.ts'

afterEach(async () => {
  vi.unstubAllGlobals()
  await closeEngine()
})

describe.each([{ worker: false }, { worker: true }])('%o', place => {
  /** A training that waits for its kernels; `fail` says that they cannot be had. */
  const begin = async (signal?: AbortSignal) => {
    const model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1, ...place })
    model.compile({ optimizer: 'adam' })
    const data = await dataset({ inputs: [[0], [1]], labels: [0, 1], ...place })
    let fail = () => {}
    const asked = new Promise<void>(resolve => {
      vi.stubGlobal('fetch', () => {
        resolve()
        return new Promise((_, reject) => {
          fail = () => reject(new Error('the server is gone'))
        })
      })
    })
    configure({ wasmUrl: 'https://example.test/wasm/' })
    const run = model.fit(data, { ...(signal && { signal }) })
    run.catch(() => {})
    await asked
    configure({})
    return { model, data, run, fail: () => fail() }
  }

  /** Ends a training, and lets the time pass that it has then. */
  const end = (ending: () => void) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    ending()
    vi.advanceTimersByTime(12_000)
    vi.useRealTimers()
  }

  const endings: [
    string,
    (run: TrainingRun, model: Sequential, controller: AbortController) => void,
    unknown,
  ][] = [
    ['a signal', (_run, _model, controller) => controller.abort('enough'), 'enough'],
    ['stop()', run => run.stop(), { epochs: [] }],
    ['dispose()', (_, model) => model.dispose(), expect.objectContaining({ name: 'DisposedError' })],
  ]

  test.each(endings)('%s ends the wait', async (_, ending, outcome) => {
    const controller = new AbortController()
    const { model, run, fail } = await begin(controller.signal)
    end(() => ending(run, model, controller))
    expect(await run.catch((error: unknown) => error)).toEqual(outcome)
    fail()
  })

  test('once the kernels fail, the model can be trained', async () => {
    const { model, data, run, fail } = await begin()
    end(() => run.stop())
    expect((await run).epochs).toEqual([])
    await expect(model.fit(data)).rejects.toMatchObject({ name: 'StateError' })
    fail()
    const { epochs } = await vi.waitFor(() => model.fit(data))
    expect(epochs).toHaveLength(1)
  })
})
