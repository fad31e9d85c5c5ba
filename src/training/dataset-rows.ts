// Rows of a data set, as training and evaluation take them.
import type { Samples } from '../data/samples.ts'
import { ShapeError } from '../errors.ts'
import type { Network } from '../network/network.ts'

/** Rows of a data set: where its samples are, and which of them, in which order. */
export interface Rows {
  readonly samples: Samples
  readonly indices: Int32Array
}

/** Awaited between batches: lets the host do other things, and throws on abort. */
export type Pause = () => Promise<void> | undefined

/** Throws {@link ShapeError} where rows have another number of values than the network takes. */
export function checkInputSize(network: Network, inputSize: number): void {
  if (inputSize === network.inputSize) return
  const first = network.layers[0]?.layer
  const name = first?.kind === 'dense' ? `dense(${first.units})` : first?.kind
  throw new ShapeError(`${name} expects inputs of ${network.inputSize} features, got samples of ${inputSize}`)
}
