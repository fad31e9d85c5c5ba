// What a loss is measured against: the labels or the targets of a data set, and its samples' weights, all checked.

import type { Samples } from '../data/samples.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { LOSSES, type Loss } from './loss-table.ts'
import { checkClasses, type LossTargets } from './row-losses.ts'
import { TARGET_RULES, type TargetRule } from './target-rules.ts'

/**
 * Takes labels where the loss can use them, else targets; a kernel checks each value once. Throws {@link ArgumentError}
 * or {@link ShapeError} where the data set has neither, or none that suit the loss and the number of outputs.
 */
export function lossTargets(loss: Loss, runtime: Runtime, outputs: number, samples: Samples): LossTargets {
  const { sampleWeights } = samples
  if (sampleWeights) {
    const { number, expected } = TARGET_RULES.weights
    const row = runtime.kernels.firstInvalidRow(number, sampleWeights.pointer, samples.info.samples, 1)
    if (row >= 0) {
      throw new ArgumentError(
        `sampleWeights[${row}] is ${describeValue(sampleWeights.view[row])}: expected ${expected}`,
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
  const { takesClasses, takesBits } = LOSSES[name]
  return Boolean(takesClasses || (takesBits && outputs === 1))
}

function checkLabels({ name }: Loss, outputs: number, classes: number): void {
  const { takesBits, contains } = LOSSES[name]
  if (outputs === 1 && takesBits) {
    if (classes <= 2) return
    throw new ShapeError(
      `the data set has labels up to ${classes - 1}, but one output tells only 0 from 1: use ` +
        `dense(${classes}, { activation: 'softmax' }) and the loss crossEntropy`,
    )
  }
  checkClasses(classes, outputs, contains ? ", { activation: 'softmax' }" : '')
}

function checkedTargets(loss: Loss, runtime: Runtime, outputs: number, samples: Samples): F32Buffer {
  const { targets } = samples
  const { targetSize = 0 } = samples.info
  const { targets: rule } = LOSSES[loss.name]
  if (!targets) throw missing(loss, outputs, samples)
  if (targetSize !== outputs) {
    throw new ShapeError(
      `the data set has targets of ${targetSize} values, but the last layer ${outputs} units` +
        (rule === 'distributions' ? `: ${loss.name} takes labels, or a probability for each unit` : ''),
    )
  }
  if ('classWeights' in loss && loss.classWeights && rule !== 'distributions') {
    throw new ArgumentError(
      `${loss.name} with classWeights needs labels, and this data set has targets alone`,
    )
  }
  if (!rule) return targets
  const { number, expected, accepts, advice = '' }: TargetRule = TARGET_RULES[rule]
  const row = runtime.kernels.firstInvalidRow(number, targets.pointer, samples.info.samples, targetSize)
  if (row < 0) return targets
  const values = [...targets.view.subarray(row * targetSize, (row + 1) * targetSize)]
  const place = values.findIndex(value => !accepts(value))
  if (place >= 0) {
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
