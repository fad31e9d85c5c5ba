// The numbers by which the host names element-wise losses, and rules for targets, to the kernels. Those that the kernels
// have are written from these: assembly/generate.js.

export const ELEMENTWISE_LOSSES = {
  meanSquaredError: 0,
  meanAbsoluteError: 1,
  huber: 2,
  binaryCrossEntropy: 3,
  hinge: 4,
} as const

/** What `firstInvalidRow` checks. */
export const TARGET_RULES = {
  unitInterval: 0,
  signs: 1,
  distributions: 2,
  weights: 3,
} as const
