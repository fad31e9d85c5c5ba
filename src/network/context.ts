// What an operation on a network computes with, and what all passes share.
import type { Samples } from '../data/samples.ts'
import type { DenseLayer } from '../layers/layers.ts'
import type { LossExtras } from '../losses/row-losses.ts'
import type { Arena } from '../wasm/arena.ts'
import type { I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Call, Executor } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Augmentation } from './augmentation.ts'
import type { InitializerExtras } from './initializers.ts'
import type { Network } from './network.ts'
import type { NetworkLayer } from './parameters.ts'
import type { InputScaling, Stage, StageOutput } from './stages/stage.ts'

/** What an operation on a network computes with. */
export interface NetworkContext {
  readonly runtime: Runtime
  readonly executor: Executor
  /** Holds its buffers; its owner frees it. */
  readonly arena: Arena
  readonly network: Network
  readonly extras: NetworkExtras
  /** Where it is loaded: plans the stage of a dense layer for inputs or gradients that are mostly zeros. */
  readonly planSparseDense?: PlanSparseDense | undefined
  /** For predictions whose samples are floats that are mostly zeros: the same for the first layer. */
  readonly planSparseInputs?: PlanSparseDense | undefined
}

/**
 * The stage of a dense layer on the outputs of another, or on the samples: undefined where the usual one is as fast. Both
 * give the same bits.
 */
export type PlanSparseDense = (
  layer: NetworkLayer,
  dense: DenseLayer,
  plan: PassPlan,
  below?: StageOutput,
) => Stage | undefined

/**
 * All beyond dense layers, their activations and unchanged samples. It is loaded for networks and trainings that need
 * it, and passed to them. Nothing that every network needs imports it.
 */
export interface NetworkExtras extends LossExtras, InitializerExtras {
  /** The stages of a layer of any other kind; none where it does nothing. */
  planStage(layer: NetworkLayer, plan: PassPlan): Stage[]
  /** The scaling that a network begins with, if any. */
  planScaling(plan: PassPlan): InputScaling | undefined
  /** Plans how images are distorted, for `plan.random`; throws like {@link checkAugmentable}. */
  planAugmenter(samples: Samples, augmentation: Augmentation, plan: AugmenterPlan): BatchAugmenter
}

/** What all stages of a pass share. */
export interface PassPlan extends NetworkContext, PassOptions {
  /** Each thread's scratch memory for dense products. */
  readonly workspace: U8Buffer
}

/** What a pass is planned for. */
export interface PassOptions {
  /** The most rows of a batch. */
  readonly capacity: number
  /** Whether the last layer's activation is left to the loss. A softmax always is. */
  readonly logits: boolean
  /** For training, where a backward pass follows; undefined for prediction. */
  readonly random: RandomState | undefined
  /** For training: how the images of a batch are distorted. */
  readonly augmentation: Augmentation | undefined
  /** Whether the samples are the batch, in their order; floats are read, and scaled, where they lie. */
  readonly isWhole?: boolean
  /** Whether the weighted sums of all layers are kept. */
  readonly keepsSums?: boolean
}

/** The random numbers of a training: each depends on the seed, the step and where it is used. */
export interface RandomState {
  readonly seed: number
  /** The number of the step, one word, which is incremented after each. */
  readonly step: I32Buffer
}

/** What an augmenter is planned with. */
export interface AugmenterPlan
  extends Pick<NetworkContext, 'runtime' | 'executor' | 'arena'>,
    Pick<PassOptions, 'capacity'> {
  readonly random: RandomState
}

/** Distorted copies of a data set's images. Each depends only on the seed, the step and its row. */
export interface BatchAugmenter {
  /** The distorted images, row by row: capacity × width·height. */
  readonly images: U8Buffer
  /** Puts distorted copies of the rows in `indices` into `images`. */
  calls(rows: number, indices: I32Buffer): Call[]
  /** Lets waiting threads distort the next step's batch, where there are such threads. */
  prepare(executor: Executor, indices: Int32Array): void
  /**
   * Finishes what was prepared, if anything. Resolves to whether that is the batch of these indices in this step. If
   * so, it is in `images`.
   */
  finish(executor: Executor, indices: Int32Array): Promise<boolean>
  /** Finishes what was prepared: afterwards no thread works on it. */
  end(executor: Executor): Promise<void>
}
