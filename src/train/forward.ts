// The forward pass: prepare data → apply the model → prediction. Lecture, section 1.
import type { Storage } from '../data/storage.ts'
import { ACTIVATION_KINDS } from '../kernels/activation-kinds.ts'
import type { LayerActivation } from '../model/layers.ts'
import type { Network, NetworkLayer } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { BatchInput, type InputFormat } from './input.ts'

/** One layer's results for a batch of at most `capacity` rows. */
interface LayerOutput {
  readonly layer: NetworkLayer
  /** Weighted sums x·W + b, rows × units. */
  readonly z: F32Buffer
  /** h(z), rows × units: the same buffer as z where the derivative of h can be had from h(z) alone. */
  readonly y: F32Buffer
}

const needsWeightedSums = new Set<string>(['leakyRelu', 'softplus'])

/** The number of an activation for the kernels. A softmax is left to the loss, or to a call of its own. */
export function activationKind(activation: LayerActivation): number {
  return ACTIVATION_KINDS[activation === 'softmax' ? 'identity' : activation]
}

/** All buffers of a forward pass, planned once; running it allocates nothing. */
export class ForwardPass {
  readonly outputs: readonly LayerOutput[]
  readonly input: BatchInput
  /** Scratch memory of each thread for every sgemm of this network at this capacity, forward or backward. */
  readonly workspace: U8Buffer

  /** `threads` may compute together; `forTraining` plans for a backward pass behind this one as well. */
  constructor(
    runtime: Runtime,
    arena: Arena,
    network: Network,
    storage: Storage,
    capacity: number,
    threads: number,
    forTraining: boolean,
  ) {
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
    this.workspace = arena.scratch(threads * Math.max(...workspaceBytes))
    const workspace = this.workspace.pointer
    this.input = new BatchInput(runtime, arena, storage, first, capacity, threads, workspace, forTraining)
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

  /** The calls that take a batch of rows from the input, kept in a format, to the output; a softmax is left out. */
  calls(rows: number, format: InputFormat): Call[] {
    let x = 0
    return this.outputs.flatMap(({ layer, z, y }, i) => {
      const { inputs, units, weights, bias } = layer
      const { activation, slope } = layer.layer
      const target = { kind: activationKind(activation), slope, z: z.pointer, y: y.pointer }
      const below = x
      x = target.y
      if (i === 0) return this.input.forward(rows, format, target)
      const w = weights.pointer
      const b = bias.pointer
      const scratch = this.workspace.pointer
      const { kind } = target
      return call('denseForward', kind, slope, rows, inputs, units, below, w, b, target.z, target.y, scratch)
    })
  }

  /** The call that turns the output's logits into probabilities; none where the last layer is no softmax. */
  softmax(rows: number): Call[] {
    const last = this.outputs.at(-1)
    if (last?.layer.layer.activation !== 'softmax') return []
    return [call('softmax', last.y.pointer, last.y.pointer, rows, last.layer.units)]
  }
}
