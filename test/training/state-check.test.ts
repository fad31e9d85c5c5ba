// A training's state is checked before it is written: a file that says something else would be resumed with other weights.
import { describe, expect, test } from 'vitest'
import { CheckpointError } from '../../src/errors.ts'
import type { OptimizerState } from '../../src/optimizers/optimizer-state.ts'
import { type TrainingState, untrained } from '../../src/training/state.ts'
import { checkState } from '../../src/training/state-check.ts'

const layout = { length: 8, trainableLength: 6 }

const adam: OptimizerState = {
  name: 'adam',
  counters: { step: 1, beta1Power: 0.9, beta2Power: 0.999 },
  vectors: { firstMoment: new Float32Array(6), secondMoment: new Float32Array(6) },
  pending: { batches: 1, weight: 1, unit: 1, gradients: new Float32Array(8) },
}

const stopping = { best: 1, bestEpoch: 1, waited: 0, parameters: new Float32Array(8) }

const state = (part: Partial<TrainingState> = {}): TrainingState => ({ ...untrained(), ...part })

test.each([
  ['an untrained model', state()],
  ['all vectors', state({ optimizer: adam, earlyStopping: stopping, parameters: new Float32Array(8) })],
  [
    'an optimiser that keeps only some of its vectors',
    state({ optimizer: { ...adam, name: 'sgd', vectors: {} } }),
  ],
])('%s is right', (_, right) => {
  expect(() => checkState(right, layout)).not.toThrow()
})

/** As JSON makes it of an array. */
const asObject = { 0: 1, 1: 2 } as unknown as Float32Array

describe('is refused', () => {
  test.each<[string, Partial<TrainingState>]>([
    ['parameters', { parameters: asObject }],
    ['parameters', { parameters: new Float32Array(6) }],
    ['earlyStopping.parameters', { earlyStopping: { ...stopping, parameters: asObject } }],
    ['firstMoment of adam', { optimizer: { ...adam, vectors: { ...adam.vectors, firstMoment: asObject } } }],
    [
      'secondMoment of adam',
      { optimizer: { ...adam, vectors: { ...adam.vectors, secondMoment: new Float32Array(8) } } },
    ],
    [
      'secondMoment of adam',
      { optimizer: { ...adam, vectors: { secondMoment: new Float64Array(6) as unknown as Float32Array } } },
    ],
    ['vector velocity', { optimizer: { ...adam, vectors: { velocity: new Float32Array(6) } } }],
    [
      'pending.gradients',
      { optimizer: { ...adam, pending: { batches: 1, weight: 1, unit: 1, gradients: asObject } } },
    ],
  ])('%s: %o', (what, part) => {
    expect(() => checkState(state(part), layout)).toThrow(CheckpointError)
    expect(() => checkState(state(part), layout)).toThrow(what)
  })
})
