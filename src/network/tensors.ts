// The tensors of a batch, layer by layer, from the buffers of a pass.
import { activationKind, isSoftmax } from '../kernels/activations.ts'
import { activationOf } from '../layers/layers.ts'
import type { LayerParameters } from '../layers/spec.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import { call } from '../wasm/calls.ts'
import type { GradientPass } from './gradient-pass.ts'
import type { ParameterSet } from './parameters.ts'

/** Rows of a batch: rows × columns, in the host's memory. */
export interface BatchMatrix {
  readonly values: Float32Array
  readonly columns: number
}

/** Reads the tensors of a pass's batch; `scratch` has room for the network's output. */
export class BatchTensors {
  readonly #pass: GradientPass
  readonly #scratch: F32Buffer

  constructor(pass: GradientPass, scratch: F32Buffer) {
    this.#pass = pass
    this.#scratch = scratch
  }

  /** As in the data set, with bytes as 0–1. */
  async inputs(): Promise<BatchMatrix> {
    const { forward, batch } = this.#pass
    const { dense, size } = forward.input
    // The buffer may hold the batch scaled, or not at all: as a list.
    const kept = dense.view.slice(0, batch.rows * size)
    await this.#pass.run(forward.input.gather(batch.rows))
    const inputs = this.#copy(dense, size)
    dense.view.set(kept)
    return inputs
  }

  /** The last layer's outputs, with its activation even where that is left to the loss. */
  async predictions(): Promise<BatchMatrix> {
    const { forward, batch } = this.#pass
    const { runtime, network, logits } = forward.plan
    const { outputSize } = network
    const activation = activationOf(network.layers.at(-1)?.layer) ?? 'identity'
    const from = forward.output.pointer
    const to = this.#scratch.pointer
    if (isSoftmax(activation)) {
      await this.#pass.run([call(activation, from, to, batch.rows, outputSize)])
    } else if (logits) {
      runtime.kernels.activation(activationKind(activation), from, to, batch.rows * outputSize, 0)
    } else {
      return this.#copy(forward.output, outputSize)
    }
    return this.#copy(this.#scratch, outputSize)
  }

  /** A layer's z, rows × units. */
  weightedSums(layer: number): BatchMatrix {
    const { output } = this.#stageOf(layer)
    return this.#copy(output.z, output.units)
  }

  /** A layer's y = h(z), rows × units; the last layer's are the predictions. */
  activations(layer: number): Promise<BatchMatrix> | BatchMatrix {
    if (layer === this.#pass.forward.plan.network.layers.length - 1) return this.predictions()
    const { output } = this.#stageOf(layer)
    return this.#copy(output.y, output.units)
  }

  /** The gradient of the loss with respect to a layer's z, rows × units. */
  deltas(layer: number): BatchMatrix {
    const { output, index } = this.#stageOf(layer)
    return this.#copy(this.#pass.backward.delta(index), output.units)
  }

  /** A layer's part of a vector such as the gradients. */
  parametersOf(set: ParameterSet, layer: number): LayerParameters {
    const { weights, bias } = set.layers[layer] ?? {}
    return {
      weights: weights?.view.slice() ?? new Float32Array(),
      bias: bias?.view.slice() ?? new Float32Array(),
    }
  }

  /** A layer that does nothing has no stage: its outputs are those of the stage below. */
  #stageOf(layer: number) {
    const { stages } = this.#pass.forward
    const index = Math.max(
      0,
      stages.findLastIndex(stage => stage.layer.index <= layer),
    )
    const output = stages[index]?.output
    if (!output) throw new Error('a network has at least one stage')
    return { output, index }
  }

  #copy(buffer: F32Buffer, columns: number): BatchMatrix {
    return { values: buffer.view.slice(0, this.#pass.batch.rows * columns), columns }
  }
}
