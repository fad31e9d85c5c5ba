// What the forward and the backward pass need from every kind of layer: its buffers, planned once, and its calls.
import type { Arena } from '../../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../../wasm/buffer.ts'
import type { Call } from '../../wasm/calls.ts'
import type { NetworkLayer, ParameterBuffers } from '../parameters.ts'

/** How a batch is kept. */
export type InputFormat = 'sparse' | 'dense'

/** A batch as it runs through the stages. */
export interface Batch {
  readonly rows: number
  readonly format: InputFormat
}

/**
 * A stage's output: y = h(z), rows × units. The code that computes the gradient with respect to y multiplies it by
 * h′(z).
 */
export interface StageOutput {
  readonly units: number
  /** The number and slope of h: see assembly/activations.ts. */
  readonly kind: number
  readonly slope: number
  readonly z: F32Buffer
  /** The same buffer as z where h′(z) follows from h(z) alone. */
  readonly y: F32Buffer
}

/** Where a stage's gradients come from and go to. */
export interface GradientTask {
  /** The stage's inputs, rows × inputs. */
  readonly x: number
  /** The gradient with respect to the stage's z, rows × units. */
  readonly dz: number
  /** What gave x, and where the gradient with respect to its z goes (rows × inputs); undefined for the first stage. */
  readonly below: { readonly output: StageOutput; readonly dz: number } | undefined
  /** into ← α·(gradient with respect to the parameters) + β·into; β is 0 or 1. */
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

/** The scaling of the inputs, (x − μ) / σ, by which a network may begin. */
export interface InputScaling {
  /** x ← (x − μ) / σ, rows × inputs. */
  rows(rows: number, x: number): Call[]
  /** The calls for the weights and bias that do to raw inputs what the layer's do to scaled ones. */
  fold(layer: NetworkLayer, folded: ParameterBuffers): Call[]
  /** The calls that take the gradient with respect to the folded parameters to that with respect to the layer's own. */
  unfold(layer: NetworkLayer, gradient: ParameterBuffers, accumulate: 0 | 1, into: ParameterBuffers): Call[]
}
