// The formula of an ONNX node, from the formulas of its inputs.
//
// Source: https://onnx.ai/onnx/operators
import { add, apply, type Expression, multiply, number, power } from './onnx-expressions.ts'
import type { OnnxAttribute, OnnxNode } from './onnx-messages.ts'
import { attributeValue } from './onnx-operation.ts'
import { TENSOR_TYPES } from './onnx-types.ts'

/**
 * The formula of a node; undefined for one that no activation or normalisation could have. Throws {@link FormatError} for an
 * attribute of another type.
 */
export function expressionOf(
  { operator, attributes }: Pick<OnnxNode, 'operator' | 'attributes'>,
  [a, b, c]: readonly (Expression | undefined)[],
): Expression | undefined {
  if (!a) return undefined
  const isNumber = b !== undefined && b.factors.length === 0
  const find = (sought: string) => attributes.find(({ name }) => name === sought)
  const float = (name: string, initial: number) => typedValue(find(name), 'float') ?? initial
  const int = (name: string, initial: number) => typedValue(find(name), 'int') ?? initial
  switch (operator) {
    case 'Mul':
      return b && multiply(a, b)
    case 'Div':
      return b && multiply(a, isNumber ? number(1 / b.coefficient) : apply('inverse', b))
    case 'Add':
      return b && add(a, b)
    case 'Sub':
      return b && add(a, multiply(number(-1), b))
    case 'Pow':
      if (!isNumber) return undefined
      if (b.coefficient === 0.5) return apply('sqrt', a)
      return b.coefficient === 2 || b.coefficient === 3 ? power(a, b.coefficient) : undefined
    case 'Abs':
    case 'Erf':
    case 'Sqrt':
    case 'Tanh':
    case 'Sigmoid':
    case 'Softplus':
      return apply(operator.toLowerCase(), a)
    case 'HardSigmoid': {
      const isOurs = float('alpha', 0.2) === Math.fround(1 / 6) && float('beta', 0.5) === 0.5
      return isOurs ? apply('hardsigmoid', a) : undefined
    }
    case 'Clip':
      return isNumber && b.coefficient === 0 && c?.coefficient === 6 ? apply('relu6', a) : undefined
    case 'Reciprocal':
      return apply('inverse', a)
    case 'ReduceMean': {
      // The axes are an input since version 18 of the operators.
      const [axis = b?.coefficient, ...more] = find('axes')?.ints ?? []
      const keepsAxis = int('keepdims', 1) !== 0
      return (axis === -1 || axis === 1) && more.length === 0 && keepsAxis ? apply('mean', a) : undefined
    }
    case 'Greater':
      return isNumber && b.coefficient === 0 ? apply('greater', a) : undefined
    case 'Cast': {
      return int('to', 0) === TENSOR_TYPES.float ? a : undefined
    }
    default:
      return undefined
  }
}

const typedValue = (attribute: OnnxAttribute | undefined, type: 'float' | 'int') =>
  attribute && attributeValue(attribute, type)
