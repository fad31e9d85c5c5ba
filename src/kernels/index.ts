/**
 * Typed, checked functions over buffers in linear memory: the building blocks of training.
 *
 * @module wasmlp/kernels
 */

import { checkOptions, unknownName } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { type BuildChoice, type Capabilities, chooseBuild } from '../wasm/builds.ts'
import { loadModuleSource } from '../wasm/module-sources.ts'
import { createRuntime, type Runtime } from '../wasm/runtime.ts'
import { PARAMETER_NAMES, resolveParameter } from './activation-parameters.ts'
import { ACTIVATIONS, activationNames, EXP_KIND, LOG_KIND } from './activations.ts'
import {
  checkApart,
  checkBuffer,
  checkCount,
  checkIncrement,
  checkLength,
  checkNumber,
  checkSameOrApart,
  checkUint32,
} from './check.ts'
import { SQUARED_ERROR } from './loss-kinds.ts'
import { TRUNCATED_TAIL } from './normal.ts'
import type {
  ActivationName,
  ActivationOptions,
  Buffer,
  F32Buffer,
  I32Buffer,
  Kernels,
  Transpose,
} from './types.ts'

export * from '../errors.ts'
export type { BuildChoice } from '../wasm/builds.ts'
export { activationNames } from './activations.ts'
export type * from './types.ts'

/**
 * Instantiates the kernels with a linear memory of their own, which is freed when the object is garbage-collected.
 *
 * `build`: `'auto'` (the default) takes `'relaxed'` where the runtime has relaxed SIMD, otherwise `'simd'`. `'simd'`
 * gives the same results to the last bit on every machine. Throws {@link ArgumentError} for another name and
 * {@link UnsupportedError} where the runtime cannot run the build.
 *
 * @example
 * const kernels = await createKernels()
 * const a = kernels.f32(4), b = kernels.f32(4), c = kernels.f32(4)
 * a.view.set([1, 2, 3, 4])
 * b.view.set([5, 6, 7, 8])
 * kernels.sgemm('N', 'N', 2, 2, 2, 1, a, 2, b, 2, 0, c, 2)
 * console.log(c.view) // 19 22 43 50
 */
export async function createKernels(options: { build?: BuildChoice } = {}): Promise<Kernels> {
  checkOptions('createKernels', options, "{ build: 'simd' }", { build: 1 })
  const support = chooseBuild(options.build ?? 'auto')
  const threadsReason = 'these kernels run in the thread that calls them'
  const runtime = await createRuntime(support.build, loadModuleSource)
  await runtime.loadExtras()
  return new WasmKernels(runtime, { ...support, threads: 1, threadsReason })
}

class WasmKernels implements Kernels {
  readonly #runtime: Runtime
  readonly #capabilities: Capabilities
  #workspace: Buffer<Uint8Array>

  constructor(runtime: Runtime, capabilities: Capabilities) {
    this.#runtime = runtime
    this.#capabilities = capabilities
    this.#workspace = runtime.memory.u8(64)
  }

  f32(length: number) {
    return this.#runtime.memory.f32(length)
  }

  u8(length: number) {
    return this.#runtime.memory.u8(length)
  }

  i32(length: number) {
    return this.#runtime.memory.i32(length)
  }

