// A loss as a user names it, checked against the table of losses and made complete.
import { checkNames, checkObject, unknownName } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { isSoftmax } from '../kernels/activations.ts'
import type { LayerActivation } from '../layers/layer-activation.ts'
import { LOSS_OPTIONS, LOSSES, type Loss, type LossName, type LossOptions, lossNames } from './loss-table.ts'

/** Whether a loss takes the last layer's weighted sums instead of its outputs. */
export const takesLogits = ({ name }: Loss): boolean => LOSSES[name].contains !== undefined

/** The last of a network's layers: what is asked of it here. */
interface LastLayer {
  readonly activation: LayerActivation
  readonly units: number
}

/**
 * Unless an option is given: cross-entropy after a softmax, mean squared error after any other layer. Throws
 * {@link ArgumentError} for an unknown loss, a bad option, and a loss that does not suit the last layer.
 */
export function resolveLoss(option: LossName | LossOptions | undefined, layers: readonly LastLayer[]): Loss {
  const { activation = 'identity', units = 0 } = layers.at(-1) ?? {}
  const given = option ?? (isSoftmax(activation) ? 'crossEntropy' : 'meanSquaredError')
  const options = typeof given === 'string' ? { name: given } : given
  checkObject('loss', options, "{ name: 'huber', delta: 0.5 }")
  const { name, ...rest } = options
  if (!Object.hasOwn(LOSSES, name)) throw unknownName('unknown loss', name ?? options, lossNames)
  const names = LOSSES[name].options
  checkNames(`the loss '${name}'`, rest, names)
  checkActivation(name, activation)
  const values = (Object.keys(names) as (keyof typeof LOSS_OPTIONS)[]).map(option => {
    const given: unknown = Reflect.get(options, option)
    const value = given === undefined ? LOSS_OPTIONS[option].standard : given
    return [option, option === 'classWeights' ? checkWeights(name, value, units) : checkNumber(option, value)]
  })
  // The table has the options of each loss, name by name.
  return { name, ...Object.fromEntries(values) } as Loss
}

function checkActivation(name: LossName, activation: LayerActivation): void {
  const { contains } = LOSSES[name]
  if (contains?.includes(activation)) return
  if (isSoftmax(activation)) {
    throw new ArgumentError(`a ${activation} output is trained with the loss 'crossEntropy', not '${name}'`)
  }
  if (contains) {
    const names = contains.map(wanted => `'${wanted}'`).join(' or ')
    throw new ArgumentError(
      `the loss '${name}' needs a last layer with activation ${names}, this one has '${activation}'`,
    )
  }
}

function checkNumber(option: keyof typeof LOSS_OPTIONS, value: unknown): unknown {
  const { accepts, expected } = LOSS_OPTIONS[option]
  if (typeof value === 'number' && accepts(value)) return value
  throw new ArgumentError(`${option} is ${describeValue(value)}: expected ${expected}`)
}

/** Those of one output are for the classes 0 and 1. */
function checkWeights(name: LossName, weights: unknown, units: number): readonly number[] | undefined {
  if (weights === undefined) return undefined
  const { takesClasses, takesBits } = LOSSES[name]
  if (units > 1 && !takesClasses) {
    throw new ArgumentError(`${name} of ${units} outputs takes no classWeights: only of one output`)
  }
  const classes = takesBits ? Math.max(units, 2) : units
  if (!Array.isArray(weights) || weights.length !== classes) {
    const found = Array.isArray(weights) ? `${weights.length} numbers` : typeof weights
    throw new ArgumentError(`classWeights has ${found}: expected an array of ${classes}, one for each class`)
  }
  const { accepts, expected } = LOSS_OPTIONS.classWeights
  const bad = weights.findIndex(weight => typeof weight !== 'number' || !accepts(weight))
  if (bad >= 0) {
    throw new ArgumentError(`classWeights[${bad}] is ${describeValue(weights[bad])}: expected ${expected}`)
  }
  return [...weights]
}
