// Formulas that a file spells out in elementary operators, in a normal form: a number times sorted factors. Numbers
// have the precision of 16-bit floats.

/** A number times factors, each written out. */
export interface Expression {
  readonly coefficient: number
  readonly factors: readonly string[]
  /** What was added to the variance in it. */
  readonly epsilon?: number | undefined
}

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
  // Any number can be added to a variance, and its exact value matters.
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

/** Rounded to the 11 bits of a 16-bit float, in which a file may keep its numbers. */
function rounded(value: number): number {
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10)
  return step > 0 ? Math.round(value / step) * step : value
}

export const write = ({ coefficient, factors }: Expression) => [rounded(coefficient), ...factors].join('·')

/** x − mean(x). */
export const deviation: Expression = { coefficient: 1, factors: ['(-1·mean(1·x)+1·x)'] }
const VARIANCE = write(apply('mean', power(deviation, 2)))
