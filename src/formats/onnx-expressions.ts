// Activations and layer normalisation that a file spells out in elementary operators, found by the formula that these make.
//
// Exporters write x·sigmoid(x), or x·(1 + erf(x / √2)) / 2, in orders of their own. A formula is brought into one form,
// a number times factors in order, numbers as precise as 16-bit floats, and looked up.
import type { ActivationName } from '../kernels/activation-kinds.ts'

/** A number times factors, each of which is written out. */
export interface Expression {
  readonly coefficient: number
  readonly factors: readonly string[]
  /** What was added to the variance that is in it. */
  readonly epsilon?: number | undefined
}

/** What a formula is: an activation, or layer normalisation without weights. */
export type Formula = ActivationName | { readonly epsilon: number }

/** The input. */
export const X: Expression = { coefficient: 1, factors: ['x'] }

export const number = (coefficient: number): Expression => ({ coefficient, factors: [] })

export const multiply = (a: Expression, b: Expression): Expression => ({
  coefficient: a.coefficient * b.coefficient,
  factors: [...a.factors, ...b.factors].sort(),
  epsilon: a.epsilon ?? b.epsilon,
})

export const add = (a: Expression, b: Expression): Expression => {
  const [constant, other] = a.factors.length === 0 ? [a, b] : [b, a]
  // Any number can be added to a variance, and must be known as it is.
  if (constant.factors.length === 0 && write(other) === VARIANCE) {
    return { coefficient: 1, factors: ['shifted variance'], epsilon: constant.coefficient }
  }
  return {
    coefficient: 1,
    factors: [`(${[write(a), write(b)].sort().join('+')})`],
    epsilon: a.epsilon ?? b.epsilon,
  }
}

export const apply = (name: string, a: Expression): Expression => ({
  coefficient: 1,
  factors: [`${name}(${write(a)})`],
  epsilon: a.epsilon,
})

/** xⁿ for a small whole n. */
export const power = (a: Expression, n: number): Expression =>
  Array.from({ length: n }, () => a).reduce(multiply, number(1))

/** Rounded to the 11 bits that a 16-bit float has, as which a file may keep its numbers. */
function rounded(value: number): number {
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10)
  return step > 0 ? Math.round(value / step) * step : value
}

const write = ({ coefficient, factors }: Expression) => [rounded(coefficient), ...factors].join('·')

const deviation: Expression = { coefficient: 1, factors: ['(-1·mean(1·x)+1·x)'] }
const VARIANCE = write(apply('mean', power(deviation, 2)))
const standardized = write(
  multiply(deviation, apply('inverse', apply('sqrt', { coefficient: 1, factors: ['shifted variance'] }))),
)

/** 1 + erf(x / √2) is twice Φ(x). */
const twicePhi = add(number(1), apply('erf', multiply(number(Math.SQRT1_2), X)))
const cubic = (a: Expression) => multiply(number(0.044715), a)
const gate = (inner: Expression) =>
  multiply(
    multiply(number(0.5), X),
    add(number(1), apply('tanh', multiply(number(Math.sqrt(2 / Math.PI)), inner))),
  )

const KNOWN: ReadonlyMap<string, ActivationName> = new Map(
  (
    [
      ['silu', multiply(X, apply('sigmoid', X))],
      ['mish', multiply(X, apply('tanh', apply('softplus', X)))],
      ['hardSwish', multiply(X, apply('hardsigmoid', X))],
      ['hardSwish', multiply(multiply(number(1 / 6), X), apply('relu6', add(X, number(3))))],
      ['gelu', multiply(multiply(number(0.5), X), twicePhi)],
      ['geluTanh', gate(add(X, cubic(power(X, 3))))],
      ['geluTanh', gate(multiply(X, add(number(1), cubic(power(X, 2)))))],
      ['step', apply('greater', X)],
      ['softsign', multiply(X, apply('inverse', add(number(1), apply('abs', X))))],
    ] as const
  ).map(([name, expression]) => [write(expression), name]),
)

/** What an expression is; undefined where it is nothing that is known. */
export function recognize(expression: Expression): Formula | undefined {
  const written = write(expression)
  const { epsilon } = expression
  if (epsilon === undefined) return KNOWN.get(written)
  return written === standardized ? { epsilon } : undefined
}
