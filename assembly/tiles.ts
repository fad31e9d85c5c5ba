// Block sizes of sgemm, in elements: one table for each build, chosen by measurement (`npm run bench`).
//
// BLIS's words: a microtile of MR × NR elements of C stays in registers while a micropanel of A (MR × KC) and one of B
// (KC × NR) stream past it. A block of A (MC × KC) stays in the L2 cache, a block of B (KC × NC) in L2 or L3.
// V8 keeps 15 vector registers for a function: 12 accumulators + 2 of B + 1 broadcast of A fit when multiply and add
// are one instruction; with two instructions the product needs a register of its own, and 8 accumulators are faster.

// @ts-ignore: decorator
@inline
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
// @ts-ignore: decorator
@inline
export const NR: i32 = 8;
// @ts-ignore: decorator
@inline
export const KC: i32 = 256;
// @ts-ignore: decorator
@inline
export const MC: i32 = 96;
// @ts-ignore: decorator
@inline
export const NC: i32 = 512;
