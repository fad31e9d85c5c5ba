// Predictions that are planned once and then computed at once, in the calling thread: for what is asked again and again.
import type { Samples } from '../data/samples.ts'
import type { NetworkContext } from '../network/context.ts'
import { ForwardPass } from '../network/forward.ts'
import type { Network } from '../network/network.ts'
import { planOnce } from '../network/plan-once.ts'
import type { Batch } from '../network/stages/stage.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { bindCall, type Call, runAlone } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { finiteCheck } from './finite-check.ts'
import { clearNaNs } from './not-a-number.ts'

/** Elements up to which a loop here is faster than a call of the engine's. */
const FEW = 64

/** The functions that compute a batch. */
type Steps = readonly (() => void)[]

/** A forward pass over at most `capacity` samples, whose buffers `context.arena` has. */
export class PredictionPass {
  readonly capacity: number
  readonly #runtime: Runtime
  readonly #network: Network
  readonly #pass: ForwardPass
  readonly #inputs: U8Buffer | F32Buffer
  readonly #areFinite: (vector: F32Buffer, length: number) => boolean
  readonly #lists = new Map<number, Steps>()
  readonly #steps = new Map<Batch, Steps>()
  #inputView: Uint8Array | Float32Array
  #outputView: Float32Array

  constructor(
    context: Omit<NetworkContext, 'executor'>,
    { capacity, isBytes }: { readonly capacity: number; readonly isBytes: boolean },
  ) {
    const { runtime, arena, network } = context
    const { inputSize } = network
    const length = capacity * inputSize
    const inputs = isBytes ? arena.u8(length) : arena.f32(length)
    const samples: Samples = {
      info: { samples: capacity, inputSize },
      inputs,
      labels: undefined,
      targets: undefined,
      sampleWeights: undefined,
    }
    this.capacity = capacity
    this.#runtime = runtime
    this.#network = network
    this.#inputs = inputs
    this.#pass = new ForwardPass({ ...context, executor: runAlone(runtime.kernels) }, samples, {
      capacity,
      logits: false,
      random: undefined,
      augmentation: undefined,
      isWhole: true,
    })
    this.#areFinite = finiteCheck(runtime, arena)
    this.#inputView = inputs.view
    this.#outputView = this.#pass.output.view
  }

  /**
   * Computes the outputs of so many samples, at most `capacity`. Both arrays have their exact lengths. Call while nothing
   * else uses the network: see {@link Network.isBusy}.
   */
  run(inputs: ArrayLike<number>, rows: number, outputs: Float32Array): void {
    if (this.#inputView.length === 0) this.#renewViews()
    const { input, output } = this.#pass
    copy(inputs, inputs.length, this.#inputView)
    this.#network.updateFirstWeights()
    for (const step of planOnce(this.#lists, rows, () => this.#bind(input.preparation(rows)))) step()
    const batch = input.batchOf(rows)
    for (const step of planOnce(this.#steps, batch, () => this.#plan(batch))) step()
    copy(this.#outputView, outputs.length, outputs)
    if (outputs.length <= FEW || !this.#areFinite(output, outputs.length)) clearNaNs(outputs)
  }

  /** Memory that grows leaves views of what it was, which are empty then. */
  #renewViews(): void {
    this.#inputView = this.#inputs.view
    this.#outputView = this.#pass.output.view
  }

  #plan(batch: Batch): Steps {
    return this.#bind([...this.#pass.calls(batch), ...this.#pass.softmax(batch.rows)])
  }

  #bind(calls: readonly Call[]): Steps {
    return calls.map(call => bindCall(this.#runtime.kernels, call))
  }
}

/** Copies the first `length` elements. */
function copy(from: ArrayLike<number>, length: number, to: Uint8Array | Float32Array): void {
  if (length > FEW) to.set(length < from.length ? (from as Float32Array).subarray(0, length) : from)
  else for (let i = 0; i < length; ++i) to[i] = from[i] as number
}
