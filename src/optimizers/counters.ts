// What optimisers count besides their steps: products, 1 before the first step, which each step multiplies by a factor.
// Powers are multiplied up so, since engines differ in the last bits of those that they compute.

const factors = {
  /** beta1 to the power of the step. */
  beta1Power: ({ beta1 = 1 }) => beta1,
  /** beta2 to the power of the step. */
  beta2Power: ({ beta2 = 1 }) => beta2,
  /** 0.96^(t·momentumDecay) in step t. */
  momentumPower: ({ momentumDecay = 0 }) => powerOf96(momentumDecay),
  /** Π μ₁…ₜ, with μₜ = beta1·(1 − 0.96^(t·momentumDecay) / 2). */
  muProduct: ({ beta1 = 0 }, { momentumPower = 1 }) => beta1 * (1 - 0.5 * momentumPower),
} satisfies Record<string, Factor>

/** The factor of a step, by the optimiser's options and its counters, of which those before this one have counted it. */
type Factor = (
  options: Readonly<Record<string, number>>,
  counters: Readonly<Record<string, number>>,
) => number

export type OptimizerCounter = keyof typeof factors

export const COUNTER_FACTORS: Readonly<Record<OptimizerCounter, Factor>> = factors

/** 0.96ˣ for x ≥ 0, from operations that IEEE 754 defines to the bit: 1 / eʸ, y = −ln 0.96 · x, by the series of eʸ. */
function powerOf96(x: number): number {
  const y = 0.04082199452025513 * x
  let sum = 0
  for (let k = 1, term = 1; sum + term > sum; ++k) {
    sum += term
    term *= y / k
  }
  return 1 / sum
}
