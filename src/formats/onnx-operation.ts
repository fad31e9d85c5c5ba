// A node of a graph as the reader of its operator sees it: its inputs, and its attributes with their defaults.
//
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, NodeProto and AttributeProto.

import { FormatError } from '../errors.ts'
import { check } from '../files/schema.ts'
import { quoted } from '../quote-names.ts'
import type { ImportedNetwork } from './imported-network.ts'
import { ATTRIBUTES, type AttributeOf } from './onnx-attributes.ts'
import type { Constant } from './onnx-constants.ts'
import type { OnnxAttribute, OnnxNode } from './onnx-messages.ts'
import { ATTRIBUTE_TYPES } from './onnx-types.ts'

/** What a node's meaning depends on apart from itself. */
export interface Circumstances {
  readonly opset: number
  readonly batch: number | undefined
  readonly isFlat: boolean
}

/** A node as an operator sees it. Every method throws {@link FormatError} for unexpected contents. */
export class Operation {
  readonly network: ImportedNetwork
  /** At each place: the layer before's output, a constant, or undefined where omitted. */
  readonly inputs: readonly ('value' | Constant | undefined)[]
  /** The version of the operators. */
  readonly opset: number
  /** The samples in a batch, where the file fixes them. */
  readonly batch: number | undefined
  /** Whether each sample is a row of numbers here. */
  readonly isFlat: boolean
  /** Outputs that have a name. */
  readonly outputs: number
  readonly #attributes: ReadonlyMap<string, OnnxAttribute>

  constructor(
    network: ImportedNetwork,
    { attributes, outputs }: OnnxNode,
    inputs: readonly ('value' | Constant | undefined)[],
    { opset, batch, isFlat }: Circumstances,
  ) {
    this.network = network
    this.inputs = inputs
    this.opset = opset
    this.batch = batch
    this.isFlat = isFlat
    this.outputs = outputs.filter(name => name !== '').length
    this.#attributes = new Map(attributes.map(attribute => [attribute.name ?? '', attribute]))
  }

  float(name: AttributeOf<'float'>, initial: number): number {
    return shortest(this.#attribute(name, 'float') ?? initial)
  }

  int(name: AttributeOf<'int'>, initial: number): number {
    return this.#attribute(name, 'int') ?? initial
  }

  text(name: AttributeOf<'text'>, initial: string): string {
    const bytes = this.#attribute(name, 'text')
    if (!bytes) return initial
    const text = new TextDecoder().decode(bytes.subarray(0, MOST_TEXT_BYTES))
    check(ATTRIBUTES[name].schema, text, name)
    return text
  }

  ints(name: AttributeOf<'ints'>): readonly number[] | undefined {
    const given = this.#attribute(name, 'ints')
    if (!given) return undefined
    const ints = Array.from(given.slice(0, MOST_INTS))
    check(ATTRIBUTES[name].schema, ints, name)
    return ints
  }

  /** The value of an attribute; undefined where the node has none of this name. */
  #attribute<Type extends 'float' | 'int' | 'text' | 'ints'>(
    name: AttributeOf<Type>,
    type: Type,
  ): OnnxAttribute[Type] | undefined {
    const attribute = this.#attributes.get(name)
    const value = attribute && attributeValue(attribute, type)
    // Texts and lists: once they are decoded.
    if (typeof value === 'number') check(ATTRIBUTES[name].schema, value, name)
    return value
  }

  /** Rejects an attribute that this package does not compute. */
  expect(name: string, found: number | string, ...expected: (number | string)[]): void {
    const isEqual = (value: number | string) =>
      typeof value === 'number' ? Math.fround(value) === Math.fround(Number(found)) : value === found
    if (!expected.some(isEqual)) {
      const shown = typeof found === 'string' ? quoted(found) : found
      throw new FormatError(`${name} is ${shown}, expected ${expected.join(' or ')}`)
    }
  }

  /** The constant at a place; undefined where it is omitted. */
  optional(place: number): Constant | undefined {
    const input = this.inputs[place]
    if (input === 'value')
      throw new FormatError(`input ${place + 1} depends on the network's input, expected a constant`)
    return input
  }

  constant(place: number): Constant {
    const found = this.optional(place)
    if (found) return found
    throw new FormatError(`input ${place + 1} is missing, expected a constant`)
  }

  /** Rejects a node whose first input is not the values. */
  expectFirst(): void {
    if (this.inputs[0] !== 'value')
      throw new FormatError('input 1 is a constant, expected what the layer before gives')
  }
}

/** More than any attribute here has: what is cut is refused. */
const MOST_TEXT_BYTES = 200
const MOST_INTS = 100

/** The defaults of missing values: writers of proto3 omit zeros and empty texts. */
const ZEROS = { float: 0, int: 0, text: new Uint8Array(), ints: [] }

/** The value of an attribute. Throws {@link FormatError} where it is of another type. */
export function attributeValue<Type extends 'float' | 'int' | 'text' | 'ints'>(
  attribute: OnnxAttribute,
  type: Type,
): NonNullable<OnnxAttribute[Type]> {
  const value: OnnxAttribute[Type] = attribute[type]
  const isTyped = attribute.type !== undefined
  if (isTyped ? attribute.type === ATTRIBUTE_TYPES[type] : value !== undefined) {
    return (value ?? ZEROS[type]) as NonNullable<OnnxAttribute[Type]>
  }
  throw new FormatError(`${quoted(attribute.name ?? '')} is not of the type ${type}`)
}

/** The shortest decimal number that is the same 32-bit float: 0.1 for 0.10000000149. */
export function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === Math.fround(value)) return short
  }
  return value
}
