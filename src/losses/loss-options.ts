// Losses as a user names them, with their options; and the same with nothing left open.

import { checkNames, checkObject, type NamedOptions, unknownName } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { isSoftmax } from '../kernels/activation-kinds.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'

/**
 * What a network is trained to make small. All are means over the batch's samples: Σ w·c·l / Σ w with `sampleWeights` w
 * and `classWeights` c, each 1 where there are none, and 0 where Σ w is. Cross-entropy of labels alone divides by Σ w·c.
 * Definitions are PyTorch 1.13's.
 *
 * - `crossEntropy`, behind a softmax: −log p[label] (CrossEntropyLoss). Without labels, the data set's targets are a
 *   probability for each class: one-hot, or soft labels; then −Σ t·log p.
 * - `binaryCrossEntropy`, behind a sigmoid: −t·log y − (1 − t)·log(1 − y), the mean over the outputs, computed from the
 *   weighted sums (BCEWithLogitsLoss). Targets are 0 … 1, or with one output labels 0 and 1.
 * - `meanSquaredError` (MSELoss), `meanAbsoluteError` (L1Loss) and `huber` (HuberLoss), for any last layer but a softmax:
 *   the mean over the outputs of (y − t)², of |y − t|, and of (y − t)²/2 that from `delta` on goes on as a line.
 * - `hinge`, for any last layer but a softmax: with one output, max(0, 1 − t·y) with t = ±1, for labels 0 and 1 or targets
 *   of ±1; with several outputs and labels, Σ max(0, 1 − y[label] + yⱼ) over the others, divided by the number of
 *   outputs (MultiMarginLoss); with several outputs and targets of ±1, the mean of the first over the outputs.
 */
export type LossName =
  | 'crossEntropy'
  | 'binaryCrossEntropy'
  | 'meanSquaredError'
  | 'meanAbsoluteError'
  | 'huber'
  | 'hinge'

/** A loss and its options. */
export type LossOptions =
  | { name: 'meanSquaredError' | 'meanAbsoluteError' }
  | {
      name: 'huber'
      /** Distance from which the loss is a line, above 0; 1 unless given. */
      delta?: number
    }
  | {
      name: 'crossEntropy'
      /** Share of the target that is spread evenly over all classes, 0 … 1; 0 unless given. */
      labelSmoothing?: number
      /**
       * For each class, the weight of its samples, which counts in the mean's divisor; 1 unless given. Where targets are
       * probabilities, the weights of their terms, which do not count there: so PyTorch has it.
       */
      classWeights?: readonly number[]
    }
  | {
      name: 'binaryCrossEntropy' | 'hinge'
      /**
       * For each class, a factor of its samples' loss that does not count in the mean's divisor; 1 unless given. Needs
       * labels.
       */
      classWeights?: readonly number[]
    }

/** {@link LossOptions} with nothing left open: plain data. */
export type Loss =
  | { name: 'meanSquaredError' | 'meanAbsoluteError' }
  | { name: 'huber'; delta: number }
  | { name: 'crossEntropy'; labelSmoothing: number; classWeights: readonly number[] | undefined }
  | { name: 'binaryCrossEntropy' | 'hinge'; classWeights: readonly number[] | undefined }

/** The options that each loss takes. */
const OPTIONS: NamedOptions<LossOptions> = {
  crossEntropy: { labelSmoothing: 1, classWeights: 1 },
  binaryCrossEntropy: { classWeights: 1 },
  meanSquaredError: {},
  meanAbsoluteError: {},
  huber: { delta: 1 },
  hinge: { classWeights: 1 },
}

/** The names of all losses. */
export const lossNames: readonly LossName[] = Object.freeze(Object.keys(OPTIONS) as LossName[])

/** The activations that a loss contains: its kernel takes the weighted sums. */
const FUSED: Partial<Record<LossName, readonly LayerActivation[]>> = {
  crossEntropy: ['softmax', 'logSoftmax'],
  binaryCrossEntropy: ['sigmoid'],
}

