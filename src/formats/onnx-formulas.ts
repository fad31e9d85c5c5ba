// Activations and layer normalisation that a file spells out in elementary operators, recognised by their formula.
//
// Exporters write x·sigmoid(x), or x·(1 + erf(x / √2)) / 2, each in its own order.
import { type ActivationName, activationNames, FOREIGN_NAMES } from '../kernels/activations.ts'
import {
  add,
  apply,
  deviation,
  type Expression,
  multiply,
  number,
  power,
  write,
  X,
} from './onnx-expressions.ts'
import { expressionOf } from './onnx-node-formula.ts'

/** What a formula is: an activation, or layer normalisation without weights. */
export type Formula = ActivationName | { readonly epsilon: number }

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

/** What other exporters write. */
const OTHERS: readonly (readonly [ActivationName, Expression])[] = [
  ['hardSwish', multiply(X, apply('hardsigmoid', X))],
  ['hardSwish', multiply(multiply(number(1 / 6), X), apply('relu6', add(X, number(3))))],
  ['gelu', multiply(multiply(number(0.5), X), twicePhi)],
  ['geluTanh', gate(add(X, cubic(power(X, 3))))],
  ['geluTanh', gate(multiply(X, add(number(1), cubic(power(X, 2)))))],
  ['softsign', multiply(X, apply('inverse', add(number(1), apply('abs', X))))],
]

/**
 * The formula of an activation that toOnnx writes in several operators; undefined for one that is a single operator.
 */
function writtenAs(name: ActivationName): Expression | undefined {
  const { onnx } = FOREIGN_NAMES[name]
  if (onnx.length < 2) return undefined
  return onnx.reduce<Expression | undefined>((value, { operator, constants = {}, takesX, ints = {} }) => {
    const attributes = Object.entries(ints).map(([attribute, int]) => ({
      name: attribute,
      int,
      ints: [],
      floats: [],
    }))
    const others = Object.values(constants).map(number)
    return expressionOf({ operator, attributes }, [value, ...others, ...(takesX ? [X] : [])])
  }, X)
}

const KNOWN: ReadonlyMap<string, ActivationName> = new Map([
  ...OTHERS.map(([name, expression]) => [write(expression), name] as const),
  ...activationNames.flatMap(name => {
    const expression = writtenAs(name)
    return expression ? [[write(expression), name] as const] : []
  }),
])

/** What an expression is; undefined for an unknown one. */
export function recognize(expression: Expression): Formula | undefined {
  const written = write(expression)
  const { epsilon } = expression
  if (epsilon === undefined) return KNOWN.get(written)
  return written === standardized ? { epsilon } : undefined
}
