// Checks backpropagation against differences: is each parameter's gradient the slope of the loss?
//
// The loss is a sum of f64s over values that the kernels compute in f32. So a difference of two losses is noise where
// the step is small, and curvature where it is large. For each parameter the step is halved from 1/8 · max(1, |w|) on,
// until the result is decisive.
//
// Central differences are extrapolated once (Richardson). Their error is bounded by how much two estimates differ, and
// by how much the one-sided slopes differ. The latter reveals a kink (a ReLU at 0) within the step. Both are taken over
// two levels, since a kink between two steps could hide.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import type { Loss } from '../losses/loss-table.ts'
import type { NetworkContext } from '../network/context.ts'
import { GradientPass } from '../network/gradient-pass.ts'
import type { Network } from '../network/network.ts'
import type { ParameterSet } from '../network/parameters.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { checkInputSize, type Pause, type Rows } from './dataset-rows.ts'

/** The settings of a gradient check. */
export interface GradientCheckSettings {
  /** How far a gradient may be off, as a share of its size. */
  tolerance: number
  /** The most parameters of a tensor that are checked, at equal distances. */
  parametersPerTensor: number
}

/** A parameter's gradient, computed in two ways. */
export interface GradientComparison {
  /** The layer's number; the first is 1. */
  layer: number
  parameter: 'weights' | 'bias'
  /** Its index among them, in the order of `getParameters`. */
  index: number
  /** From backpropagation, as an optimiser reads it. Where plain gradient descent's is further off, that one. */
  gradient: number
  /** From differences, and a bound on its error. */
  difference: number
  uncertainty: number
  /**
   * |gradient − difference| relative to the larger of both, or to the root mean square of the tensor's gradients if that is larger. `allowed` is the tolerance plus the uncertainty on the same scale.
   */
  error: number
  allowed: number
}

/** What a gradient check found. */
export interface GradientCheck {
  /** Whether every decidable parameter is within its allowed error; false where none is decidable. */
  passed: boolean
  /** The decidable parameter with the largest error relative to the allowed one. */
  worst: GradientComparison | undefined
  /** Checked parameters, and those whose uncertainty exceeds the tolerance, because of a kink nearby or noise. */
  checked: number
  undecided: number
  /** The median relative uncertainty: the resolution of the differences. */
  accuracy: number
}

/** The first step, as a share of max(1, |w|). */
const FIRST_STEP = 1 / 8

/** Halvings of the step. */
const LEVELS = 10

/** The least difference of two losses from rounding alone: the spacing of f32 at 1. */
const EPSILON = 2 ** -23

/** What is checked. */
export interface GradientCheckTask {
  readonly loss: Loss
  readonly rows: Rows
  readonly settings: GradientCheckSettings
}

/** Checks the gradients of one batch of all rows. The parameters are unchanged afterwards. */
export function checkNetworkGradients(
  context: NetworkContext,
  { loss, rows, settings }: GradientCheckTask,
  pause: Pause,
): Promise<GradientCheck> {
  const { runtime, arena, network } = context
  const { samples, indices } = rows
  checkSettings(settings)
  checkInputSize(network, samples.info.inputSize)
  return network.exclusively(async () => {
    network.updateFirstWeights()
    const before = network.parameters.vector.view.slice()
    try {
      const capacity = indices.length
      // Where tensors are kept, other buffers are read than in training, whose faults would not be seen.
      const options = { loss, samples, capacity, seed: 0, step: 0, keepsTensors: false }
      const pass = new GradientPass(context, options)
      await pass.load(indices)
      const value = await pass.computeLoss()
      await pass.differentiate()
      network.parameters.vector.view.set(before)
      const updates = await gradientsByUpdate(pass, network, before, network.layout.allocate(arena))
      const comparisons: GradientComparison[] = []
      for (const tensor of tensorsOf(network, pass)) {
        const { layer, parameter, weights, gradients } = tensor
        const scale = Math.sqrt(squares(runtime, gradients) / Math.max(1, gradients.length))
        const stride = Math.max(1, gradients.length / settings.parametersPerTensor)
        for (let at = 0; at < gradients.length; at += stride) {
          const index = Math.floor(at)
          const gradient = gradients.view[index] ?? Number.NaN
          const size = sizeOf(gradient, scale, value)
          const wanted = settings.tolerance * size
          const estimate = await differentiate(pass, { weights, index }, { value, gradient, wanted })
          const byUpdate = updates.layers[layer - 1]?.[parameter].view[index] ?? Number.NaN
          const comparison = { layer, parameter, index, ...estimate }
          const worse = worseOf(gradient, byUpdate, estimate.difference)
          comparisons.push(compare({ ...comparison, gradient: worse }, scale, value, settings.tolerance))
          const pausing = pause()
          if (pausing) await pausing
        }
      }
      return summarize(comparisons, settings.tolerance)
    } finally {
      network.parameters.vector.view.set(before)
    }
  })
}

