// A large dense layer whose inputs or gradient a ReLU has left mostly 0, or whose inputs are data that are: the kernels
// walk the rest alone (assembly/sparsity.ts). They see from each batch whether that pays. The bits are those of DenseStage.
import { ACTIVATIONS } from '../../kernels/activations.ts'
import type { DenseLayer } from '../../layers/layers.ts'
import type { I32Buffer, U8Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import { DenseStage } from './dense.ts'
import type { Batch, GradientTask, Stage, StageOutput } from './stage.ts'

/**
 * Rows that are multiplied at once: KC of assembly/tiles.ts, so that sums over the rows are divided as sgemm divides
 * them.
 */
const BLOCK_ROWS = 256

/** Fewer rows do not repay the copies of the weights. */
const FEWEST_ROWS = 16

/** The fewest inputs and units, for each thread. */
const NARROWEST = 64

/** A list of elements that are not 0. */
interface List {
  readonly counts: I32Buffer
  readonly entries: U8Buffer
}

export function planSparseDense(
  layer: NetworkLayer,
  dense: DenseLayer,
  plan: PassPlan,
  below?: StageOutput,
): Stage | undefined {
  const { inputs, units } = layer
  if (plan.capacity < FEWEST_ROWS || Math.min(inputs, units) < NARROWEST * plan.executor.threads) return
  const stage = new DenseStage(layer, dense, plan)
  const isRelu = ({ kind }: StageOutput) => kind === ACTIVATIONS.relu.kind
  if (!below) return new SparseDenseStage(stage, plan, { inputs: true, gradient: false })
  if (!isRelu(below) && !isRelu(stage.output)) return stage
  return new SparseDenseStage(stage, plan, { inputs: isRelu(below), gradient: isRelu(stage.output) })
}

class SparseDenseStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace = true
  readonly #dense: DenseStage
  readonly #workspace: number
  /** Of the inputs, by rows and, for training, by columns; of the gradient, by rows. */
  readonly #inputs: List | undefined
  readonly #inputColumns: List | undefined
  readonly #gradient: List | undefined

  constructor(dense: DenseStage, plan: PassPlan, lists: { inputs: boolean; gradient: boolean }) {
    const { inputs, units } = dense.layer
    this.layer = dense.layer
    this.output = dense.output
    this.#dense = dense
    this.#workspace = plan.workspace.pointer
    const rows = Math.min(plan.capacity, BLOCK_ROWS)
    const isTraining = plan.random !== undefined
    if (lists.inputs) this.#inputs = planList(plan, rows, inputs)
    if (lists.inputs && isTraining) this.#inputColumns = planList(plan, inputs, rows)
    if (lists.gradient && isTraining) this.#gradient = planList(plan, rows, units)
  }

  forward(batch: Batch, x: number): Call[] {
    const list = this.#inputs
    if (!list || batch.rows < FEWEST_ROWS) return this.#dense.forward(batch, x)
    const { inputs, units, weights, bias } = this.layer
    const { kind, slope, z, y } = this.output
    return blocksOf(batch.rows).flatMap(({ first, rows }) => {
      const xi = x + first * inputs * 4
      const at = first * units * 4
      return [
        listCall(list, rows, inputs, xi),
        call(
          'sparseInputForward',
          kind,
          slope,
          rows,
          inputs,
          units,
          list.counts.pointer,
          list.entries.pointer,
          xi,
          weights.pointer,
          bias.pointer,
          z.pointer + at,
          y.pointer + at,
          this.#workspace,
        ),
      ]
    })
  }

  backward(batch: Batch, task: GradientTask): Call[] {
    const dense = this.#dense.backward(batch, task)
    if (batch.rows < FEWEST_ROWS) return dense
    const [inputGradient, weightGradient] = task.below ? [dense.slice(0, 1), dense.slice(1)] : [[], dense]
    return [
      ...(this.#inputGradient(batch.rows, task) ?? inputGradient),
      ...(this.#weightGradient(batch.rows, task) ?? weightGradient),
    ]
  }

  #inputGradient(rows: number, { dz, below }: GradientTask): Call[] | undefined {
    const list = this.#gradient
    if (!list || !below) return undefined
    const { inputs, units, weights } = this.layer
    const { kind, slope, z, y } = below.output
    return blocksOf(rows).flatMap(({ first, rows }) => {
      const dzi = dz + first * units * 4
      const at = first * inputs * 4
      return [
        listCall(list, rows, units, dzi),
        call(
          'sparseGradientInputGradient',
          kind,
          slope,
          rows,
          inputs,
          units,
          list.counts.pointer,
          list.entries.pointer,
          dzi,
          weights.pointer,
          z.pointer + at,
          y.pointer + at,
          below.dz + at,
          this.#workspace,
        ),
      ]
    })
  }

  #weightGradient(all: number, { x, dz, alpha, beta, into }: GradientTask): Call[] | undefined {
    const [list, columns] = [this.#inputs, this.#inputColumns]
    if (!list || !columns) return undefined
    const { inputs, units } = this.layer
    const blocks = blocksOf(all)
    return [
      ...blocks.flatMap(({ first, rows }) => {
        const xi = x + first * inputs * 4
        const [counts, entries] = [columns.counts.pointer, columns.entries.pointer]
        return [
          // That of a single block is still there from the forward pass.
          ...(blocks.length > 1 ? [listCall(list, rows, inputs, xi)] : []),
          call('nonZeroTranspose', rows, inputs, list.counts.pointer, list.entries.pointer, counts, entries),
          call(
            'sparseInputWeightGradient',
            rows,
            inputs,
            units,
            counts,
            entries,
            alpha,
            first > 0 ? 1 : beta,
            xi,
            dz + first * units * 4,
            into.weights.pointer,
            this.#workspace,
          ),
        ]
      }),
      call('biasGradient', all, units, alpha, beta, dz, into.bias.pointer),
    ]
  }
}

function planList({ runtime, arena }: PassPlan, rows: number, columns: number): List {
  const blocks = Math.ceil(columns / BLOCK_ROWS)
  return {
    counts: arena.i32(rows * blocks),
    entries: arena.scratch(rows * runtime.kernels.nonZeroStride(columns)),
  }
}

const listCall = ({ counts, entries }: List, rows: number, columns: number, x: number): Call =>
  call('nonZeroList', rows, columns, x, counts.pointer, entries.pointer)

/** The blocks of a batch: all but the last have the same length. */
const blocksOf = (rows: number): { first: number; rows: number }[] =>
  Array.from({ length: Math.ceil(rows / BLOCK_ROWS) }, (_, i) => {
    const first = i * BLOCK_ROWS
    return { first, rows: Math.min(BLOCK_ROWS, rows - first) }
  })