  capabilities() {
    return { ...this.#capabilities }
  }

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
  ): void {
    const ta = flag('transA', transA)
    const tb = flag('transB', transB)
    checkCount('m', m)
    checkCount('n', n)
    checkCount('k', k)
    checkNumber('alpha', alpha)
    checkNumber('beta', beta)
    const sizeA = this.#checkMatrix('a', a, ta ? k : m, ta ? m : k, 'lda', lda)
    const sizeB = this.#checkMatrix('b', b, tb ? n : k, tb ? k : n, 'ldb', ldb)
    const sizeC = this.#checkMatrix('c', c, m, n, 'ldc', ldc)
    checkApart('c', c, sizeC, 'a', a, sizeA)
    checkApart('c', c, sizeC, 'b', b, sizeB)
    if (sizeC === 0) return
    const { kernels } = this.#runtime
    const workspace = this.#workspaceOf(kernels.sgemmWorkspace(m, n, k))
    kernels.sgemm(ta, tb, m, n, k, alpha, a.pointer, lda, b.pointer, ldb, beta, c.pointer, ldc, workspace)
  }

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
  ): void {
    const t = flag('trans', trans)
    checkCount('m', m)
    checkCount('n', n)
    checkNumber('alpha', alpha)
    checkNumber('beta', beta)
    const sizeA = this.#checkMatrix('a', a, m, n, 'lda', lda)
    const sizeX = this.#checkVector('x', x, t ? m : n, 'incx', incx)
    const sizeY = this.#checkVector('y', y, t ? n : m, 'incy', incy)
    checkApart('y', y, sizeY, 'a', a, sizeA)
    checkApart('y', y, sizeY, 'x', x, sizeX)
    if (sizeY === 0) return
    this.#runtime.kernels.sgemv(t, m, n, alpha, a.pointer, lda, x.pointer, incx, beta, y.pointer, incy)
  }

  saxpy(n: number, alpha: number, x: F32Buffer, incx: number, y: F32Buffer, incy: number): void {
    checkCount('n', n)
    checkNumber('alpha', alpha)
    this.#checkVector('x', x, n, 'incx', incx)
    this.#checkVector('y', y, n, 'incy', incy)
    this.#runtime.kernels.saxpy(n, alpha, x.pointer, incx, y.pointer, incy)
  }

  sdot(n: number, x: F32Buffer, incx: number, y: F32Buffer, incy: number): number {
    checkCount('n', n)
    this.#checkVector('x', x, n, 'incx', incx)
    this.#checkVector('y', y, n, 'incy', incy)
    return this.#runtime.kernels.sdot(n, x.pointer, incx, y.pointer, incy)
  }

  sscal(n: number, alpha: number, x: F32Buffer, incx: number): void {
    checkCount('n', n)
    checkNumber('alpha', alpha)
    this.#checkVector('x', x, n, 'incx', incx)
    // x ← α·x is the same from either end.
    this.#runtime.kernels.sscal(n, alpha, x.pointer, Math.abs(incx))
  }

  transpose(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('x', x, rows, columns)
    this.#checkRows('y', y, columns, rows)
    checkApart('y', y, size, 'x', x, size)
    if (size === 0) return
    this.#runtime.kernels.transpose(x.pointer, y.pointer, rows, columns)
  }

  broadcastRow(b: F32Buffer, y: F32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('y', y, rows, columns)
    checkBuffer(this.#runtime.memory, 'b', b, columns, `a row of ${columns} columns`)
    checkApart('y', y, size, 'b', b, columns)
    if (size === 0) return
    this.#runtime.kernels.broadcastRow(b.pointer, y.pointer, rows, columns)
  }

  sumAxis0(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('x', x, rows, columns)
    checkBuffer(this.#runtime.memory, 'y', y, columns, `the sum over axis 0 of ${rows} × ${columns}`)
    checkApart('y', y, columns, 'x', x, size)
    if (columns === 0) return
    this.#runtime.kernels.sumAxis0(x.pointer, y.pointer, rows, columns)
  }

  argmax(x: F32Buffer, y: I32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('x', x, rows, columns)
    if (columns === 0 && rows > 0)
      throw new ArgumentError('argmax of rows with 0 columns: expected at least 1')
    checkBuffer(this.#runtime.memory, 'y', y, rows, `one index for each of ${rows} rows`, 'i32')
    checkApart('y', y, rows, 'x', x, size)
    this.#runtime.kernels.argmax(x.pointer, y.pointer, rows, columns)
  }

  activation(name: ActivationName, x: F32Buffer, y: F32Buffer, options: ActivationOptions = {}): void {
    const slope = checkParameters(name, options)
    this.#map(activationKind(name), x, y, slope)
  }

  activationGradient(
    name: ActivationName,
    x: F32Buffer,
    y: F32Buffer,
    dy: F32Buffer,
    dx: F32Buffer,
    options: ActivationOptions = {},
  ): void {
    const slope = checkParameters(name, options)
    const kind = activationKind(name)
    const { memory, kernels } = this.#runtime
    checkBuffer(memory, 'x', x, 0, '')
    checkLength(memory, 'y', y, x.length, 'x')
    checkLength(memory, 'dy', dy, x.length, 'x')
    checkLength(memory, 'dx', dx, x.length, 'x')
    checkSameOrApart('dx', dx, 'x', x, x.length)
    checkSameOrApart('dx', dx, 'y', y, x.length)
    checkSameOrApart('dx', dx, 'dy', dy, x.length)
    kernels.activationGradient(kind, x.pointer, y.pointer, dy.pointer, dx.pointer, x.length, slope)
  }

  softmax(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('x', x, rows, columns)
    this.#checkRows('y', y, rows, columns)
    checkSameOrApart('y', y, 'x', x, size)
    if (size === 0) return
    this.#runtime.kernels.softmax(x.pointer, y.pointer, rows, columns, 0, 1)
  }

  logSoftmax(x: F32Buffer, y: F32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('x', x, rows, columns)
    this.#checkRows('y', y, rows, columns)
    checkSameOrApart('y', y, 'x', x, size)
    if (size === 0) return
    this.#runtime.kernels.logSoftmax(x.pointer, y.pointer, rows, columns, 0, 1)
  }

  softmaxGradient(y: F32Buffer, dy: F32Buffer, dx: F32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('y', y, rows, columns)
    this.#checkRows('dy', dy, rows, columns)
    this.#checkRows('dx', dx, rows, columns)
    checkSameOrApart('dx', dx, 'y', y, size)
    checkSameOrApart('dx', dx, 'dy', dy, size)
    if (size === 0) return
    this.#runtime.kernels.softmaxGradient(y.pointer, dy.pointer, dx.pointer, rows, columns)
  }

  exp(x: F32Buffer, y: F32Buffer): void {
    this.#map(EXP_KIND, x, y, 0)
  }

  log(x: F32Buffer, y: F32Buffer): void {
    this.#map(LOG_KIND, x, y, 0)
  }

  meanSquaredError(y: F32Buffer, target: F32Buffer, dy: F32Buffer): number {
    const { memory, kernels } = this.#runtime
    checkBuffer(memory, 'y', y, 1, 'a mean')
    checkLength(memory, 'target', target, y.length, 'y')
    checkLength(memory, 'dy', dy, y.length, 'y')
    checkSameOrApart('dy', dy, 'y', y, y.length)
    checkSameOrApart('dy', dy, 'target', target, y.length)
    const n = y.length
    const losses = this.#workspaceOf(16)
    const total = losses + 8
    const [t, d] = [target.pointer, dy.pointer]
    kernels.elementwiseLoss(SQUARED_ERROR, 0, y.pointer, 0, t, 0, 0, 0, losses, total, 0, d, 1, n, 0, 1)
    return kernels.sumF64(losses, 1) / n
  }

  softmaxCrossEntropy(
    logits: F32Buffer,
    labels: I32Buffer,
    dlogits: F32Buffer,
    rows: number,
    columns: number,
  ): number {
    const { memory, kernels } = this.#runtime
    const size = this.#checkRows('logits', logits, rows, columns)
    this.#checkRows('dlogits', dlogits, rows, columns)
    checkSameOrApart('dlogits', dlogits, 'logits', logits, size)
    checkBuffer(memory, 'labels', labels, Math.max(rows, 1), `a mean over ${rows} rows`, 'i32')
    checkApart('dlogits', dlogits, size, 'labels', labels, rows)
    if (columns === 0) throw new ArgumentError('columns is 0: a label needs at least one class')
    const bad = labels.view.subarray(0, rows).findIndex(label => label < 0 || label >= columns)
    if (bad >= 0) {
      throw new ArgumentError(
        `labels[${bad}] is ${describeValue(labels.view[bad])}: expected a class 0–${columns - 1}`,
      )
    }
    if (rows === 0) throw new ArgumentError('rows is 0: a mean needs at least one row')
    const losses = this.#workspaceOf(rows * 12)
    const hits = losses + rows * 8
    const x = logits.pointer
    const dx = dlogits.pointer
    kernels.softmaxCrossEntropy(x, labels.pointer, 0, losses, hits, dx, rows, columns, 0, 1)
    return kernels.sumF64(losses, rows) / rows
  }

  sgdUpdate(w: F32Buffer, dw: F32Buffer, learningRate: number): void {
    const { memory } = this.#runtime
    checkNumber('learningRate', learningRate)
    checkBuffer(memory, 'w', w, 0, '')
    checkLength(memory, 'dw', dw, w.length, 'w')
    this.saxpy(w.length, -learningRate, dw, 1, w, 1)
  }

  randomUniform(x: F32Buffer, low: number, high: number, seed: number, stream: number): void {
    checkBuffer(this.#runtime.memory, 'x', x, 0, '')
    checkNumber('low', low)
    checkNumber('high', high)
    checkUint32('seed', seed)
    checkUint32('stream', stream)
    this.#runtime.kernels.randomUniform(x.pointer, x.length, low, high, seed, stream)
  }

  randomNormal(x: F32Buffer, mean: number, standardDeviation: number, seed: number, stream: number): void {
    this.#normal(x, mean, standardDeviation, 0, seed, stream)
  }

  randomTruncatedNormal(
    x: F32Buffer,
    mean: number,
    standardDeviation: number,
    seed: number,
    stream: number,
  ): void {
    this.#normal(x, mean, standardDeviation, TRUNCATED_TAIL, seed, stream)
  }

  #normal(
    x: F32Buffer,
    mean: number,
    standardDeviation: number,
    tail: number,
    seed: number,
    stream: number,
  ): void {
    checkBuffer(this.#runtime.memory, 'x', x, 0, '')
    checkNumber('mean', mean)
    checkNumber('standardDeviation', standardDeviation)
    checkUint32('seed', seed)
    checkUint32('stream', stream)
    this.#runtime.kernels.randomNormal(x.pointer, x.length, mean, standardDeviation, tail, seed, stream)
  }

  orthonormalize(x: F32Buffer, rows: number, columns: number): void {
    const size = this.#checkRows('x', x, rows, columns)
    if (rows > columns) {
      throw new ShapeError(
        `x is ${rows} × ${columns}, but at most ${columns} vectors of ${columns} elements can be orthonormal`,
      )
    }
    if (size > 0) this.#runtime.kernels.orthonormalize(x.pointer, rows, columns, 1)
  }

  shuffle(x: I32Buffer, seed: number, stream: number): void {
    checkBuffer(this.#runtime.memory, 'x', x, 0, '', 'i32')
    checkUint32('seed', seed)
    checkUint32('stream', stream)
    this.#runtime.kernels.shuffle(x.pointer, x.length, seed, stream, this.#workspaceOf(16))
  }

  #map(kind: number, x: F32Buffer, y: F32Buffer, slope: number): void {
    const { memory, kernels } = this.#runtime
    checkBuffer(memory, 'x', x, 0, '')
    checkLength(memory, 'y', y, x.length, 'x')
    checkSameOrApart('y', y, 'x', x, x.length)
    kernels.activation(kind, x.pointer, y.pointer, x.length, slope)
  }

  /**
   * Checks a stored matrix, rows × columns with a leading dimension. Returns the elements from its first to its last.
   */
  #checkMatrix(
    what: string,
    buffer: F32Buffer,
    rows: number,
    columns: number,
    ldName: string,
    ld: number,
  ): number {
    checkCount(ldName, ld)
    if (ld < Math.max(1, columns)) {
      throw new ShapeError(`${ldName} is ${ld}, but a row of ${what} has ${columns} elements`)
    }
    const size = rows > 0 && columns > 0 ? (rows - 1) * ld + columns : 0
    checkBuffer(this.#runtime.memory, what, buffer, size, `${rows} × ${columns} with ${ldName} ${ld}`)
    return size
  }

  /** Checks n elements, `inc` apart. Returns the elements from the first to the last. */
  #checkVector(what: string, buffer: F32Buffer, n: number, incName: string, inc: number): number {
    checkIncrement(incName, inc)
    const size = n > 0 ? (n - 1) * Math.abs(inc) + 1 : 0
    checkBuffer(this.#runtime.memory, what, buffer, size, `${n} elements with ${incName} ${inc}`)
    return size
  }

  /** Checks a matrix without gaps. Returns its elements. */
  #checkRows(what: string, buffer: F32Buffer, rows: number, columns: number): number {
    checkCount('rows', rows)
    checkCount('columns', columns)
    checkBuffer(this.#runtime.memory, what, buffer, rows * columns, `${rows} × ${columns}`)
    return rows * columns
  }

  /** Scratch memory of at least `bytes`, kept for the next call. */
  #workspaceOf(bytes: number): number {
    if (this.#workspace.length < bytes) {
      const larger = this.#runtime.memory.u8(bytes)
      this.#workspace.free()
      this.#workspace = larger
    }
    return this.#workspace.pointer
  }
}

function flag(what: string, transpose: Transpose): 0 | 1 {
  if (transpose === 'N') return 0
  if (transpose === 'T') return 1
  throw new ArgumentError(`${what} is ${describeValue(transpose)}: expected 'N' or 'T'`)
}

function activationKind(name: ActivationName): number {
  if (!Object.hasOwn(ACTIVATIONS, name)) {
    throw unknownName('unknown activation', name, activationNames)
  }
  return ACTIVATIONS[name].kind
}

function checkParameters(name: ActivationName, options: ActivationOptions): number {
  checkOptions(name, options, '{ slope: 0.01 }', PARAMETER_NAMES)
  return resolveParameter('', name, options)
}