function checkSettings({ tolerance, parametersPerTensor }: GradientCheckSettings): void {
  if (!(typeof tolerance === 'number' && tolerance > 0 && tolerance < 1)) {
    throw new ArgumentError(`tolerance is ${describeValue(tolerance)}: expected a number between 0 and 1`)
  }
  if (!(parametersPerTensor >= 1)) {
    throw new ArgumentError(
      `parametersPerTensor is ${describeValue(parametersPerTensor)}: expected 1 or more`,
    )
  }
}

function tensorsOf(network: Network, { gradients }: GradientPass) {
  return network.layers.flatMap((layer, i) =>
    (['weights', 'bias'] as const).map(parameter => ({
      layer: i + 1,
      parameter,
      weights: layer[parameter],
      gradients: gradients.layers[i]?.[parameter] ?? layer[parameter],
    })),
  )
}

/** So large that weights are negligible next to their updates, which then hold all bits of the gradients. */
const UPDATE_RATE = 2 ** 16

/**
 * The gradients that a step of plain gradient descent takes, where parameters change while the pass still reads them.
 * Those of the pass itself, where no such step is taken. The parameters are unchanged afterwards.
 */
async function gradientsByUpdate(
  pass: GradientPass,
  network: Network,
  before: Float32Array,
  into: ParameterSet,
): Promise<ParameterSet> {
  if (!pass.forward.stages.every(({ updatesInPlace }) => updatesInPlace)) return pass.gradients
  await pass.descend(UPDATE_RATE)
  const after = network.parameters.vector.view
  into.vector.view.set(after.map((value, i) => ((before[i] ?? 0) - value) / UPDATE_RATE))
  after.set(before)
  return into
}

/** Of two gradients, the one that is further off, or is not finite. */
function worseOf(gradient: number, other: number, difference: number): number {
  const isBetter = Math.abs(other - difference) <= Math.abs(gradient - difference)
  return isBetter || !Number.isFinite(gradient) ? gradient : other
}

function squares({ kernels }: Runtime, { pointer, length }: F32Buffer): number {
  return kernels.sdot(length, pointer, 1, pointer, 1)
}

/**
 * The derivative of the loss with respect to one weight, whose value at the weight is given. Tries smaller steps until
 * the uncertainty is a quarter of the wanted one and the estimate agrees with the gradient. Prefers an estimate that
 * agrees within the wanted uncertainty to all others.
 */
