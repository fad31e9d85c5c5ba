// What a loss is measured against: the labels or the targets of a data set, and its samples' weights, all checked.

import type { Samples } from '../data/samples.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { TARGET_RULES } from '../kernels/loss-kinds.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Loss } from './loss-options.ts'
import { checkClasses } from './losses.ts'

/** Either labels or targets, of all samples. */
export interface LossTargets {
  readonly labels: I32Buffer | undefined
  /** samples × outputs. */
  readonly targets: F32Buffer | undefined
  readonly sampleWeights: F32Buffer | undefined
}

/**
 * Labels are taken where the loss can use them, else targets. Throws {@link ArgumentError} or {@link ShapeError} where
 * the data set has neither, or not such as the loss and the number of outputs want. Each value is looked at once, by a
 * kernel.
 */
export function lossTargets(loss: Loss, runtime: Runtime, outputs: number, samples: Samples): LossTargets {
  const { sampleWeights } = samples
  if (sampleWeights) {
    const row = runtime.kernels.firstInvalidRow(
      TARGET_RULES.weights,
      sampleWeights.pointer,
      samples.info.samples,
      1,
    )
    if (row >= 0) {
      throw new ArgumentError(
        `sampleWeights[${row}] is ${describeValue(sampleWeights.view[row])}: expected a finite number, 0 or more`,
      )
    }
  }
  if (usesLabels(loss, outputs) && samples.labels) {
    checkLabels(loss, outputs, samples.info.classes ?? 0)
    return { labels: samples.labels, targets: undefined, sampleWeights }
  }
  const targets = checkedTargets(loss, runtime, outputs, samples)
  return { labels: undefined, targets, sampleWeights }
}

/** Whether the loss takes labels where there are some. */
export function usesLabels({ name }: Loss, outputs: number): boolean {
  return name === 'crossEntropy' || name === 'hinge' || (name === 'binaryCrossEntropy' && outputs === 1)
}

function checkLabels({ name }: Loss, outputs: number, classes: number): void {
  if (outputs === 1 && name !== 'crossEntropy') {
    if (classes <= 2) return
    throw new ShapeError(
      `the data set has labels up to ${classes - 1}, but one output tells only 0 from 1: use ` +
        `dense(${classes}, { activation: 'softmax' }) and the loss crossEntropy`,
    )
  }
  checkClasses(classes, outputs, name === 'crossEntropy' ? ", { activation: 'softmax' }" : '')
}

function checkedTargets(loss: Loss, runtime: Runtime, outputs: number, samples: Samples): F32Buffer {
  const { targets } = samples
  const { targetSize = 0 } = samples.info
  if (!targets) throw missing(loss, outputs, samples)
  if (targetSize !== outputs) {
    throw new ShapeError(
      `the data set has targets of ${targetSize} values, but the last layer ${outputs} units` +
        (loss.name === 'crossEntropy' ? ': crossEntropy takes labels, or a probability for each unit' : ''),
    )
  }
  if ('classWeights' in loss && loss.classWeights && loss.name !== 'crossEntropy') {
    throw new ArgumentError(
      `${loss.name} with classWeights needs labels, and this data set has targets alone`,
    )
  }
  const wanted = RULES[loss.name]
  if (!wanted) return targets
  const [rule, expected] = wanted
  const row = runtime.kernels.firstInvalidRow(rule, targets.pointer, samples.info.samples, targetSize)
  if (row < 0) return targets
  const values = [...targets.view.subarray(row * targetSize, (row + 1) * targetSize)]
  const isSigns = rule === TARGET_RULES.signs
  const place = values.findIndex(value => !(isSigns ? Math.abs(value) === 1 : value >= 0 && value <= 1))
  if (place >= 0) {
    const advice = isSigns ? '' : " (of bytes, bytes: 'pixels' makes such)"
    throw new ArgumentError(
      `targets[${row}][${place}] is ${values[place]}: ${loss.name} expects ${expected}${advice}`,
    )
  }
  const sum = values.reduce((a, b) => a + b, 0)
  const shown = values.slice(0, 10).map(value => Number(value.toPrecision(6)))
  throw new ArgumentError(
    `targets[${row}] is [${shown.join(', ')}${values.length > 10 ? ', …' : ''}], with a sum of ` +
      `${Number(sum.toPrecision(6))}: ${loss.name} expects ${expected}`,
  )
}

/** What a loss wants of its targets. */
const RULES: Partial<Record<Loss['name'], readonly [rule: number, expected: string]>> = {
  crossEntropy: [TARGET_RULES.distributions, 'probabilities: numbers from 0 to 1 with a sum of 1, to 0.001'],
  binaryCrossEntropy: [TARGET_RULES.unitInterval, 'numbers from 0 to 1'],
  hinge: [TARGET_RULES.signs, '−1 or 1'],
}

function missing(loss: Loss, outputs: number, samples: Samples): ArgumentError {
  const { labels } = samples
  if (usesLabels(loss, outputs)) {
    return new ArgumentError(`${loss.name} needs labels or targets, and this data set has neither`)
  }
  const classes = samples.info.classes ?? 0
  const isBinary = outputs === 1 && classes <= 2
  const classifier = isBinary ? 'binaryCrossEntropy behind a sigmoid' : 'crossEntropy behind a softmax'
  const instead =
    labels === undefined
      ? ''
      : ` but labels: give numbers that are to be predicted as targets; for classes, use ${classifier}`
  return new ArgumentError(`${loss.name} needs targets, and this data set has none${instead}`)
}
