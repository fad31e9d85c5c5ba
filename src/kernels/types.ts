// The kernel package's types: the functions over buffers in linear memory.
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Capabilities } from '../wasm/builds.ts'
import type { ActivationName, ActivationParameters } from './activations.ts'

export type { Buffer, BufferView, F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
export type { BuildName, Capabilities } from '../wasm/builds.ts'
export type { ActivationName } from './activations.ts'

/** `'N'` takes a matrix as it is stored, `'T'` takes its transpose. */
export type Transpose = 'N' | 'T'

/** Options of `activation` and `activationGradient`. */
export interface ActivationOptions extends ActivationParameters {}

/**
 * Typed functions over buffers in one linear memory. Matrices are row-major: element (i, j) stands at `i·ld + j`.
 * Every function checks first. It throws {@link ShapeError} naming both sizes, {@link ArgumentError} for a bad argument,
 * and {@link DisposedError} for a freed buffer. Nothing is written then.
 */
export interface Kernels {
  /** Allocates `length` elements, all zero, aligned to 64 bytes. Throws {@link AllocationError}. */
  f32(length: number): F32Buffer
  /** The same for bytes. */
  u8(length: number): U8Buffer
  /** The same for integers. */
  i32(length: number): I32Buffer

  /** The build that computes, and why. */
  capabilities(): Capabilities

  /**
   * C ← α·op(A)·op(B) + β·C with op(A) m × k, op(B) k × n, C m × n. β = 0 overwrites C without reading it. α = 0 or
   * k = 0 leaves A and B unread. Source: BLAS Technical Forum, sgemm, in row-major order. C must not overlap A or B.
   */
  sgemm(
    transA: Transpose,
    transB: Transpose,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: F32Buffer,
    lda: number,
    b: F32Buffer,
    ldb: number,
    beta: number,
    c: F32Buffer,
    ldc: number,
  ): void
  /** y ← α·op(A)·x + β·y with A m × n as stored; increments may be negative, as in BLAS, but not 0. */
  sgemv(
    trans: Transpose,
    m: number,
    n: number,
    alpha: number,
    a: F32Buffer,
    lda: number,
    x: F32Buffer,
    incx: number,
    beta: number,
    y: F32Buffer,
    incy: number,
  ): void
  /** y ← α·x + y. x and y are the same elements or have none in common. */
  saxpy(n: number, alpha: number, x: F32Buffer, incx: number, y: F32Buffer, incy: number): void
  /** Σ xᵢ·yᵢ, accumulated in f32. */
  sdot(n: number, x: F32Buffer, incx: number, y: F32Buffer, incy: number): number
  /** x ← α·x. */
  sscal(n: number, alpha: number, x: F32Buffer, incx: number): void

  /** y ← xᵀ with x rows × columns, y columns × rows. y must not overlap x. */
  transpose(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void
  /** Each row of y (rows × columns) becomes the bias b (columns). */
  broadcastRow(b: F32Buffer, y: F32Buffer, rows: number, columns: number): void
  /** yⱼ ← Σᵢ xᵢⱼ: the gradient of a bias (lecture, section 4). x is rows × columns, y has columns elements. */
  sumAxis0(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void
  /** Index of each row's largest element, the first of equals; NaN counts as largest, as in NumPy. */
  argmax(x: F32Buffer, y: I32Buffer, rows: number, columns: number): void

  /**
   * y ← h(x), element by element; y may be x. A NaN stays NaN, and ±Infinity gives the limit there. The formulas:
   * {@link ActivationName}.
   */
  activation(name: ActivationName, x: F32Buffer, y: F32Buffer, options?: ActivationOptions): void
  /**
   * dx ← dy · h′(x), given x and y = h(x); dx may be dy. At 0, where ReLU has the sub-differential [0, 1], leaky ReLU
   * [slope, 1], ELU and SELU a kink and the step no derivative, the value for x < 0 is taken: 0, slope, alpha (times
   * 1.0507… for SELU) and 0. It is 0 where y of `hardSigmoid` is 0 or 1, where that of `hardTanh` is ±1, and where that
   * of `relu6` is 0 or 6. For `hardSwish` it is 0 at −3 and 1 at 3.
   */
  activationGradient(
    name: ActivationName,
    x: F32Buffer,
    y: F32Buffer,
    dy: F32Buffer,
    dx: F32Buffer,
    options?: ActivationOptions,
  ): void
  /** yᵢⱼ ← exp(xᵢⱼ − maxⱼ xᵢ) / Σⱼ exp(xᵢⱼ − maxⱼ xᵢ), row by row; y may be x. */
  softmax(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void
  /** yᵢⱼ ← xᵢⱼ − maxⱼ xᵢ − log Σⱼ exp(xᵢⱼ − maxⱼ xᵢ), the softmax's logarithm, row by row; y may be x. */
  logSoftmax(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void
  /** dxᵢⱼ ← yᵢⱼ · (dyᵢⱼ − Σⱼ dyᵢⱼ·yᵢⱼ), the softmax's derivative given its output y; dx may be dy. */
  softmaxGradient(y: F32Buffer, dy: F32Buffer, dx: F32Buffer, rows: number, columns: number): void
  /** y ← exp(x), within 1 ULP. */
  exp(x: F32Buffer, y: F32Buffer): void
  /** y ← log(x), within 1 ULP. */
  log(x: F32Buffer, y: F32Buffer): void

  /** Mean of (y − t)² over all elements; dy ← 2·(y − t) / length. dy may be y. */
  meanSquaredError(y: F32Buffer, target: F32Buffer, dy: F32Buffer): number
  /**
   * Mean over the rows of −log softmax(logits)[label], and its gradient dlogits ← (softmax − onehot) / rows, in one
   * pass. labels has a class index 0 to columns − 1 for each row. dlogits may be logits.
   */
  softmaxCrossEntropy(
    logits: F32Buffer,
    labels: I32Buffer,
    dlogits: F32Buffer,
    rows: number,
    columns: number,
  ): number
  /** w ← w − learningRate·dw. */
  sgdUpdate(w: F32Buffer, dw: F32Buffer, learningRate: number): void

  /**
   * x ← low + (high − low)·u with u uniform in [0, 1), a multiple of 2⁻²⁴, from Philox4x32-10 (Salmon et al., 2011).
   * `high` itself comes only from rounding. Element i depends only on (seed, stream, i). seed and stream are integers 0
   * to 2³² − 1.
   */
  randomUniform(x: F32Buffer, low: number, high: number, seed: number, stream: number): void
  /**
   * x ← mean + standardDeviation·z with z normally distributed: Φ(z) = u, where u is a uniform number of 32 bits from
   * Philox4x32-10. z comes from Wichura's algorithm AS 241 (1988), with a relative error of about 10⁻⁷. |z| is at most
   * 6.3. Element i depends only on (seed, stream, i). seed and stream are integers 0 to 2³² − 1.
   */
  randomNormal(x: F32Buffer, mean: number, standardDeviation: number, seed: number, stream: number): void
  /**
   * The same without what lies more than two standard deviations from the mean, as Keras has it. The standard deviation
   * of what is left is 0.8796·standardDeviation.
   */
  randomTruncatedNormal(
    x: F32Buffer,
    mean: number,
    standardDeviation: number,
    seed: number,
    stream: number,
  ): void
  /**
   * The rows of x (rows × columns, rows ≤ columns) ← an orthonormal basis of what they span, by the modified
   * Gram–Schmidt process. Row i is a positive multiple of what was orthogonal in it to the rows before. Linearly
   * dependent rows give NaN or noise.
   */
  orthonormalize(x: F32Buffer, rows: number, columns: number): void
  /** Shuffles x in place (Fisher–Yates), every order equally likely; the order depends only on (seed, stream, length). */
  shuffle(x: I32Buffer, seed: number, stream: number): void
}