async function differentiate(
  pass: GradientPass,
  { weights, index }: { readonly weights: F32Buffer; readonly index: number },
  { value: center, gradient, wanted }: Readonly<Record<'value' | 'gradient' | 'wanted', number>>,
): Promise<Estimate> {
  const weight = weights.view[index] ?? 0
  const agrees = ({ difference, uncertainty }: Estimate) =>
    uncertainty <= wanted && Math.abs(difference - gradient) <= wanted + uncertainty
  let best: Estimate = { difference: Number.NaN, uncertainty: Number.POSITIVE_INFINITY }
  const levels: Level[] = []
  let step = FIRST_STEP * Math.max(1, 2 ** Math.ceil(Math.log2(Math.abs(weight) || 1)))
  for (let count = 0; count < LEVELS; ++count, step /= 2) {
    const above = Math.fround(weight + step)
    const below = Math.fround(weight - step)
    const upper = await lossAt(pass, weights, index, above)
    const lower = await lossAt(pass, weights, index, below)
    const level = extrapolate(
      (upper - lower) / (above - below),
      (upper - center) / (above - weight) - (center - lower) / (weight - below),
      levels.at(-1),
    )
    const noise = (EPSILON / 8 / step) * Math.max(1, Math.abs(center))
    const uncertainty = Math.max(2 * level.doubt, levels.at(-1)?.doubt ?? Number.POSITIVE_INFINITY) + noise
    levels.push(level)
    const estimate = { difference: level.extrapolated, uncertainty }
    const isBetter = agrees(estimate) === agrees(best) ? uncertainty < best.uncertainty : agrees(estimate)
    if (isBetter) best = estimate
    if (agrees(best) && best.uncertainty <= wanted / 4) break
  }
  weights.view[index] = weight
  return best
}

interface Estimate {
  difference: number
  uncertainty: number
}

/** Differences of one step. */
interface Level {
  readonly central: number
  /** The slope to the right minus the slope to the left. */
  readonly bend: number
  /** NaN at the first level. */
  readonly extrapolated: number
  /** A bound on the error of `extrapolated`, without noise. */
  readonly doubt: number
}

/** Combines the differences of a step with those of a step twice as large. */
function extrapolate(central: number, bend: number, last: Level | undefined): Level {
  if (!last) return { central, bend, extrapolated: Number.NaN, doubt: Number.POSITIVE_INFINITY }
  const extrapolated = (4 * central - last.central) / 3
  // A bend halves with the step where the loss is smooth, and persists where it has a kink.
  const kink = Math.abs(2 * bend - last.bend) / 2
  const previous = Number.isNaN(last.extrapolated) ? central : last.extrapolated
  return { central, bend, extrapolated, doubt: kink + Math.abs(extrapolated - previous) }
}

function lossAt(pass: GradientPass, { view }: F32Buffer, index: number, weight: number): Promise<number> {
  view[index] = weight
  return pass.computeLoss()
}

/** The scale of relative errors. Sizes below the resolution of the differences count as 0. */
function sizeOf(gradient: number, scale: number, loss: number): number {
  return Math.max(Math.abs(gradient), scale, EPSILON * Math.max(1, Math.abs(loss)))
}

function compare(
  comparison: Omit<GradientComparison, 'error' | 'allowed'>,
  scale: number,
  loss: number,
  tolerance: number,
): GradientComparison {
  const { gradient, difference, uncertainty } = comparison
  if (!Number.isFinite(gradient))
    return { ...comparison, error: Number.POSITIVE_INFINITY, allowed: tolerance }
  if (!Number.isFinite(uncertainty)) return { ...comparison, error: 0, allowed: Number.POSITIVE_INFINITY }
  const size = Math.max(Math.abs(difference), sizeOf(gradient, scale, loss))
  return {
    ...comparison,
    error: Math.abs(gradient - difference) / size,
    allowed: tolerance + uncertainty / size,
  }
}

function summarize(comparisons: readonly GradientComparison[], tolerance: number): GradientCheck {
  const decided = comparisons.filter(({ allowed }) => allowed <= 2 * tolerance)
  const severity = ({ error, allowed }: GradientComparison) => error / allowed
  const worst = decided.reduce<GradientComparison | undefined>(
    (a, b) => (a && severity(a) >= severity(b) ? a : b),
    undefined,
  )
  const uncertainties = comparisons.map(({ allowed }) => allowed - tolerance).sort((a, b) => a - b)
  return {
    passed: worst !== undefined && severity(worst) <= 1,
    worst,
    checked: comparisons.length,
    undecided: comparisons.length - decided.length,
    accuracy: uncertainties[comparisons.length >> 1] ?? 0,
  }
}
