// Batch normalisation: γ is the layer's weights, β its bias. Uses the batch's statistics in training, the running ones
// otherwise.
import { ArgumentError } from '../../errors.ts'
import type { BatchNormalizationLayer } from '../../layers/normalization.ts'
import type { F32Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import { plainOutput, throughActivation } from './below.ts'
import type { Batch, GradientTask, Stage, StageOutput } from './stage.ts'

/** What the gradient needs from the batch. */
interface BatchStatistics {
  readonly mean: F32Buffer
  readonly variance: F32Buffer
  readonly workspace: F32Buffer
}

export class BatchNormalizationStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace = false
  readonly #epsilon: number
  readonly #momentum: number
  /** 1 / √(variance + epsilon). */
  readonly #inverse: F32Buffer
  /** Undefined where the network does not train. */
  readonly #batch: BatchStatistics | undefined

  constructor(
    layer: NetworkLayer,
    { epsilon, momentum }: BatchNormalizationLayer,
    { arena, capacity, random }: PassPlan,
  ) {
    const { units } = layer
    this.layer = layer
    this.output = plainOutput(units, arena.f32(capacity * units))
    this.#epsilon = epsilon
    this.#momentum = momentum
    this.#inverse = arena.f32(units)
    this.#batch = random && {
      mean: arena.f32(units),
      variance: arena.f32(units),
      workspace: arena.f32(3 * units),
    }
  }

  forward({ rows }: Batch, x: number): Call[] {
    const { units, weights, bias, runningMean, runningVariance } = this.layer
    const mean = (this.#batch?.mean ?? runningMean).pointer
    const variance = (this.#batch?.variance ?? runningVariance).pointer
    if (this.#batch) checkRows(rows)
    return [
      ...(this.#batch ? [call('batchStatistics', x, rows, units, mean, variance)] : []),
      call(
        'batchNormalization',
        x,
        this.output.y.pointer,
        rows,
        units,
        weights.pointer,
        bias.pointer,
        mean,
        variance,
        this.#epsilon,
        this.#inverse.pointer,
      ),
    ]
  }

  /** Also moves the running statistics, since by now the loss is known to be finite. */
  backward({ rows }: Batch, { x, dz, below, beta, into }: GradientTask): Call[] {
    if (!this.#batch) throw new Error('a pass that only predicts has no gradient')
    const { units, weights, runningMean, runningVariance, batches } = this.layer
    const { mean, variance, workspace } = this.#batch
    return [
      call(
        'batchNormalizationGradient',
        x,
        dz,
        below?.dz ?? dz,
        rows,
        units,
        weights.pointer,
        mean.pointer,
        this.#inverse.pointer,
        beta,
        into.weights.pointer,
        into.bias.pointer,
        workspace.pointer,
      ),
      call(
        'updateRunningStatistics',
        rows,
        units,
        this.#momentum,
        mean.pointer,
        variance.pointer,
        runningMean.pointer,
        runningVariance.pointer,
        batches.pointer,
      ),
      ...throughActivation(rows, below),
    ]
  }
}

/** Throws {@link ArgumentError} for a batch without a meaningful variance. */
function checkRows(rows: number): void {
  if (rows > 1) return
  throw new ArgumentError(
    'batchNormalization: a batch of one sample has no variance to train with, expected two samples or more',
  )
}
