// Predictions for one caller, without a promise, in the thread that computes.
import { StateError } from '../errors.ts'
import type { NetworkContext } from '../network/context.ts'
import { PredictionPass } from '../training/prediction-pass.ts'
import { Arena, freeWithOwner } from '../wasm/arena.ts'
import type { EnginePredictor, PredictorSize } from './engine.ts'

export class LocalPredictor implements EnginePredictor {
  readonly #network: NetworkContext['network']
  readonly #pass: PredictionPass
  readonly #checkFree: () => void
  readonly dispose: () => void

  /**
   * `checkFree` throws while the network trains. `open` gets what frees this, until that is done: the network calls it in
   * the end.
   */
  constructor(
    context: Omit<NetworkContext, 'executor' | 'arena'>,
    size: PredictorSize,
    { checkFree, open }: { readonly checkFree: () => void; readonly open: Set<() => void> },
  ) {
    const arena = new Arena(context.runtime.memory)
    const free = () => {
      open.delete(free)
      arena.free()
    }
    try {
      this.#pass = new PredictionPass({ ...context, arena }, size)
    } catch (error) {
      arena.free()
      throw error
    }
    this.#network = context.network
    this.#checkFree = checkFree
    this.dispose = free
    open.add(free)
    freeWithOwner(this, { free })
  }

  predict(inputs: ArrayLike<number>, rows: number, outputs: Float32Array): void {
    this.#checkFree()
    if (this.#network.isBusy)
      throw new StateError('a predictor while a call on its model is under way: await that first')
    this.#pass.run(inputs, rows, outputs)
  }
}