/** Whether a loss takes the last layer's weighted sums instead of its outputs. */
export function takesLogits(loss: Loss): boolean {
  return FUSED[loss.name] !== undefined
}

/** The last of a network's layers: what is asked of it here. */
interface LastLayer {
  readonly activation: LayerActivation
  readonly units: number
}

/**
 * Unless an option is given: cross-entropy behind a softmax, mean squared error behind any other layer. Throws
 * {@link ArgumentError} for an unknown loss, a bad option, and a loss that does not suit the last layer.
 */
export function resolveLoss(option: LossName | LossOptions | undefined, layers: readonly LastLayer[]): Loss {
  const last = layers.at(-1)
  const { activation = 'identity', units = 0 } = last ?? {}
  const given = option ?? (isSoftmax(activation) ? 'crossEntropy' : 'meanSquaredError')
  const options = typeof given === 'string' ? ({ name: given } as LossOptions) : given
  checkLoss(options)
  checkActivation(options.name, activation)
  switch (options.name) {
    case 'huber':
      return { name: options.name, delta: checkDelta(options.delta ?? 1) }
    case 'crossEntropy': {
      const { name, labelSmoothing = 0, classWeights } = options
      checkSmoothing(labelSmoothing)
      return { name, labelSmoothing, classWeights: checkWeights(classWeights, units) }
    }
    case 'binaryCrossEntropy':
    case 'hinge': {
      const { name, classWeights } = options
      if (classWeights && units > 1 && name === 'binaryCrossEntropy') {
        throw new ArgumentError(
          `binaryCrossEntropy of ${units} outputs takes no classWeights: only of one output`,
        )
      }
      return { name, classWeights: checkWeights(classWeights, Math.max(units, 2)) }
    }
    default:
      return { name: options.name }
  }
}

function checkLoss(options: LossOptions): void {
  checkObject('loss', options, "{ name: 'huber', delta: 0.5 }")
  const { name, ...rest } = options
  const allowed = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined
  if (!allowed) {
    throw unknownName('unknown loss', name ?? options, lossNames)
  }
  checkNames(`the loss '${name}'`, rest, allowed)
}

function checkActivation(name: LossName, activation: LayerActivation): void {
  const wanted = FUSED[name]
  if (isSoftmax(activation) && name !== 'crossEntropy') {
    throw new ArgumentError(`a ${activation} output is trained with the loss 'crossEntropy', not '${name}'`)
  }
  if (wanted && !wanted.includes(activation)) {
    const names = wanted.map(wantedName => `'${wantedName}'`).join(' or ')
    throw new ArgumentError(
      `the loss '${name}' needs a last layer with activation ${names}, this one has '${activation}'`,
    )
  }
}

function checkDelta(delta: number): number {
  if (typeof delta === 'number' && Math.fround(delta) > 0 && Math.fround(delta) < Infinity) return delta
  throw new ArgumentError(
    `delta is ${describeValue(delta)}: expected a number above 0 that single precision holds`,
  )
}

function checkSmoothing(labelSmoothing: number): void {
  if (typeof labelSmoothing === 'number' && labelSmoothing >= 0 && labelSmoothing <= 1) return
  throw new ArgumentError(`labelSmoothing is ${describeValue(labelSmoothing)}: expected a number from 0 to 1`)
}

function checkWeights(
  classWeights: readonly number[] | undefined,
  classes: number,
): readonly number[] | undefined {
  if (classWeights === undefined) return undefined
  if (!Array.isArray(classWeights) || classWeights.length !== classes) {
    const found = Array.isArray(classWeights) ? `${classWeights.length} numbers` : typeof classWeights
    throw new ArgumentError(`classWeights has ${found}: expected an array of ${classes}, one for each class`)
  }
  const bad = classWeights.findIndex(
    weight => typeof weight !== 'number' || !(weight >= 0 && Math.fround(weight) < Infinity),
  )
  if (bad >= 0) {
    throw new ArgumentError(
      `classWeights[${bad}] is ${describeValue(classWeights[bad])}: expected a finite number, 0 or more`,
    )
  }
  return [...classWeights]
}
