// Why a training has diverged, as far as its data tell. Loaded when one has.
import type { Storage } from '../data/storage.ts'
import { outputOf } from '../model/layers.ts'
import type { Network } from '../model/network.ts'
import { usesLabels } from './loss-targets.ts'
import type { TrainingConfig } from './options.ts'

/** Initial weights suit values of about 1. The gradients of the first layer's grow as their square. */
const LARGE = 10

/** Values that are looked at, from the first ones on. */
const LOOKED_AT = 100_000

/**
 * What to do about it, in words: scale targets and inputs that are far larger than the initial weights are made for, or
 * else use a lower learning rate.
 */
export function remedyOf(
  network: Network,
  { inputs, targets, labels }: Storage,
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

/** `targets are 25 … 346`, where their root mean square is large. */
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
  return Math.sqrt(squares / count) > LARGE ? [`${what} are ${short(low)} … ${short(high)}`] : []
}
