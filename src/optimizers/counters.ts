// What optimisers count besides their steps: products, 1 before the first step, which each step multiplies by a factor.
// Powers are multiplied up so, since engines differ in the last bits of those that they compute.

const factors = {
  /** beta1 to the power of the step. */
  beta1Power: ({ beta1 = 1 }) => beta1,
  /** beta2 to the power of the step. */
  beta2Power: ({ beta2 = 1 }) => beta2,
} satisfies Record<string, Factor>

/** The factor of a step, by the optimiser's options and its counters, of which those before this one have counted it. */
type Factor = (
  options: Readonly<Record<string, number>>,
  counters: Readonly<Record<string, number>>,
) => number

export type OptimizerCounter = keyof typeof factors

export const COUNTER_FACTORS: Readonly<Record<OptimizerCounter, Factor>> = factors
