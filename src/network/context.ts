// What an operation on a network computes with, and what of it all passes share.
import type { Samples } from '../data/samples.ts'
import type { LossExtras } from '../losses/row-losses.ts'
import type { Arena } from '../wasm/arena.ts'
import type { I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Call, Executor } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Augmentation } from './augmentation.ts'
import type { Network } from './network.ts'
import type { NetworkLayer } from './parameters.ts'
import type { InputScaling, Stage } from './stages/stage.ts'

/** What an operation on a network computes with. */
export interface NetworkContext {
  readonly runtime: Runtime
  readonly executor: Executor
  /** Where its buffers are: whoever made it frees it. */
  readonly arena: Arena
  readonly network: Network
  readonly extras: NetworkExtras
}

/**
 * What goes beyond dense layers, their activations and the samples as they are. It is loaded for networks and trainings
 * that need it, and handed to them: nothing that every network takes imports it.
 */
export interface NetworkExtras extends LossExtras {
  /** The stages of a layer of any other kind; none where it has nothing to do. */
  planStage(layer: NetworkLayer, plan: PassPlan): Stage[]
  /** The scaling that a network begins with, if any. */
  planScaling(plan: PassPlan): InputScaling | undefined
  /** Plans how images are distorted, for `plan.random`; throws as {@link checkAugmentable} does. */
  planAugmenter(samples: Samples, augmentation: Augmentation, plan: AugmenterPlan): BatchAugmenter
}

/** What all stages of a pass share. */
export interface PassPlan extends NetworkContext, PassOptions {
  /** Scratch memory for every dense product, each thread's. */
  readonly workspace: U8Buffer
}

/** What a pass is planned for. */
export interface PassOptions {
  /** The most rows of a batch. */
  readonly capacity: number
  /** Whether the last layer's activation is left to the loss. A softmax always is. */
  readonly logits: boolean
  /** For a training, behind which a backward pass follows; undefined where the network only predicts. */
  readonly random: RandomState | undefined
  /** For a training: how the images of a batch are distorted. */
  readonly augmentation: Augmentation | undefined
  /** Whether the weighted sums of all layers stay to be read. */
  readonly keepsSums?: boolean
}

/** The random numbers of a training: each is a function of the seed, the step and where it is used. */
export interface RandomState {
  readonly seed: number
  /** The number of the step, one word, which is counted up behind each. */
  readonly step: I32Buffer
}

/** What an augmenter is planned with. */
export interface AugmenterPlan
  extends Pick<NetworkContext, 'runtime' | 'executor' | 'arena'>,
    Pick<PassOptions, 'capacity'> {
  readonly random: RandomState
}

/** Distorted copies of a data set's images. What happens to one depends on the seed, the step and its row alone. */
export interface BatchAugmenter {
  /** The distorted images, row by row: capacity × width·height. */
  readonly images: U8Buffer
  /** Puts distorted copies of the rows that `indices` names into `images`. */
  calls(rows: number, indices: I32Buffer): Call[]
  /** Has threads that wait for others distort the batch of the next step, where there are such threads. */
  prepare(executor: Executor, indices: Int32Array): void
  /**
   * Finishes what was prepared, if anything was. Resolves to whether that is the batch of these indices in this step: if
   * so, it is in `images`.
   */
  finish(executor: Executor, indices: Int32Array): Promise<boolean>
  /** Finishes what was prepared: no thread works at it behind this. */
  end(executor: Executor): Promise<void>
}
