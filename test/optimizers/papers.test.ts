// Optimisers that PyTorch 1.13 lacks, or of which there is no trace: a few steps of one parameter, worked out by hand from the
// paper's formulas, or computed from them with 50 decimal digits.
import { expect, test } from 'vitest'
import { resolveOptimizer } from '../../src/optimizers/optimizer-options.ts'
import type { OptimizerOptions } from '../../src/optimizers/optimizer-table.ts'
import { ReferenceOptimizer } from '../../src/reference/optimizers.ts'

const nadam = { name: 'nadam', beta1: 0.8, beta2: 0.5, epsilon: 0.25, momentumDecay: 2.5 } as const

/** The parameter after each step with gradients 1, −0.5 and 0.25, from w = 2. */
const examples: [OptimizerOptions, learningRate: number, after: number[]][] = [
  // With sums over all steps in the place of m and v: mₜ = (1 − beta1)·Σ beta1^(t − i)·gᵢ.
  [{ name: 'nadam' }, 0.002, [1.9978870964644182, 1.9987093159124956, 1.9981652015443387]],
  [{ ...nadam, weightDecay: 0.5 }, 0.1, [1.9004756722536824, 1.864171192557778, 1.796859890852542]],
  [
    { ...nadam, weightDecay: 0.5, decoupledWeightDecay: true },
    0.1,
    [1.8104281050283142, 1.7510676301563843, 1.6377011818939173],
  ],
  // c₁ = 0.1 > 0; m₁ = 0.01. c₂ = 0.9·0.01 − 0.1·0.5 = −0.041 < 0; m₂ = 0.0099 − 0.005 = 0.0049.
  // c₃ = 0.9·0.0049 + 0.025 > 0. Each step decays w to 0.95·w first: 1.8, 1.71 + 0.1 = 1.81, 1.7195 − 0.1.
  [{ name: 'lion', weightDecay: 0.5 }, 0.1, [1.8, 1.81, 1.6195]],
  // β₁ = β₂ = 0.5: c = 0.5, m = 0.5; c = 0; m = 0; c = 0.125. A sign of 0 stays where it is.
  [{ name: 'lion', beta1: 0.5, beta2: 0.5 }, 0.1, [1.9, 1.9, 1.8]],
]

test.each(examples)('%j, learning rate %d', (optimizer, learningRate, after) => {
  const { algorithm, clipNorm, clipValue, l1, l2 } = resolveOptimizer({ optimizer })
  const twin = new ReferenceOptimizer(1, 1, {
    ...algorithm,
    learningRate,
    clipNorm,
    clipValue,
    l1,
    l2,
    gradientScale: 1,
  })
  const w = Float64Array.of(2)
  for (const [step, gradient] of [1, -0.5, 0.25].entries()) {
    twin.step(w, [gradient])
    expect(w[0], `step ${step + 1}`).toBeCloseTo(after[step] ?? Number.NaN, 12)
  }
})
