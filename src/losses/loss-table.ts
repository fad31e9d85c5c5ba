// The table of losses: one row says all that the host knows of one. To add a loss, add a row, with the type of its
// options here, its formula to assembly/losses.ts, and its twin to reference/losses.ts.
import type { NamedOptions } from '../check-options.ts'
import { SOFTMAX_NAMES } from '../kernels/activations.ts'
import { BINARY_CROSS_ENTROPY, SQUARED_ERROR } from '../kernels/loss-kinds.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import type { TargetRuleName } from './target-rules.ts'

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
      /** Share of the target that is spread evenly over all classes, 0–1; 0 unless given. */
      labelSmoothing?: number
      /**
       * For each class, the weight of its samples, which counts in the mean's divisor; 1 unless given. Where targets are
       * probabilities, these are the weights of their terms. They do not count in the divisor then, as in PyTorch.
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

/**
 * What training minimises. Each is a mean over the batch's samples: Σ w·c·l / Σ w with `sampleWeights` w and
 * `classWeights` c, both 1 unless given. The mean is 0 where Σ w is. Cross-entropy of labels divides by Σ w·c instead.
 * Definitions are PyTorch 1.13's.
 *
 * - `crossEntropy`, after a softmax: −log p[label] (CrossEntropyLoss). Without labels, the data set's targets are a
 *   probability for each class, one-hot or soft: −Σ t·log p.
 * - `binaryCrossEntropy`, after a sigmoid: −t·log y − (1 − t)·log(1 − y), averaged over the outputs and computed from
 *   the weighted sums (BCEWithLogitsLoss). Targets are 0–1. With one output, labels 0 and 1 serve too.
 * - `meanSquaredError` (MSELoss): (y − t)², averaged over the outputs. Like the next three, it takes any last layer
 *   but a softmax.
 * - `meanAbsoluteError` (L1Loss): |y − t|, averaged over the outputs.
 * - `huber` (HuberLoss): (y − t)²/2, continued as a line from |y − t| = `delta` on, averaged over the outputs.
 * - `hinge` with one output: max(0, 1 − t·y), where t is ±1. Labels are 0 and 1, targets −1 and 1.
 * - `hinge` with several outputs and labels: Σ max(0, 1 − y[label] + yⱼ) over the other outputs, divided by the number of
 *   outputs (MultiMarginLoss). With targets of ±1 it is the one-output loss, averaged over the outputs.
 */
export type LossName = LossOptions['name']

/** {@link LossOptions} with nothing left open: plain data. */
export type Loss =
  | { name: 'meanSquaredError' | 'meanAbsoluteError' }
  | { name: 'huber'; delta: number }
  | { name: 'crossEntropy'; labelSmoothing: number; classWeights: readonly number[] | undefined }
  | { name: 'binaryCrossEntropy' | 'hinge'; classWeights: readonly number[] | undefined }

/** All that the host knows of a loss. */
interface LossRow<Name extends LossName> {
  /** The names of its options: {@link LOSS_OPTIONS} has what they may be. */
  readonly options: NamedOptions<LossOptions>[Name]
  /**
   * The last layer's activations, one of which the loss contains: its kernel takes the weighted sums. Undefined for a
   * loss of the outputs, which takes any but a softmax.
   */
  readonly contains?: readonly LayerActivation[]
  /** Whether it takes labels, one output for each class. */
  readonly takesClasses?: true
  /** Whether it takes labels 0 and 1 of a single output. */
  readonly takesBits?: true
  /** What its targets must be; undefined for any numbers. */
  readonly targets?: TargetRuleName
  /**
   * The number of its formula in the kernel `elementwiseLoss`. Undefined for cross-entropy, which has kernels of its own:
   * that of labels, with options left as they are, is in the first module.
   */
  readonly kind?: number
}

export const LOSSES: { readonly [Name in LossName]: LossRow<Name> } = {
  crossEntropy: {
    options: { labelSmoothing: 1, classWeights: 1 },
    contains: SOFTMAX_NAMES,
    takesClasses: true,
    targets: 'distributions',
  },
  binaryCrossEntropy: {
    options: { classWeights: 1 },
    contains: ['sigmoid'],
    takesBits: true,
    targets: 'unitInterval',
    kind: BINARY_CROSS_ENTROPY,
  },
  meanSquaredError: { options: {}, kind: SQUARED_ERROR },
  meanAbsoluteError: { options: {}, kind: 1 },
  huber: { options: { delta: 1 }, kind: 2 },
  hinge: { options: { classWeights: 1 }, takesClasses: true, takesBits: true, targets: 'signs', kind: 4 },
}

/** The names of all losses. */
export const lossNames: readonly LossName[] = Object.freeze(Object.keys(LOSSES) as LossName[])

/** What one option may be. */
export interface LossOptionRule {
  /** What it is unless given; undefined for a list, which is then 1 for each class. */
  readonly standard: number | undefined
  /** What is expected, in words: of each number of a list. */
  readonly expected: string
  readonly accepts: (value: number) => boolean
}

type OptionName = { [Name in LossName]: keyof NamedOptions<LossOptions>[Name] }[LossName]

/** The options of all losses. `classWeights` is a list, with a number for each class. */
export const LOSS_OPTIONS: Readonly<Record<OptionName, LossOptionRule>> = {
  delta: {
    standard: 1,
    expected: 'a number above 0 that single precision holds',
    accepts: value => Math.fround(value) > 0 && Math.fround(value) < Infinity,
  },
  labelSmoothing: {
    standard: 0,
    expected: 'a number from 0 to 1',
    accepts: value => value >= 0 && value <= 1,
  },
  classWeights: {
    standard: undefined,
    expected: 'a finite number, 0 or more',
    accepts: value => value >= 0 && Math.fround(value) < Infinity,
  },
}
