// What a project's training gives, and what is asked of it.
import { expect, inject, type TestContext } from 'vitest'

interface Training {
  build: string
  threads: number
  losses: number[]
  /** Of all weights and biases. */
  hash: string
}

/** What projects/train.js resolves to. */
export interface TrainingResult {
  same: Training
  quickest: Training
  dot: number
}

declare module 'vitest' {
  interface TaskMeta {
    /** A line of the table that closes `npm run test:package`. */
    row?: Record<string, string | number>
  }
}

/** Checks that a project has trained, to the same bits as Node has, and puts a line into the closing table. */
export function expectTrained({ task }: TestContext, text: string): TrainingResult {
  expect(text).toMatch(/^\{/) // else it is an error's stack
  const result: TrainingResult = JSON.parse(text)
  const { same, quickest, dot } = result
  for (const { losses } of [same, quickest]) {
    expect(losses).toHaveLength(3)
    expect(losses[0]).toBeGreaterThan(losses[1] ?? Number.NaN)
    expect(losses[1]).toBeGreaterThan(losses[2] ?? Number.NaN)
  }
  expect(same).toMatchObject({ build: 'simd', hash: inject('reference').same.hash })
  expect(dot).toBe(14)
  task.meta.row = {
    'trained in': task.name,
    loss: `${same.losses[0]?.toFixed(3)} → ${same.losses[2]?.toFixed(3)}`,
    weights: same.hash,
    quickest: quickest.build,
    threads: same.threads,
  }
  return result
}
