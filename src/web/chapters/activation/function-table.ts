// What the exhibit of functions knows of each: where to look at it, where its corners are, what values it takes.
import type { ActivationName } from 'wasmlp/kernels'

/** An end of an interval: a number, ±∞, the value far to the left, or the least value of the curve. */
export type Bound = number | 'limit' | 'least'

export interface FunctionRow {
  readonly name: ActivationName
  /** Whether the lecture has it. */
  readonly lecture: boolean
  /** The a that are shown, and the values h(a) that are shown at least. */
  readonly domain: readonly [low: number, high: number]
  readonly values: readonly [low: number, high: number]
  /** The interval of its values; `closed` says which ends belong to it. */
  readonly range: { readonly low: Bound; readonly high: Bound; readonly closed: 'none' | 'low' | 'both' }
  /** Where it may have no derivative: the slopes on the two sides tell. */
  readonly corners: readonly number[]
  /** Whether it jumps there. */
  readonly jumps?: true
  /** Whether lines through its corner stay below it, so that each is a sub-gradient. */
  readonly convex?: true
  /** The number that it takes, and how far that goes on the page. */
  readonly parameter?: { readonly name: 'slope' | 'alpha'; readonly initial: number; readonly most: number }
}

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number
const DOMAIN = [-5, 5] as const
const ALL = { low: NEGATIVE_INFINITY, high: POSITIVE_INFINITY, closed: 'none' } as const
const FROM_LEAST = { low: 'least', high: POSITIVE_INFINITY, closed: 'low' } as const
const FROM_LIMIT = { low: 'limit', high: POSITIVE_INFINITY, closed: 'none' } as const
const ALPHA = { name: 'alpha', initial: 1, most: 2 } as const
/** Values of functions that are linear on the right. */
const RISING = [-1.5, 5] as const
const TO_ONE = [-0.2, 1.2] as const
const AROUND_ZERO = [-1.4, 1.4] as const

type Row = Omit<FunctionRow, 'name'>

const ROWS: { readonly [Name in ActivationName]: Row } = {
  step: {
    lecture: true,
    domain: DOMAIN,
    values: TO_ONE,
    range: { low: 0, high: 1, closed: 'both' },
    corners: [0],
    jumps: true,
  },
  sigmoid: {
    lecture: true,
    domain: DOMAIN,
    values: TO_ONE,
    range: { low: 0, high: 1, closed: 'none' },
    corners: [],
  },
  relu: {
    lecture: true,
    domain: DOMAIN,
    values: RISING,
    range: { low: 0, high: POSITIVE_INFINITY, closed: 'low' },
    corners: [0],
    convex: true,
  },
  leakyRelu: {
    lecture: true,
    domain: DOMAIN,
    values: RISING,
    range: ALL,
    corners: [0],
    convex: true,
    parameter: { name: 'slope', initial: 0.1, most: 0.9 },
  },
  softplus: {
    lecture: true,
    domain: DOMAIN,
    values: RISING,
    range: { low: 0, high: POSITIVE_INFINITY, closed: 'none' },
    corners: [],
  },
  identity: { lecture: true, domain: DOMAIN, values: [-5, 5], range: ALL, corners: [] },
  tanh: {
    lecture: false,
    domain: DOMAIN,
    values: AROUND_ZERO,
    range: { low: -1, high: 1, closed: 'none' },
    corners: [],
  },
  elu: { lecture: false, domain: DOMAIN, values: RISING, range: FROM_LIMIT, corners: [0], parameter: ALPHA },
  selu: {
    lecture: false,
    domain: DOMAIN,
    values: [-2, 5],
    range: FROM_LIMIT,
    corners: [0],
  },
  celu: { lecture: false, domain: DOMAIN, values: RISING, range: FROM_LIMIT, corners: [], parameter: ALPHA },
  gelu: { lecture: false, domain: DOMAIN, values: RISING, range: FROM_LEAST, corners: [] },
  geluTanh: { lecture: false, domain: DOMAIN, values: RISING, range: FROM_LEAST, corners: [] },
  silu: { lecture: false, domain: DOMAIN, values: RISING, range: FROM_LEAST, corners: [] },
  mish: { lecture: false, domain: DOMAIN, values: RISING, range: FROM_LEAST, corners: [] },
  hardSwish: { lecture: false, domain: DOMAIN, values: RISING, range: FROM_LEAST, corners: [-3, 3] },
  hardSigmoid: {
    lecture: false,
    domain: DOMAIN,
    values: TO_ONE,
    range: { low: 0, high: 1, closed: 'both' },
    corners: [-3, 3],
  },
  hardTanh: {
    lecture: false,
    domain: DOMAIN,
    values: AROUND_ZERO,
    range: { low: -1, high: 1, closed: 'both' },
    corners: [-1, 1],
  },
  softsign: {
    lecture: false,
    domain: DOMAIN,
    values: AROUND_ZERO,
    range: { low: -1, high: 1, closed: 'none' },
    corners: [],
  },
  relu6: {
    lecture: false,
    domain: [-3, 9],
    values: [-1, 7],
    range: { low: 0, high: 6, closed: 'both' },
    corners: [0, 6],
  },
}

export const rowOf = (name: ActivationName): FunctionRow => ({ name, ...ROWS[name] })

/** All of them, the lecture's first. */
export const FUNCTIONS: readonly FunctionRow[] = (Object.keys(ROWS) as ActivationName[]).map(rowOf)
