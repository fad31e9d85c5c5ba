// Block sizes of sgemm, in elements: one table for each build, chosen by measurement.
//
// BLIS's words: a microtile of MR × NR elements of C stays in registers. MR rows of a block of A (MC × KC), which stay
// where they are, and a micropanel of B (KC × NR) stream past it. The block of A stays in the L2 cache, that of B (KC ×
// NC) in L2 or L3. V8 keeps 15 vector registers for a function. 12 accumulators + 2 of B + 1 broadcast of A fit when
// multiply and add are one instruction. With two, the product needs a register of its own. V8 11 and 12 (Node 20, 22)
// load all operands of a step first: 8 accumulators + 4 of B + 2 of A + 1 product. 2 × 16 beats 4 × 8 because it has
// fewer elements of A, for whose address V8 spends an instruction each.
//
// VECTOR_BITS is set in asconfig.json (`use`). 256: for V8 with --experimental-wasm-revectorize, which joins neighbouring
// pairs of vectors. 6 × 16 are then 12 accumulators of 256 bits; without the flag they spill.

// @ts-ignore: decorator
@inline
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 2;
// @ts-ignore: decorator
@inline
export const NR: i32 = ASC_FEATURE_RELAXED_SIMD && VECTOR_BITS == 128 ? 8 : 16;
// @ts-ignore: decorator
@inline
export const KC: i32 = 256;
// @ts-ignore: decorator
@inline
export const MC: i32 = 96;
// @ts-ignore: decorator
@inline
export const NC: i32 = 512;
