// The forward pass: prepare data → apply the model → prediction. Lecture, section 1.
import type { Storage } from '../data/storage.ts'
import { ACTIVATION_KINDS } from '../kernels/activation-kinds.ts'
import type { Network, NetworkLayer } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { BatchInput } from './input.ts'

/** One layer's results for a batch of at most `capacity` rows. */
interface LayerOutput {
  readonly layer: NetworkLayer
  /** Weighted sums x·W + b, rows × units. */
  readonly z: F32Buffer
  /** h(z), rows × units: the same buffer as z where the derivative of h can be had from h(z) alone. */
  readonly y: F32Buffer
}

const needsWeightedSums = new Set<string>(['leakyRelu', 'softplus'])

/** All buffers of a forward pass, planned once; running it allocates nothing. */
export class ForwardPass {
  readonly outputs: readonly LayerOutput[]
  readonly input: BatchInput
  /** Scratch memory for every sgemm of this network at this capacity, forward or backward. */
  readonly workspace: U8Buffer
  readonly #runtime: Runtime

  /** `forTraining` plans for a backward pass behind this one as well. */
  constructor(
    runtime: Runtime,
    arena: Arena,
    network: Network,
    storage: Storage,
    capacity: number,
    forTraining: boolean,
  ) {
    this.#runtime = runtime
    const { kernels } = runtime
    const [first] = network.layers
    if (!first) throw new Error('a network has at least one layer')
    const workspaceBytes = network.layers.map(({ inputs, units }) =>
      Math.max(
        kernels.sgemmWorkspace(capacity, units, inputs), // X·W
        kernels.sgemmWorkspace(inputs, units, capacity), // Xᵀ·dZ
        kernels.sgemmWorkspace(capacity, inputs, units), // dZ·Wᵀ
      ),
    )
    this.workspace = arena.scratch(Math.max(...workspaceBytes))
    this.input = new BatchInput(runtime, arena, storage, first, capacity, this.workspace.pointer, forTraining)
    this.outputs = network.layers.map(layer => {
      const z = arena.f32(capacity * layer.units)
      const y = needsWeightedSums.has(layer.layer.activation) ? arena.f32(capacity * layer.units) : z
      return { layer, z, y }
    })
  }

  /** What the last layer gives: rows × units, logits where it is a softmax. */
  get output(): F32Buffer {
    const last = this.outputs.at(-1)
    if (!last) throw new Error('a network has at least one layer')
    return last.y
  }

  /** Runs the batch that `input` has loaded. A softmax is left to the loss, or to {@link applySoftmax}. */
  run(rows: number): void {
    const { kernels } = this.#runtime
    let x = 0
    for (let i = 0; i < this.outputs.length; ++i) {
      const { layer, z, y } = this.outputs[i] as LayerOutput
      const { inputs, units, weights, bias } = layer
      if (i === 0) {
        this.input.forward(rows, z.pointer)
      } else {
        kernels.broadcastRow(bias.pointer, z.pointer, rows, units)
        const workspace = this.workspace.pointer
        kernels.sgemm(
          0,
          0,
          rows,
          units,
          inputs,
          1,
          x,
          inputs,
          weights.pointer,
          units,
          1,
          z.pointer,
          units,
          workspace,
        )
      }
      const { activation, slope } = layer.layer
      if (activation !== 'identity' && activation !== 'softmax') {
        kernels.activation(ACTIVATION_KINDS[activation], z.pointer, y.pointer, rows * units, slope)
      }
      x = y.pointer
    }
  }

  /** Turns the output's logits into probabilities where the last layer is a softmax. */
  applySoftmax(rows: number): void {
    const last = this.outputs.at(-1)
    if (last?.layer.layer.activation !== 'softmax') return
    this.#runtime.kernels.softmax(last.y.pointer, last.y.pointer, rows, last.layer.units)
  }
}
