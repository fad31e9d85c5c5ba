// Two linear layers and the one that equals them: y₁ = 2·x₁ + 1, y₂ = 3·x₂ − 1, z = y₁ + y₂ = 2·x₁ + 3·x₂. Lecture,
// section 1.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { F32Buffer, Kernels } from 'wasmlp/kernels'

/** The numbers that can be edited: hidden layer y = x·W₁ + b₁ of two units, output z = y·W₂ + b₂. */
const WEIGHT_NAMES = ['w11', 'w21', 'b1', 'w12', 'w22', 'b2', 'v1', 'v2', 'c'] as const
export type WeightName = (typeof WEIGHT_NAMES)[number]
type Weights = Readonly<Record<WeightName, number>>

/** The lecture's. `w21` is the weight from x₂ to y₁. */
const LECTURE: Weights = { w11: 2, w21: 0, b1: 1, w12: 0, w22: 3, b2: -1, v1: 1, v2: 1, c: 0 }
export const WEIGHT_RANGE = { least: -9, most: 9 } as const

/** The single layer z = w₁·x₁ + w₂·x₂ + b. */
export interface Folded {
  readonly w1: number
  readonly w2: number
  readonly b: number
}

/** What both networks give for the input at hand. */
export interface Outputs {
  readonly y1: number
  readonly y2: number
  /** By two layers. */
  readonly two: number
  /** By the one that they fold into. */
  readonly one: number
}

export class Fold {
  readonly weights: Readonly<Record<WeightName, Signal<number>>>
  readonly x1 = signal(1)
  readonly x2 = signal(1)
  /** Whether the picture shows the two layers as one. */
  readonly isFolded = signal(false)
  /** W = W₁·W₂ and b = b₁·W₂ + b₂, by sgemm. */
  readonly folded: ReadonlySignal<Folded>
  readonly outputs: ReadonlySignal<Outputs>

  constructor(kernels: Kernels) {
    this.weights = mapNames(name => signal(LECTURE[name]))
    const layers = new LinearLayers(kernels)
    const values = computed(() => mapNames(name => this.weights[name].value))
    this.folded = computed(() => layers.fold(values.value))
    this.outputs = computed(() => layers.apply(values.value, this.folded.value, this.x1.value, this.x2.value))
  }

  set(name: WeightName, value: number): void {
    const { least, most } = WEIGHT_RANGE
    this.weights[name].value = Math.min(Math.max(value, least), most)
  }

  /** Back to the lecture's weights. */
  reset(): void {
    for (const name of WEIGHT_NAMES) this.weights[name].value = LECTURE[name]
  }
}

function mapNames<Value>(value: (name: WeightName) => Value): Record<WeightName, Value> {
  return Object.fromEntries(WEIGHT_NAMES.map(name => [name, value(name)])) as Record<WeightName, Value>
}

/** The buffers of 2 → 2 → 1 and of 2 → 1. */
class LinearLayers {
  readonly #kernels: Kernels
  readonly #w1: F32Buffer
  readonly #b1: F32Buffer
  readonly #w2: F32Buffer
  /** W₁·W₂, then b₁·W₂ + b₂. */
  readonly #w: F32Buffer
  readonly #b: F32Buffer
  readonly #x: F32Buffer
  readonly #y: F32Buffer
  readonly #z: F32Buffer

  constructor(kernels: Kernels) {
    this.#kernels = kernels
    this.#w1 = kernels.f32(4)
    this.#b1 = kernels.f32(2)
    this.#w2 = kernels.f32(2)
    this.#w = kernels.f32(2)
    this.#b = kernels.f32(1)
    this.#x = kernels.f32(2)
    this.#y = kernels.f32(2)
    this.#z = kernels.f32(1)
  }

  fold({ w11, w12, w21, w22, b1, b2, v1, v2, c }: Weights): Folded {
    const kernels = this.#kernels
    this.#w1.view.set([w11, w12, w21, w22])
    this.#b1.view.set([b1, b2])
    this.#w2.view.set([v1, v2])
    kernels.sgemm('N', 'N', 2, 1, 2, 1, this.#w1, 2, this.#w2, 1, 0, this.#w, 1)
    this.#b.view[0] = c
    kernels.sgemm('N', 'N', 1, 1, 2, 1, this.#b1, 2, this.#w2, 1, 1, this.#b, 1)
    const [w1 = 0, w2 = 0] = this.#w.view
    return { w1, w2, b: this.#b.view[0] ?? 0 }
  }

  apply({ w11, w12, w21, w22, b1, b2, v1, v2, c }: Weights, one: Folded, x1: number, x2: number): Outputs {
    const kernels = this.#kernels
    this.#x.view.set([x1, x2])
    this.#w1.view.set([w11, w12, w21, w22])
    this.#y.view.set([b1, b2])
    kernels.sgemm('N', 'N', 1, 2, 2, 1, this.#x, 2, this.#w1, 2, 1, this.#y, 2)
    const [y1 = 0, y2 = 0] = this.#y.view
    this.#w2.view.set([v1, v2])
    this.#z.view[0] = c
    kernels.sgemm('N', 'N', 1, 1, 2, 1, this.#y, 2, this.#w2, 1, 1, this.#z, 1)
    const two = this.#z.view[0] ?? 0
    this.#w.view.set([one.w1, one.w2])
    this.#z.view[0] = one.b
    kernels.sgemm('N', 'N', 1, 1, 2, 1, this.#x, 2, this.#w, 1, 1, this.#z, 1)
    return { y1, y2, two, one: this.#z.view[0] ?? 0 }
  }
}
