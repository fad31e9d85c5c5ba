// The one number that some activations take, under the name that users of each know.
import type { OptionNames } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { type ActivationParameters, activationNames, activationRow } from './activations.ts'

/** The names of all parameters, as options. */
export const PARAMETER_NAMES: OptionNames<ActivationParameters> = { slope: 1, alpha: 1 }

/** What a layer keeps in the place of a parameter, whose activation takes none. */
const UNUSED = 0.1

/** The name of the parameter that an activation takes; undefined where it takes none. */
export const parameterName = (activation: string): keyof ActivationParameters | undefined =>
  activationRow(activation).parameter?.name

/**
 * The number that the kernels get for an activation; any, where it takes none. Throws {@link ArgumentError} for a
 * parameter of another activation, or a value that cannot be; `where` stands in front of the message.
 */
export function resolveParameter(where: string, activation: string, options: ActivationParameters): number {
  const { parameter } = activationRow(activation)
  for (const other of Object.keys(PARAMETER_NAMES) as (keyof ActivationParameters)[]) {
    if (other === parameter?.name || options[other] === undefined) continue
    const owners = activationNames.filter(name => parameterName(name) === other)
    throw new ArgumentError(
      `${where}${activation} takes no ${other}, only ${owners.join(' and ')} ${owners.length > 1 ? 'do' : 'does'}`,
    )
  }
  if (!parameter) return UNUSED
  const value = options[parameter.name] === undefined ? parameter.initial : options[parameter.name]
  checkParameter(where, activation, value)
  return value
}

/** Throws {@link ArgumentError} unless `value` can be what {@link resolveParameter} gives. */
export function checkParameter(where: string, activation: string, value: unknown): asserts value is number {
  const { name = 'slope', least, above } = activationRow(activation).parameter ?? {}
  const single = typeof value === 'number' ? Math.fround(value) : Number.NaN
  if (Number.isFinite(single) && single >= (least ?? single) && single > (above ?? Number.NEGATIVE_INFINITY))
    return
  const expected =
    least === 0
      ? 'a number, 0 or more, that single precision holds'
      : above === 0
        ? 'a number above 0 that single precision holds'
        : 'a finite number of single precision'
  throw new ArgumentError(`${where}${name} is ${describeValue(value)}, expected ${expected}`)
}
