// Why a training diverged, in words, as far as its numbers and data tell. Loaded only then.
import type { Samples } from '../data/samples.ts'
import { outputOf } from '../layers/layers.ts'
import { usesLabels } from '../losses/loss-targets.ts'
import type { ForwardPass } from '../network/forward.ts'
import type { Network } from '../network/network.ts'
import type { Batch } from '../network/stages/stage.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { TrainingConfig } from './options.ts'

/** Initial weights suit values of about 1. The first layer's gradients grow with the square of the inputs. */
const LARGE = 10

/** Values that are examined, from the first on. */
const LOOKED_AT = 100_000

/**
 * What to do about it, in words. Scale targets and inputs that are far larger than the initial weights suit, or use a
 * lower learning rate.
 */
export function remedyOf(
  network: Network,
  { inputs, targets, labels }: Samples,
  { loss }: TrainingConfig,
  learningRate: number,
): string {
  const { units } = outputOf(network.layers.map(({ layer }) => layer))
  const first = network.layers.find(({ layer }) => layer.kind !== 'flatten')
  const isScaled = first !== undefined && /normalization$/i.test(first.layer.kind)
  const large = [
    ...(targets && !(labels && usesLabels(loss, units)) ? largeRange('targets', targets.view) : []),
    ...(inputs.view.BYTES_PER_ELEMENT === 1 || isScaled ? [] : largeRange('inputs', inputs.view)),
  ]
  const lower = `a learning rate below ${learningRate}, or clipNorm`
  if (large.length === 0) return `Use ${lower}`
  return `The ${large.join(' and the ')}: scale them to a mean of 0 and a standard deviation of 1. Else use ${lower}`
}

/** What made a loss not finite, in words, and whether the batch's data did. */
export interface NonFinite {
  readonly where: string
  readonly isDataToBlame: boolean
}

/** Where the numbers of a batch stop being finite, given that its loss is not. */
export function findNonFinite(
  { input, stages, plan }: ForwardPass,
  { rows, format }: Batch,
  loss: number,
  areFinite: (vector: F32Buffer, length?: number) => boolean,
): NonFinite {
  if (format === 'dense' && !areFinite(input.dense, rows * input.size)) {
    return { where: 'the inputs of the batch are not finite', isDataToBlame: true }
  }
  for (const { layer, output } of stages) {
    const length = rows * output.units
    if (areFinite(output.z, length) && areFinite(output.y, length)) continue
    const where = `layer ${layer.index + 1} of ${plan.network.layers.length}, ${layer.layer.kind}, gives values that are not finite`
    return { where, isDataToBlame: false }
  }
  const isDataToBlame = Number.isNaN(loss)
  const where = `the layers' outputs are finite${isDataToBlame ? ', the targets are not' : ''}`
  return { where, isDataToBlame }
}

/** For a batch; `keepsWeights` where the weights from before it are finite. */
export const tellLoss = (
  remedy: string,
  loss: number,
  { iteration, epoch }: { readonly iteration: number; readonly epoch: number },
  { where, keepsWeights }: { readonly where: string; readonly keepsWeights: boolean },
): string =>
  `the loss is ${loss} at iteration ${iteration} of epoch ${epoch}: ${where}. ${
    keepsWeights
      ? "The weights are those before this batch. Fix the data, or skip such batches with onNonFinite: 'skip'"
      : `The weights are the last copy that gave a finite loss. ${remedy}`
  }`

/** For the last batch of a training. */
export const tellLastUpdate = (remedy: string, iteration: number, epoch: number): string =>
  `the weights diverged in the last batch, iteration ${iteration} of epoch ${epoch}; they are the last copy that gave a ` +
  `finite loss. ${remedy}`

/** For validation. A training that went well until then is not to blame for a NaN. */
export const tellValidation = (remedy: string, loss: number, epoch: number): string =>
  `the validation loss is ${loss} after epoch ${epoch}. ` +
  (Number.isNaN(loss)
    ? `Look for validation data that are no numbers, or: ${remedy}`
    : `${remedy}, or look for validation data that are no numbers`)

/** `targets are 25 to 346`, where their root mean square is large. */
function largeRange(what: string, values: ArrayLike<number>): string[] {
  let [low, high, squares] = [Infinity, -Infinity, 0]
  const count = Math.min(values.length, LOOKED_AT)
  for (let i = 0; i < count; ++i) {
    const value = values[i] ?? 0
    low = Math.min(low, value)
    high = Math.max(high, value)
    squares += value * value
  }
  const short = (value: number) => Number(value.toPrecision(4))
  return Math.sqrt(squares / count) > LARGE ? [`${what} are ${short(low)} to ${short(high)}`] : []
}
