// Kernels whose download never answers, in the calling thread: closeEngine() ends the wait, and a new engine does not take
// it up again.
import { afterEach, expect, test, vi } from 'vitest'
import { closeEngine, dataset } from '../../src/index.ts'
import type * as sources from '../../src/wasm/module-sources.ts'

let answers = true
const asked: string[] = []

vi.mock('../../src/wasm/module-sources.ts', async importOriginal => {
  const real = await importOriginal<typeof sources>()
  return {
    ...real,
    loadModuleSource(name: sources.ModuleName) {
      asked.push(name)
      return answers ? real.loadModuleSource(name) : new Promise(() => {})
    },
  }
})

afterEach(() => closeEngine())

const create = () => dataset({ inputs: [[1], [2]], labels: [0, 1], worker: false })

test('what never answers is asked for again', async () => {
  answers = false
  const waiting = create()
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'ERR_DISPOSED' }), closeEngine()])
  answers = true
  expect(await create()).toHaveLength(2)
  expect(asked).toEqual([asked[0], asked[0]])
  expect(await create()).toHaveLength(2)
  expect(asked).toHaveLength(2)
})
