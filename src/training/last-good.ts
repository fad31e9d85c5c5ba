// The last parameters that gave a finite loss, in case the next do not.
import type { NetworkContext } from '../network/context.ts'
import type { Network } from '../network/network.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import { finiteCheck } from './finite-check.ts'

/** Iterations between two copies: a copy takes as long as a tenth of an iteration. */
const INTERVAL = 50

export class LastGood {
  readonly #network: Network
  readonly #copy: F32Buffer
  readonly #isFinite: (vector: F32Buffer) => boolean
  #next = 0

  constructor({ runtime, arena, network }: NetworkContext) {
    this.#network = network
    this.#copy = arena.f32(network.parameters.vector.length)
    this.#copy.view.set(network.parameters.vector.view)
    this.#isFinite = finiteCheck(runtime, arena)
  }

  /** Call with parameters that gave a finite loss, before they change. Copies them now and then. */
  observe(step: number): void {
    if (step < this.#next) return
    this.#next = step + INTERVAL
    this.#network.updateFirstWeights()
    this.#copy.view.set(this.#network.parameters.vector.view)
  }

  /** Whether the parameters are finite as they are. */
  areFinite(): boolean {
    this.#network.updateFirstWeights()
    return this.#isFinite(this.#network.parameters.vector)
  }

  /** Restores the copy: parameters that gave a finite loss at most {@link INTERVAL} iterations ago. */
  restore(): void {
    this.#network.writeVector(this.#copy.view)
  }
}
