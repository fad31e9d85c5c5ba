// What is wrong with parameters that were given, in words. Loaded where something is.
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { LayerParameters } from '../layers/spec.ts'
import type { Misfit, Network } from './network.ts'

/** A {@link ShapeError} for a wrong size, and an {@link ArgumentError} for a number that is not finite. */
export function misfitError(
  { layer = -1, counts, name, at = 0 }: Misfit,
  { layers }: Network,
  parameters: readonly LayerParameters[],
): ShapeError | ArgumentError {
  const expected = layers[layer]
  if (!expected) {
    return new ShapeError(`parameters of ${parameters?.length} layers for a network of ${layers.length}`)
  }
  const place = `layer ${layer + 1}`
  if (name) {
    return new ArgumentError(
      `${place}: ${name}[${at}] is ${describeValue(parameters[layer]?.[name]?.[at])}: expected a finite number` +
        (name === 'runningVariance' ? ', 0 or more' : ''),
    )
  }
  const { weights, bias, inputs, units, isMatrix, statisticsCount } = expected
  const [givenWeights, givenBiases, ...statistics] = counts ?? []
  if (givenWeights === weights.length && givenBiases === bias.length) {
    return new ShapeError(
      `${place}: got running statistics of ${statistics.join(' and ')} units, expected ${statisticsCount}`,
    )
  }
  const given = parameters[layer]
  return new ShapeError(
    `${place}: got ${given?.weights?.length} weights and ${given?.bias?.length} biases, expected ` +
      `${isMatrix ? `${inputs} × ${units} = ` : ''}${weights.length} and ${bias.length}`,
  )
}
