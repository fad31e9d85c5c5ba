// Models from ONNX: a graph that is a row of operators, each of which is a layer or part of one.

import type { Sequential } from '../api/sequential.ts'
import { isFloat32Array } from '../brands.ts'
import { checkOptions } from '../check-options.ts'
import { toBytes } from '../data/bytes.ts'
import { finishInSlices } from '../data/steps.ts'
import { FormatError } from '../errors.ts'
import { expectFinite } from '../files/safetensors-tensor.ts'
import { quoted, wordOf } from '../quote-names.ts'
import { IMPORT_OPTIONS, ImportedNetwork, type ImportOptions, reading } from './imported-network.ts'
import { CONSTANT_OPERATIONS, constantNode, shape } from './onnx-constant-operators.ts'
import { type Constant, toConstant } from './onnx-constants.ts'
import { type Expression, number, X } from './onnx-expressions.ts'
import { type Formula, recognize } from './onnx-formulas.ts'
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from './onnx-messages.ts'
import { expressionOf } from './onnx-node-formula.ts'
import { type Circumstances, Operation, shortest } from './onnx-operation.ts'
import { checkAttributes } from './onnx-operator-attributes.ts'
import { FOR_ANY_RANK, OPERATIONS } from './onnx-operators.ts'
import { readOnnx } from './onnx-reader.ts'
import { VALUE_TYPES } from './onnx-types.ts'

/** Versions of the format, and of the operators, that are read. All have the same meaning here. */
const MAX_IR_VERSION = 13
const OPSETS = { least: 7, most: 26 }

/**
 * Creates a model from an ONNX file of opset 7–26 whose graph is a row of dense layers:
 *
 * - Layers: `Gemm`, `MatMul`, `Add`, `BatchNormalization`, `LayerNormalization`, `PRelu`, `Softmax`, `LogSoftmax`,
 *   `Dropout`, `Identity`, `Cast` among floats, `Flatten` and `Reshape` to rows
 * - The activations, also spelled out, as PyTorch writes SiLU, GELU, Mish and softsign
 * - `LayerNormalization` spelled out, as PyTorch writes it below opset 17
 * - `Sub`, `Mul`, `Div` and `Add` by constants: a `normalization` at the inputs, elsewhere part of the dense layer or
 *   normalisation beside them, or a dense layer of their own. The bounds of `Clip` and the numbers of `HardSigmoid` are
 *   handled alike.
 *
 * Weights can be float, double, float16 or bfloat16, or 8 bits with a `DequantizeLinear`. They become 32-bit floats.
 *
 * Rejects with {@link FormatError} for anything else, naming the node and its operator: another operator, a graph that
 * branches, data in another file, bytes that are not ONNX, or more than 262,144 messages and names. Memory is
 * proportional to the file's size. Reading the file's messages yields to the event loop.
 *
 * @example
 * const model = await sequentialFromOnnx(await readFile('model.onnx'))
 *
 * Source: https://onnx.ai/onnx/operators and https://onnx.ai/onnx/repo-docs/IR.html
 */
