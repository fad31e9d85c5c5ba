// Written by `npm run generate` from src/kernels/activations.ts: change that.
// @ts-ignore: decorator
@inline
export const IDENTITY: i32 = 0;
// @ts-ignore: decorator
@inline
export const STEP: i32 = 1;
// @ts-ignore: decorator
@inline
export const RELU: i32 = 2;
// @ts-ignore: decorator
@inline
export const LEAKY_RELU: i32 = 3;
// @ts-ignore: decorator
@inline
export const SIGMOID: i32 = 4;
// @ts-ignore: decorator
@inline
export const TANH: i32 = 5;
// @ts-ignore: decorator
@inline
export const SOFTPLUS: i32 = 6;
// @ts-ignore: decorator
@inline
export const ELU: i32 = 7;
// @ts-ignore: decorator
@inline
export const SELU: i32 = 8;
// @ts-ignore: decorator
@inline
export const GELU: i32 = 9;
// @ts-ignore: decorator
@inline
export const GELU_TANH: i32 = 10;
// @ts-ignore: decorator
@inline
export const SILU: i32 = 11;
// @ts-ignore: decorator
@inline
export const HARD_SIGMOID: i32 = 12;
// @ts-ignore: decorator
@inline
export const HARD_TANH: i32 = 13;
// @ts-ignore: decorator
@inline
export const SOFTSIGN: i32 = 14;
// @ts-ignore: decorator
@inline
export const RELU6: i32 = 17;
// @ts-ignore: decorator
@inline
export const HARD_SWISH: i32 = 18;
// @ts-ignore: decorator
@inline
export const MISH: i32 = 19;
// @ts-ignore: decorator
@inline
export const CELU: i32 = 20;
// @ts-ignore: decorator
@inline
export const EXP: i32 = 15;
// @ts-ignore: decorator
@inline
export const LOG: i32 = 16;
