// The forward pass: prepare data → apply the model → prediction. Lecture, section 1.
import type { Samples } from '../data/samples.ts'
import { isSoftmax } from '../kernels/activations.ts'
import { activationOf } from '../layers/layers.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { BatchInput } from './input.ts'
import type { Network } from './network.ts'
import { beginsDense, planStages } from './stages/plan.ts'
import type { Batch, PassPlan, Stage } from './stages/stage.ts'

/** All buffers of a forward pass, planned once; running it allocates nothing. */
export class ForwardPass {
  readonly plan: PassPlan
  readonly input: BatchInput
  readonly stages: readonly Stage[]
  readonly #network: Network

  constructor(network: Network, samples: Samples, options: Omit<PassPlan, 'workspace'>) {
    const plan = { ...options, workspace: planWorkspace(network, options) }
    this.#network = network
    this.plan = plan
    this.input = new BatchInput(plan, samples, beginsDense(network, plan.random !== undefined))
    this.stages = planStages(network, plan, this.input)
  }

  /** What the last layer gives: rows × units, logits where it is a softmax. */
  get output(): F32Buffer {
    const last = this.stages.at(-1)
    if (!last) throw new Error('a network has at least one layer')
    return last.output.y
  }

  /** Where the first layer's weights may stay from one sparse batch to the next: see {@link FirstDenseStage}. */
  keepPanels(arena: Arena): U8Buffer | undefined {
    return this.stages[0]?.keepPanels?.(arena)
  }

  /** The calls that take a batch from the input to the output; a softmax is left out. */
  calls(batch: Batch): Call[] {
    return this.stages.flatMap((stage, i) => stage.forward(batch, this.inputOf(i)))
  }

  /** Where a stage finds its inputs, if these are dense: rows × inputs. */
  inputOf(stage: number): number {
    return (this.stages[stage - 1]?.output.y ?? this.input.dense).pointer
  }

  /** The call that turns the output's logits into (log-)probabilities; none where the last layer is no softmax. */
  softmax(rows: number): Call[] {
    const activation = activationOf(this.#network.layers.at(-1)?.layer)
    if (!activation || !isSoftmax(activation)) return []
    const { pointer } = this.output
    return [call(activation, pointer, pointer, rows, this.#network.outputSize)]
  }
}

/** Scratch memory of each thread for every dense product of a network, forward or backward. */
function planWorkspace(
  network: Network,
  { runtime, arena, capacity, threads }: Omit<PassPlan, 'workspace'>,
): U8Buffer {
  const { sgemmWorkspace } = runtime.kernels
  const matrices = network.layers.filter(({ isMatrix }) => isMatrix)
  const bytes = matrices.map(({ inputs, units }) =>
    Math.max(
      sgemmWorkspace(capacity, units, inputs), // X·W
      sgemmWorkspace(inputs, units, capacity), // Xᵀ·dZ
      sgemmWorkspace(capacity, inputs, units), // dZ·Wᵀ
    ),
  )
  return arena.scratch(threads * Math.max(...bytes))
}