export async function sequentialFromOnnx(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<Sequential> {
  checkOptions('sequentialFromOnnx', options, "{ build: 'simd' }", IMPORT_OPTIONS)
  const file = toBytes(bytes, 'the ONNX file')
  const { irVersion, opsets, graph } = await finishInSlices(readOnnx(file), undefined)
  if (!irVersion || !graph)
    throw new FormatError('onnx: the file has no ir_version or no graph: it is not an ONNX model')
  if (!(irVersion > 0))
    throw new FormatError(`onnx: the file's IR version is ${irVersion}, expected 1 or more`)
  if (irVersion > MAX_IR_VERSION) {
    throw new FormatError(
      `onnx: the file's IR version is ${irVersion}, and this wasmlp reads up to ${MAX_IR_VERSION}: use a newer wasmlp`,
    )
  }
  const [standard, ...others] = opsets.filter(({ domain = '' }) => domain === '' || domain === 'ai.onnx')
  if (others.length > 0) throw new FormatError('onnx: the file has several opsets of ai.onnx, expected one')
  const opset = standard?.version
  if (opset === undefined) {
    throw new FormatError(
      `onnx: the file names no opset of ai.onnx, expected one of ${OPSETS.least}–${OPSETS.most}`,
    )
  }
  if (opset < OPSETS.least || opset > OPSETS.most) {
    throw new FormatError(`onnx: the file's opset is ${opset}, expected ${OPSETS.least}–${OPSETS.most}`)
  }
  return new GraphReader(graph, file.length, opset).read().toModel(options)
}

const NO_ROW = 'a sample is not a row of numbers here, expected a Flatten or Reshape before'

/** The most nodes that spell out one formula. */
const MAX_REGION = 12

/** Walks a graph from its input to its output. */
class GraphReader {
  readonly #nodes: readonly OnnxNode[]
  readonly #versions: { readonly opset: number; readonly batch: number | undefined }
  /** The sizes of a sample at the input, without the batch. */
  readonly #sampleSizes: readonly (number | undefined)[]
  readonly #network: ImportedNetwork
  readonly #tensors = new Map<string, OnnxTensor>()
  readonly #constants = new Map<string, Constant>()
  readonly #consumers = new Map<string, OnnxNode[]>()
  /** Nodes that hold a constant, by its name. */
  readonly #constantNodes = new Map<string, OnnxNode>()
  readonly #output: string
  /** Whether each sample is a row of numbers here. */
  #isFlat: boolean
  /** The output of the layer before. */
  #value: string

  constructor(graph: OnnxGraph, fileBytes: number, opset: number) {
    if (graph.sparseInitializers.length > 0) {
      throw new FormatError('onnx: the file has sparse initializers, expected dense ones')
    }
    checkNames(graph)
    for (const tensor of graph.initializers) this.#tensors.set(tensor.name ?? '', tensor)
    const inputs = graph.inputs.filter(({ name = '' }) => !this.#tensors.has(name))
    const [input, output] = [inputs[0], graph.outputs[0]]
    if (!input?.name || !output?.name || inputs.length !== 1 || graph.outputs.length !== 1) {
      throw new FormatError(
        `onnx: the graph has ${inputs.length} inputs and ${graph.outputs.length} outputs, expected one of each`,
      )
    }
    this.#nodes = usedNodes(graph.nodes, output.name)
    for (const node of this.#nodes) {
      for (const name of new Set(node.inputs)) {
        const consumers = this.#consumers.get(name)
        if (consumers) consumers.push(node)
        else this.#consumers.set(name, [node])
      }
      if (node.operator === 'Constant') this.#constantNodes.set(node.outputs[0] ?? '', node)
    }
    const [batch, ...sizes] = input.type?.tensor?.shape?.dims ?? [{}, {}]
    this.#versions = { opset, batch: batch?.size }
    this.#sampleSizes = sizes.map(({ size }) => size)
    this.#isFlat = sizes.length === 1
    this.#network = new ImportedNetwork(fileBytes, sizeOf(input))
    this.#value = input.name
    this.#output = output.name
  }

  read(): ImportedNetwork {
    for (const [index, node] of this.#nodes.entries()) {
      reading(`onnx: ${placeOf(node, index)}`, () => checkAttributes(node, this.#versions.opset))
    }
    const done = new Set<OnnxNode>()
    for (const [index, node] of this.#nodes.entries()) {
      if (done.has(node)) continue
      const read = this.#readNode(node, index)
      for (const one of read) done.add(one)
    }
    if (this.#value !== this.#output) {
      throw new FormatError(
        `onnx: the graph's output is ${quoted(this.#output)}, but its layers lead to ${quoted(this.#value)}`,
      )
    }
    return this.#network
  }

  /** Reads a node, and those that form one activation or normalisation with it. */
  #readNode(node: OnnxNode, index: number): readonly OnnxNode[] {
    const { operator = '', domain = '', inputs, outputs } = node
    const place = placeOf(node, index)
    this.#network.place = place
    return reading(`onnx: ${place}`, () => {
      const [output] = outputs
      if (!output) throw new FormatError('it has no output')
      if (domain !== '' && domain !== 'ai.onnx') {
        throw new FormatError(`its domain is ${quoted(domain)}, expected an operator of ai.onnx`)
      }
      if (!inputs.includes(this.#value)) {
        this.#constants.set(output, this.#fold(node))
        return [node]
      }
      if (operator === 'Shape') {
        const operation = new Operation(this.#network, node, [], this.#circumstances())
        this.#constants.set(output, shape(operation, this.#isFlat ? [undefined] : this.#sampleSizes))
        return [node]
      }
      const spelledOut = this.#formulaFrom(index)
      if (spelledOut) {
        this.#addFormula(spelledOut.formula)
        this.#value = spelledOut.output
        return spelledOut.nodes
      }
      if (this.#branches()) throw this.#branching()
      const operation = Object.hasOwn(OPERATIONS, operator) ? OPERATIONS[operator] : undefined
      if (!operation) {
        throw new FormatError(
          `this operator is not supported, expected one of ${Object.keys(OPERATIONS).sort().join(', ')}`,
        )
      }
      const operands = inputs.map(input => {
        if (input === '') return undefined
        return input === this.#value ? 'value' : this.#constant(input)
      })
      if (!this.#isFlat && !FOR_ANY_RANK.has(operator)) {
        throw new FormatError(NO_ROW)
      }
      operation(new Operation(this.#network, node, operands, this.#circumstances()))
      this.#isFlat ||= operator === 'Flatten' || operator === 'Reshape'
      this.#value = output
      return [node]
    })
  }

  #circumstances(): Circumstances {
    return { ...this.#versions, isFlat: this.#isFlat }
  }

  /** Whether several nodes take what the layer before gives, except those that only read its shape. */
  #branches(): boolean {
    const consumers = this.#consumers.get(this.#value) ?? []
    return consumers.filter(({ operator }) => operator !== 'Shape').length > 1
  }

  #branching(): FormatError {
    const value = quoted(this.#value)
    const consumers = this.#consumers.get(this.#value) ?? []
    if (consumers.some(({ operator }) => operator === 'ReduceMean')) {
      return new FormatError(
        `a mean of ${value} begins no layer normalisation over the last axis, (x − mean) / ` +
          '√(variance + epsilon): expected that, or LayerNormalization',
      )
    }
    return new FormatError(`the graph branches at ${value}, expected a row of layers`)
  }

  #addFormula(formula: Formula): void {
    if (typeof formula === 'string') {
      this.#network.activation(formula)
      return
    }
    if (!this.#isFlat) throw new FormatError(NO_ROW)
    const { width } = this.#network
    if (width === undefined) {
      throw new FormatError('a layer normalisation is here, and the file does not say of how many values')
    }
    this.#network.spend(2 * width)
    this.#network.layerNormalization(
      new Float32Array(width).fill(1),
      new Float32Array(width),
      shortest(formula.epsilon),
    )
  }

  /** A constant by its name. Throws {@link FormatError} where there is none. */
  #constant(name: string): Constant {
    const known = this.#constants.get(name)
    if (known) return known
    const tensor = this.#tensors.get(name)
    const node = this.#constantNodes.get(name)
    if (!tensor && !node) {
      throw new FormatError(
        `${quoted(name)} is neither a constant nor what the layer before gives, ${quoted(this.#value)}`,
      )
    }
    const constant = reading(`tensor ${quoted(name)}`, () =>
      tensor ? toConstant(tensor) : constantNode(node),
    )
    // A single number may be infinite: a limit that does not limit.
    const { dims, data } = constant
    if (data.length > 1 && isFloat32Array(data)) expectFinite(data, dims, `tensor ${quoted(name)}`)
    this.#constants.set(name, constant)
    return constant
  }

  /** What a node computes from constants. */
  #fold(node: OnnxNode): Constant {
    const { operator = '', inputs, outputs } = node
    if (operator === 'Constant') return this.#constant(outputs[0] ?? '')
    const operands = inputs.map(name => (name === '' ? undefined : this.#constant(name)))
    const fold = Object.hasOwn(CONSTANT_OPERATIONS, operator) ? CONSTANT_OPERATIONS[operator] : undefined
    if (fold) return fold(new Operation(this.#network, node, operands, this.#circumstances()))
    throw new FormatError(
      `it takes only constants, expected Constant, ${Object.keys(CONSTANT_OPERATIONS).join(', ')}`,
    )
  }

  /** The nodes from here on that form a known formula, and their output; undefined where none do. */
  #formulaFrom(index: number): { nodes: OnnxNode[]; output: string; formula: Formula } | undefined {
    const expressions = new Map<string, Expression>([[this.#value, X]])
    const nodes: OnnxNode[] = []
    for (const node of this.#nodes.slice(index, index + 2 * MAX_REGION)) {
      const [output] = node.outputs
      if (!output || !node.inputs.some(name => expressions.has(name))) continue
      if (node.domain && node.domain !== 'ai.onnx') return undefined
      const operands = node.inputs.map(name => expressions.get(name) ?? this.#scalar(name))
      const expression = expressionOf(node, operands)
      if (!expression || nodes.length === MAX_REGION) return undefined
      nodes.push(node)
      expressions.set(output, expression)
      const isInside = (one: OnnxNode) => nodes.includes(one)
      const open = [...expressions.keys()].filter(
        name => name === this.#output || !(this.#consumers.get(name) ?? []).every(isInside),
      )
      const formula = open.every(name => name === output) ? recognize(expression) : undefined
      if (formula) return { nodes, output, formula }
    }
    return undefined
  }

  /** A constant that is one number, as an expression. It may come from a later node. */
  #scalar(name: string): Expression | undefined {
    const isKnown = this.#constants.has(name) || this.#tensors.has(name) || this.#constantNodes.has(name)
    const constant = isKnown ? this.#constant(name) : undefined
    const [value] = constant?.data ?? []
    return value !== undefined && constant?.data.length === 1 ? number(value) : undefined
  }
}

const placeOf = ({ name, operator = '' }: OnnxNode, index: number) =>
  `node ${quoted(name || `number ${index + 1}`)} (${wordOf(operator)})`

/** Throws {@link FormatError} for a name that means two things, of which other readers take one or the other. */
function checkNames({ initializers, inputs, nodes }: OnnxGraph): void {
  const values = new Set<string>()
  const add = (names: Set<string>, name: string, what: string) => {
    if (names.has(name))
      throw new FormatError(`onnx: ${what} ${quoted(name)} is there twice, expected it once`)
    names.add(name)
  }
  for (const { name = '' } of initializers) add(values, name, 'the value')
  // An input that is an initialiser too has that as its default.
  for (const { name = '' } of inputs) values.add(name)
  for (const { outputs, attributes, name: node = '' } of nodes) {
    for (const output of outputs) if (output !== '') add(values, output, 'the value')
    const names = new Set<string>()
    for (const { name = '' } of attributes) add(names, name, `in node ${quoted(node)}, the attribute`)
  }
}

/** The nodes that the output depends on, in order. Exporters and tools can leave others in the graph. */
function usedNodes(nodes: readonly OnnxNode[], output: string): OnnxNode[] {
  const makers = new Map(nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const used = new Set<OnnxNode>()
  const names = [output]
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const maker = name === '' ? undefined : makers.get(name) // '' is an input that is left out
    if (!maker || used.has(maker)) continue
    used.add(maker)
    for (const input of maker.inputs) names.push(input)
  }
  return nodes.filter(node => used.has(node))
}

/** The values of a sample of the graph's input; undefined where the file does not say it. */
function sizeOf({ type }: OnnxValue): number | undefined {
  const { type: elements, shape } = type?.tensor ?? {}
  if (elements !== undefined && !VALUE_TYPES.includes(elements)) {
    throw new FormatError(`onnx: the input's elements are of type ${elements}, expected floats`)
  }
  if (!shape) return undefined
  const [, ...dims] = shape.dims
  if (dims.length === 0)
    throw new FormatError('onnx: the input has one dimension or none, expected [batch, n]')
  const sizes = dims.map(({ size }) => size ?? 0)
  const product = sizes.reduce((all, size) => all * size, 1)
  return sizes.every(size => size > 0) && Number.isSafeInteger(product) ? product : undefined
}
