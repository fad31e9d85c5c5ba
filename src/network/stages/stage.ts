// What the forward and the backward pass ask of every kind of layer: its buffers, planned once, and its calls.

import type { Arena } from '../../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../../wasm/buffer.ts'
import type { Call } from '../../wasm/calls.ts'
import type { Runtime } from '../../wasm/runtime.ts'
import type { Augmentation } from '../augmentation.ts'
import type { InputFormat } from '../input.ts'
import type { NetworkLayer, ParameterBuffers } from '../parameters.ts'

/** What all stages of a pass share. */
export interface PassPlan {
  readonly runtime: Runtime
  readonly arena: Arena
  /** The most rows of a batch. */
  readonly capacity: number
  /** The most threads that compute together. */
  readonly threads: number
  /** Scratch memory for every dense product, each thread's. */
  readonly workspace: U8Buffer
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

/** A batch as it runs through the stages. */
export interface Batch {
  readonly rows: number
  readonly format: InputFormat
}

/** What a stage gives: y = h(z), rows × units. Whoever computes the gradient by y multiplies it by h′(z). */
export interface StageOutput {
  readonly units: number
  /** The number and slope of h: see assembly/activations.ts. */
  readonly kind: number
  readonly slope: number
  readonly z: F32Buffer
  /** The same buffer as z where the derivative of h can be had from h(z) alone. */
  readonly y: F32Buffer
}

/** Where a stage's gradients come from and go to. */
export interface GradientTask {
  /** The stage's inputs, rows × inputs. */
  readonly x: number
  /** The gradient by the stage's z, rows × units. */
  readonly dz: number
  /** What gave x, and where the gradient by its z goes (rows × inputs); undefined for the first stage. */
  readonly below: { readonly output: StageOutput; readonly dz: number } | undefined
  /** into ← α·(gradient by the parameters) + β·into; β is 0 or 1. */
  readonly alpha: number
  readonly beta: 0 | 1
  readonly into: ParameterBuffers
}

/** A layer at work on batches of at most `capacity` rows. */
export interface Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  /** Whether `into` may be the parameters themselves, in {@link GradientTask}: else α is 1, and they are others. */
  readonly updatesInPlace: boolean
  /** The calls that compute the output from x, rows × inputs. */
  forward(batch: Batch, x: number): Call[]
  /** Of a first layer: see {@link FirstDenseStage}. */
  keepPanels?(arena: Arena): U8Buffer | undefined
  /** The calls that compute the gradients. Parameters are read before `into`, which may be themselves, is written. */
  backward(batch: Batch, task: GradientTask): Call[]
}
