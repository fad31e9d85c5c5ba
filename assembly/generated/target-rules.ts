// Written by `npm run generate` from src/losses/target-rules.ts: change that.
// @ts-ignore: decorator
@inline
export const UNIT_INTERVAL: i32 = 0;
// @ts-ignore: decorator
@inline
export const SIGNS: i32 = 1;
// @ts-ignore: decorator
@inline
export const DISTRIBUTIONS: i32 = 2;
// @ts-ignore: decorator
@inline
export const WEIGHTS: i32 = 3;
