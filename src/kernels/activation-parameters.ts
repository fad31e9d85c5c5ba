// The one number that some activations take, under the name by which each one's users know it.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'

/** Parameters of activations, each for one activation alone. */
export interface ActivationParameters {
  /** For `leakyRelu` alone: its slope for a ≤ 0; 0.1 unless given, as in the lecture. */
  slope?: number
  /** For `elu` alone: −alpha is what it falls to at −∞; 0 or more, 1 unless given. */
  alpha?: number
}

type ParameterName = keyof ActivationParameters

const INITIAL = { slope: 0.1, alpha: 1 }

/** The name of the parameter that an activation takes; undefined where it takes none. */
export function parameterName(activation: string): ParameterName | undefined {
  if (activation === 'leakyRelu') return 'slope'
  return activation === 'elu' ? 'alpha' : undefined
}

/**
 * The number that the kernels get for an activation; any, where it takes none. Throws {@link ArgumentError} for a
 * parameter of another activation, or a value that cannot be; `where` stands in front of the message.
 */
export function resolveParameter(where: string, activation: string, options: ActivationParameters): number {
  const name = parameterName(activation)
  const owners = { slope: 'leakyRelu', alpha: 'elu' }
  for (const other of ['slope', 'alpha'] as const) {
    if (other !== name && options[other] !== undefined) {
      throw new ArgumentError(`${where}${activation} takes no ${other}, only ${owners[other]} does`)
    }
  }
  if (!name) return INITIAL.slope
  const value = options[name] === undefined ? INITIAL[name] : options[name]
  checkParameter(where, activation, value)
  return value
}

/** Throws {@link ArgumentError} unless `value` can be what {@link resolveParameter} gives. */
export function checkParameter(where: string, activation: string, value: number): void {
  if (activation === 'elu') {
    if (Number.isFinite(value) && value >= 0 && Math.fround(value) < Number.POSITIVE_INFINITY) return
    throw new ArgumentError(
      `${where}alpha is ${describeValue(value)}, expected a number, 0 or more, that single precision holds`,
    )
  }
  if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
    throw new ArgumentError(
      `${where}slope is ${describeValue(value)}, expected a finite number of single precision`,
    )
  }
}
