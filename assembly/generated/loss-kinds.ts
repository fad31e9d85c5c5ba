// Written by `npm run generate` from src/losses/loss-table.ts: change that.
// @ts-ignore: decorator
@inline
export const BINARY_CROSS_ENTROPY: i32 = 3;
// @ts-ignore: decorator
@inline
export const MEAN_SQUARED_ERROR: i32 = 0;
// @ts-ignore: decorator
@inline
export const MEAN_ABSOLUTE_ERROR: i32 = 1;
// @ts-ignore: decorator
@inline
export const HUBER: i32 = 2;
// @ts-ignore: decorator
@inline
export const HINGE: i32 = 4;
