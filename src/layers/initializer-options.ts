// Initializers as a user names them: plain data, which can be stored and sent to a worker.

import { checkNames, type NamedOptions, unknownName } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'

/** What can fill a parameter of any shape. `constant` needs a value, so it is always an object. */
const BIAS_NAMES = ['zeros', 'uniform', 'normal', 'truncatedNormal'] as const

/** The names of all initializers of weights that need no value. */
export const initializerNames = Object.freeze([
  'he',
  'heFanOut',
  'heNormal',
  'xavier',
  'xavierNormal',
  'lecun',
  'lecunNormal',
  'orthogonal',
  ...BIAS_NAMES,
] as const)

/**
 * The distributions that {@link Initializer} explains.
 *
 * @useDeclaredType
 */
export type InitializerName = (typeof initializerNames)[number]

/**
 * How a layer's bias is filled: 'zeros' unless given. For a name alone, the limit or the standard deviation is 0.05.
 * `truncatedNormal` has no values beyond two standard deviations, as in Keras. Its actual standard deviation is 0.8796
 * of the given one.
 */
export type BiasInitializer =
  | (typeof BIAS_NAMES)[number]
  | { readonly name: 'zeros' }
  | { readonly name: 'constant'; readonly value: number }
  | { readonly name: 'uniform'; readonly limit?: number }
  | { readonly name: 'normal' | 'truncatedNormal'; readonly standardDeviation?: number }

/**
 * How a layer's weights are drawn: as in {@link BiasInitializer}, or by the layer's size. The latter are uniform in
 * ±limit, or normal with a standard deviation of the same variance. Definitions are PyTorch 1.13's, whose normal
 * distributions are not truncated:
 *
 * - `he`, `heNormal`: limit √(6 / ((1 + slope²)·inputs)), standard deviation √(2 / ((1 + slope²)·inputs)), where slope
 *   is leaky ReLU's and 0 for all others. Keeps the size of the values that go forward through rectifiers. He et al.,
 *   "Delving deep into rectifiers", 2015, equation 10.
 * - `heFanOut`: √(6 / units). Keeps the size of the gradient that comes back through a rectifier. Ibid., equation 14.
 * - `xavier`, `xavierNormal`: √(6 / (inputs + units)), √(2 / (inputs + units)). Glorot & Bengio, "Understanding the
 *   difficulty of training deep feedforward neural networks", 2010.
 * - `lecun`, `lecunNormal`: √(3 / inputs), √(1 / inputs). SELU needs it (Klambauer et al., "Self-normalizing neural
 *   networks", 2017). LeCun et al., "Efficient backprop", 1998.
 * - `orthogonal`: rows or columns, whichever are fewer, are orthogonal, each of the length `gain`, 1 unless given. A
 *   layer of n inputs and n units takes time proportional to n³: 0.1 s for 512. Saxe et al., "Exact solutions to the
 *   nonlinear dynamics of learning in deep linear neural networks", 2014.
 *
 * @example
 * dense(512, { activation: 'relu', initializer: { name: 'normal', standardDeviation: 0.01 } })
 */
export type Initializer =
  | BiasInitializer
  | InitializerName
  | { readonly name: 'orthogonal'; readonly gain?: number }
  | {
      readonly name: Exclude<InitializerName, 'uniform' | 'normal' | 'truncatedNormal' | 'orthogonal'>
    }

/** The number that an initializer takes, unless given; `constant` has none. */
export const DEFAULT_SPREAD = 0.05
export const DEFAULT_GAIN = 1

/** What it is unless given, and at least. */
interface Parameter {
  readonly initial?: number
  readonly least: number
}

const spread = { initial: DEFAULT_SPREAD, least: 0 }

/** Those that take a number, and its name. */
const PARAMETERS: Partial<NamedOptions<Extract<Initializer, object>, Parameter>> = {
  constant: { value: { least: Number.NEGATIVE_INFINITY } },
  uniform: { limit: spread },
  normal: { standardDeviation: spread },
  truncatedNormal: { standardDeviation: spread },
  orthogonal: { gain: { initial: DEFAULT_GAIN, least: Number.NEGATIVE_INFINITY } },
}

/** Throws {@link ArgumentError} for an invalid initializer; `where` begins the message. */
export function checkInitializer(where: string, initializer: unknown): void {
  check(where, 'initializer', initializer, initializerNames)
}

/** The same for a bias. */
export function checkBiasInitializer(where: string, initializer: unknown): void {
  check(where, 'biasInitializer', initializer, BIAS_NAMES)
}

function check(where: string, option: string, initializer: unknown, names: readonly string[]): void {
  const given = fieldsOf(initializer)
  const { name, ...others } = given
  if (typeof name !== 'string' || !(names.includes(name) || name === 'constant')) {
    const found = typeof name === 'string' ? name : initializer
    throw unknownName(`${where}unknown ${option}`, found, names, " or { name: 'constant', value: 0.1 }")
  }
  const taken: object = Object.hasOwn(PARAMETERS, name)
    ? (PARAMETERS[name as keyof typeof PARAMETERS] ?? {})
    : {}
  checkNames(`${where}${option} '${name}'`, others, taken)
  for (const [parameter, { initial, least }] of Object.entries<Parameter>({ ...taken })) {
    const value = others[parameter] === undefined ? initial : others[parameter]
    if (typeof value === 'number' && Number.isFinite(Math.fround(value)) && value >= least) continue
    const range = least === 0 ? ', 0 or more,' : ''
    throw new ArgumentError(
      `${where}${parameter} of ${option} '${name}' is ${describeValue(value)}, expected a number${range} that single precision holds: ` +
        `{ name: '${name}', ${parameter}: 0.1 }`,
    )
  }
}

/** The fields of an object initializer; for a name, only that. */
function fieldsOf(initializer: unknown): { [field: string]: unknown } {
  if (typeof initializer === 'string') return { name: initializer }
  return typeof initializer === 'object' ? { ...initializer } : {}
}
