// A first stage other than a dense product. Its inputs are a batch of the data set, always a dense one.

import type { Call } from '../../wasm/calls.ts'
import type { BatchInput } from '../input.ts'
import type { NetworkLayer } from '../parameters.ts'
import type { Batch, GradientTask, InputScaling, Stage, StageOutput } from './stage.ts'

export class GatheredStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace: boolean
  readonly #stage: Stage
  readonly #input: BatchInput
  readonly #scaling: InputScaling | undefined

  /** `stage` handles the batch, scaled where there is a `scaling`. */
  constructor(stage: Stage, input: BatchInput, scaling: InputScaling | undefined) {
    this.layer = stage.layer
    this.output = stage.output
    this.updatesInPlace = stage.updatesInPlace
    this.#stage = stage
    this.#input = input
    this.#scaling = scaling
  }

  forward(batch: Batch): Call[] {
    const x = this.#input.dense.pointer
    return [
      ...this.#input.gather(batch.rows),
      ...(this.#scaling?.rows(batch.rows, x) ?? []),
      ...this.#stage.forward(batch, x),
    ]
  }

  /** The gradient with respect to the parameters only: data need none. */
  backward(batch: Batch, task: GradientTask): Call[] {
    return this.#stage.backward(batch, { ...task, x: this.#input.dense.pointer, below: undefined })
  }
}
