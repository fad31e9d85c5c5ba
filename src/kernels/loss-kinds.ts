// The numbers of the formulas in the kernel `elementwiseLoss` that more than the table of losses names:
// losses/loss-table.ts has all of them.

export const SQUARED_ERROR = 0
export const BINARY_CROSS_ENTROPY = 3
