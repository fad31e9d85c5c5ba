// The checks of functions on models and data sets. Methods have theirs: these are not loaded by a page that only trains.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { Dataset } from './dataset.ts'
import { Sequential } from './sequential.ts'

/** Throws {@link ArgumentError} unless it is a model; `call` is what got it. */
export function checkModel(call: string, model: unknown): void {
  if (!(model instanceof Sequential)) throw wrongKind(call, model, 'a model, which sequential() makes')
}

/** Throws {@link ArgumentError} unless it is a data set; `call` is what got it. */
export function checkData(call: string, data: unknown): void {
  if (!(data instanceof Dataset)) {
    throw wrongKind(call, data, 'a data set, which dataset() and loadMnist() make')
  }
}

function wrongKind(call: string, value: unknown, expected: string): ArgumentError {
  const found =
    value instanceof Dataset ? 'a data set' : value instanceof Sequential ? 'a model' : describeValue(value)
  const advice = found === 'Promise' ? ' (await it first)' : ''
  return new ArgumentError(`${call} got ${found}: expected ${expected}${advice}`)
}
