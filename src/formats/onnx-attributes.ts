// The attributes of ONNX operators that are read, and what each may be. To read another, add its row: it means the same
// to every operator that has it. Which operator has which, onnx-operator-attributes.ts says.
//
// Source: https://onnx.ai/onnx/operators
import { array, type GenericSchema, integer, maxLength, number, pipe } from 'valibot'
import { finiteNumber, text, whole, within } from '../files/schema.ts'

/** Of a tensor. */
const MOST_DIMENSIONS = 8

const axis = whole(-MOST_DIMENSIONS, MOST_DIMENSIONS)
const flag = whole(0, 1)
/** Infinity does not limit; NaN is no number here. */
const limit = number('a number')
/** Exporters write the largest number of 64 bits for the end of a list. */
const place = pipe(number('a whole number'), integer('a whole number'))
const order = `at most ${MOST_DIMENSIONS} whole numbers`
const places = (least: number) =>
  pipe(array(whole(least, MOST_DIMENSIONS), order), maxLength(MOST_DIMENSIONS, order))

const float = (schema: GenericSchema<number>) => ({ type: 'float', schema }) as const
const int = (schema: GenericSchema<number>) => ({ type: 'int', schema }) as const

/** By name. */
export const ATTRIBUTES = {
  allowzero: int(flag),
  alpha: float(finiteNumber),
  approximate: { type: 'text', schema: text(20) },
  axes: { type: 'ints', schema: places(-MOST_DIMENSIONS) },
  axis: int(axis),
  beta: float(finiteNumber),
  block_size: int(whole()),
  end: int(place),
  epsilon: float(within(0)),
  gamma: float(finiteNumber),
  max: float(limit),
  min: float(limit),
  momentum: float(within(0, 1)),
  output_dtype: int(whole()),
  perm: { type: 'ints', schema: places(0) },
  ratio: float(within(0, 1)),
  spatial: int(flag),
  start: int(place),
  stash_type: int(whole()),
  to: int(whole()),
  training_mode: int(flag),
  transA: int(whole()),
  transB: int(whole()),
} as const

/** The attributes of a type. */
export type AttributeOf<Type> = {
  [Name in keyof typeof ATTRIBUTES]: (typeof ATTRIBUTES)[Name]['type'] extends Type ? Name : never
}[keyof typeof ATTRIBUTES]
