// The forward pass: prepare data → apply the model → prediction. Lecture, section 1.
import type { Samples } from '../data/samples.ts'
import { isSoftmax } from '../kernels/activations.ts'
import { activationOf } from '../layers/layers.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { NetworkContext, PassOptions, PassPlan } from './context.ts'
import { BatchInput } from './input.ts'
import { beginsDense, planStages } from './stages/plan.ts'
import type { Batch, Stage } from './stages/stage.ts'

/** All buffers of a forward pass, planned once; running it allocates nothing. */
export class ForwardPass {
  readonly plan: PassPlan
  readonly input: BatchInput
  readonly stages: readonly Stage[]

  constructor(context: NetworkContext, samples: Samples, options: PassOptions) {
    const plan = { ...context, ...options, workspace: planWorkspace(context, options.capacity) }
    this.plan = plan
    this.input = new BatchInput(plan, samples, beginsDense(plan.network, plan.random !== undefined))
    this.stages = planStages(plan, this.input)
  }

  /** The last layer's output: rows × units, logits for a softmax. */
  get output(): F32Buffer {
    const last = this.stages.at(-1)
    if (!last) throw new Error('a network has at least one layer')
    return last.output.y
  }

  /** Where the first layer's weights may be kept from one sparse batch to the next: see {@link FirstDenseStage}. */
  keepPanels(arena: Arena): U8Buffer | undefined {
    return this.stages[0]?.keepPanels?.(arena)
  }

  /** The calls from the batch's input to the output, without a softmax. */
  calls(batch: Batch): Call[] {
    return this.stages.flatMap((stage, i) => stage.forward(batch, this.inputOf(i)))
  }

  /** A stage's inputs, if these are dense: rows × inputs. */
  inputOf(stage: number): number {
    return (this.stages[stage - 1]?.output.y ?? this.input.dense).pointer
  }

  /** The call that turns the output's logits into (log-)probabilities; none where the last layer is not a softmax. */
  softmax(rows: number): Call[] {
    const { layers, outputSize } = this.plan.network
    const activation = activationOf(layers.at(-1)?.layer)
    if (!activation || !isSoftmax(activation)) return []
    const { pointer } = this.output
    return [call(activation, pointer, pointer, rows, outputSize)]
  }
}

/** Each thread's scratch memory for the dense products of a network, forward and backward. */
function planWorkspace({ runtime, executor, arena, network }: NetworkContext, capacity: number): U8Buffer {
  const { sgemmWorkspace } = runtime.kernels
  const matrices = network.layers.filter(({ isMatrix }) => isMatrix)
  const bytes = matrices.map(({ inputs, units }) =>
    Math.max(
      sgemmWorkspace(capacity, units, inputs), // X·W
      sgemmWorkspace(inputs, units, capacity), // Xᵀ·dZ
      sgemmWorkspace(capacity, inputs, units), // dZ·Wᵀ
    ),
  )
  return arena.scratch(executor.threads * Math.max(...bytes))
}
