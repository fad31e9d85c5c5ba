// One perceptron of one input over a batch, by the package's kernels.
import type { F32Buffer, Kernels } from 'wasmlp/kernels'

/** What the perceptron gives with w and b, and how wrong that is. */
export interface Fit {
  readonly predictions: Float32Array
  /** y − t for each point. */
  readonly errors: Float32Array
  /** The mean squared error. */
  readonly loss: number
  /** ∂L/∂w and ∂L/∂b. */
  readonly dw: number
  readonly db: number
}

export interface Place {
  readonly w: number
  readonly b: number
}

/** y = x·w + b over a batch of one-valued samples, with its mean squared error and gradient. */
export class Perceptron {
  readonly targets: Float32Array
  readonly #kernels: Kernels
  readonly #count: number
  readonly #x: F32Buffer
  readonly #t: F32Buffer
  readonly #y: F32Buffer
  readonly #dy: F32Buffer
  /** w, b, and their gradients, one element each. */
  readonly #w: F32Buffer
  readonly #b: F32Buffer
  readonly #dw: F32Buffer
  readonly #db: F32Buffer

  constructor(kernels: Kernels, inputs: readonly number[], truth: Place) {
    const count = inputs.length
    this.#kernels = kernels
    this.#count = count
    this.#x = kernels.f32(count)
    this.#t = kernels.f32(count)
    this.#y = kernels.f32(count)
    this.#dy = kernels.f32(count)
    this.#w = kernels.f32(1)
    this.#b = kernels.f32(1)
    this.#dw = kernels.f32(1)
    this.#db = kernels.f32(1)
    this.#x.view.set(inputs)
    this.#predict(truth, this.#t)
    this.targets = this.#t.view.slice()
  }

  fit(place: Place): Fit {
    const kernels = this.#kernels
    const n = this.#count
    this.#predict(place, this.#y)
    const predictions = this.#y.view.slice()
    const loss = kernels.meanSquaredError(this.#y, this.#t, this.#dy)
    // dw = xᵀ·dy, and db is the sum of dy.
    kernels.sgemm('T', 'N', 1, 1, n, 1, this.#x, 1, this.#dy, 1, 0, this.#dw, 1)
    kernels.sumAxis0(this.#dy, this.#db, n, 1)
    kernels.saxpy(n, -1, this.#t, 1, this.#y, 1)
    const errors = this.#y.view.slice()
    return { predictions, errors, loss, dw: this.#dw.view[0] ?? 0, db: this.#db.view[0] ?? 0 }
  }

  /** The mean squared error at many places: E = [w b]·[x; 1] − t in one product. */
  losses(places: readonly Place[]): Float32Array {
    const kernels = this.#kernels
    const [m, n] = [places.length, this.#count]
    const [wb, x1, errors] = [kernels.f32(2 * m), kernels.f32(2 * n), kernels.f32(m * n)]
    wb.view.set(places.flatMap(({ w, b }) => [w, b]))
    x1.view.fill(1)
    x1.view.set(this.#x.view)
    kernels.broadcastRow(this.#t, errors, m, n)
    kernels.sgemm('N', 'N', m, n, 2, 1, wb, 2, x1, n, -1, errors, n)
    const { view } = errors
    const losses = Float32Array.from(places, (_, i) => {
      let sum = 0
      for (let j = i * n; j < (i + 1) * n; ++j) sum += (view[j] ?? 0) ** 2
      return sum / n
    })
    for (const buffer of [wb, x1, errors]) buffer.free()
    return losses
  }

  descend({ w, b }: Place, dw: number, db: number, learningRate: number): Place {
    this.#w.view[0] = w
    this.#b.view[0] = b
    this.#dw.view[0] = dw
    this.#db.view[0] = db
    this.#kernels.sgdUpdate(this.#w, this.#dw, learningRate)
    this.#kernels.sgdUpdate(this.#b, this.#db, learningRate)
    return { w: this.#w.view[0] ?? 0, b: this.#b.view[0] ?? 0 }
  }

  /** y = x·w + b. */
  #predict({ w, b }: Place, y: F32Buffer): void {
    const kernels = this.#kernels
    this.#w.view[0] = w
    this.#b.view[0] = b
    kernels.broadcastRow(this.#b, y, this.#count, 1)
    kernels.sgemm('N', 'N', this.#count, 1, 1, 1, this.#x, 1, this.#w, 1, 1, y, 1)
  }
}
