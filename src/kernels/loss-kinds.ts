// Kinds of the kernel `elementwiseLoss` that are named outside the table of losses. losses/loss-table.ts has all.

export const SQUARED_ERROR = 0
export const BINARY_CROSS_ENTROPY = 3
