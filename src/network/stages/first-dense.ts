// A dense layer at the beginning of the network. Its inputs are a batch of the data set: dense, or a list of the
// non-zero bytes.
import type { DenseLayer } from '../../layers/layers.ts'
import type { Arena } from '../../wasm/arena.ts'
import type { U8Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { Runtime } from '../../wasm/runtime.ts'
import type { PassPlan } from '../context.ts'
import type { BatchInput } from '../input.ts'
import type { NetworkLayer, ParameterBuffers } from '../parameters.ts'
import { DenseStage } from './dense.ts'
import type { Batch, GradientTask, InputScaling, Stage, StageOutput } from './stage.ts'

export class FirstDenseStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace: boolean
  readonly #runtime: Runtime
  readonly #input: BatchInput
  /** Handles a dense batch. */
  readonly #dense: Stage
  readonly #scaling: InputScaling | undefined
  /** With a scaling: the folded parameters for sparse batches, later their gradients. */
  readonly #folded: ParameterBuffers | undefined
  #panels: U8Buffer | undefined

  constructor(
    layer: NetworkLayer,
    dense: DenseLayer,
    plan: PassPlan & { readonly input: BatchInput; readonly scaling: InputScaling | undefined },
  ) {
    const { arena, input, scaling } = plan
    this.#dense = plan.planSparseInputs?.(layer, dense, plan) ?? new DenseStage(layer, dense, plan)
    this.layer = layer
    this.output = this.#dense.output
    this.updatesInPlace = !scaling
    this.#runtime = plan.runtime
    this.#input = input
    this.#scaling = scaling
    if (scaling && input.sparse) {
      this.#folded = { weights: arena.f32(layer.weightCount), bias: arena.f32(layer.biasCount) }
    }
  }

  /**
   * Plans sparse batches whose weights stay in panels from step to step, instead of being copied there in each. Returns
   * the panels, or undefined where no batch is sparse.
   */
  keepPanels(arena: Arena): U8Buffer | undefined {
    if (!this.#input.sparse || this.#folded) return undefined
    const { inputs, units } = this.layer
    this.#panels = arena.scratch(this.#runtime.kernels.panelsBytes(inputs, units))
    return this.#panels
  }

  forward(batch: Batch): Call[] {
    const { sparse, dense } = this.#input
    if (batch.format === 'dense' || !sparse) {
      const scaling = this.#scaling?.rows(batch.rows, dense.pointer) ?? []
      return [...this.#input.gather(batch.rows), ...scaling, ...this.#dense.forward(batch, dense.pointer)]
    }
    const { inputs, units } = this.layer
    const { weights, bias } = this.#folded ?? this.layer
    const { kind, slope, z, y } = this.output
    const { workspace } = sparse
    return [
      ...((this.#folded && this.#scaling?.fold(this.layer, this.#folded)) ?? []),
      ...sparse
        .blocks(batch.rows)
        .map(({ first, rows, counts, entries }) =>
          call(
            'sparseForward',
            kind,
            slope,
            rows,
            inputs,
            units,
            counts,
            entries,
            this.#panels ? 1 : 0,
            (this.#panels ?? weights).pointer,
            bias.pointer,
            z.pointer + first * units * 4,
            y.pointer + first * units * 4,
            workspace.pointer,
          ),
        ),
    ]
  }

  /** The gradient with respect to the parameters only: data need none. */
  backward(batch: Batch, task: GradientTask): Call[] {
    const { sparse, dense } = this.#input
    if (batch.format === 'dense' || !sparse?.byColumn) {
      return this.#dense.backward(batch, { ...task, x: dense.pointer, below: undefined })
    }
    const { inputs, units } = this.layer
    const { dz, alpha, beta } = task
    const into = this.#folded ?? task.into
    const { byColumn, workspace } = sparse
    const newCounts = byColumn.counts.pointer
    const newEntries = byColumn.entries.pointer
    const panels = into === this.layer ? this.#panels : undefined
    // The scaling may add its gradient to others.
    const kept = this.#folded ? 0 : beta
    return [
      ...sparse
        .blocks(batch.rows)
        .flatMap(({ first, rows, counts, entries }) => [
          call('sparseTranspose', rows, inputs, counts, entries, newCounts, newEntries),
          call(
            'sparseWeightGradient',
            inputs,
            rows,
            units,
            newCounts,
            newEntries,
            panels ? 1 : 0,
            alpha,
            first > 0 ? 1 : kept,
            dz + first * units * 4,
            (panels ?? into.weights).pointer,
            into.bias.pointer,
            workspace.pointer,
          ),
        ]),
      ...((this.#folded && this.#scaling?.unfold(this.layer, this.#folded, beta, task.into)) ?? []),
    ]
  }
}
