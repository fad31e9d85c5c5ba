// Models as safetensors files: weights with the names and shapes that PyTorch's nn.Sequential gives them, and the
// architecture in the metadata.
//
// PyTorch numbers the modules of a Sequential, activations included: Linear, ReLU, Linear is 0, 1, 2, and only 0 and 2
// have parameters. A Linear's weight is [out, in], the transpose of ours.
import { FormatError, WasmlpError } from '../errors.ts'
import { type ActivationParameters, parameterName } from '../kernels/activation-parameters.ts'
import { dense, type Layer, type LayerActivation } from '../model/layers.ts'
import { checkSpec, type LayerParameters } from '../model/network.ts'
import { readSafetensors, type Tensor, toFloat32, writeSafetensors } from './safetensors.ts'

/** Version of the architecture's JSON in the metadata; raised when an older reader could misread it. */
const SCHEMA = 1

/** The architecture as the metadata has it, under the key `wasmlp`. */
interface Architecture {
  schema: number
  inputSize: number
  layers: ({ units: number; activation: LayerActivation } & ActivationParameters)[]
}

/** A model as a safetensors file. */
export function encodeModel(
  inputSize: number,
  layers: readonly Layer[],
  parameters: readonly LayerParameters[],
): Uint8Array<ArrayBuffer> {
  const tensors: [string, { dtype: 'F32'; shape: number[]; data: Float32Array }][] = []
  let inputs = inputSize
  let module = 0
  for (const [i, { units, activation }] of layers.entries()) {
    const { weights = new Float32Array(), bias = new Float32Array() } = parameters[i] ?? {}
    const data = transpose(weights, inputs, units)
    tensors.push([`${module}.weight`, { dtype: 'F32', shape: [units, inputs], data }])
    tensors.push([`${module}.bias`, { dtype: 'F32', shape: [units], data: bias }])
    module += activation === 'identity' ? 1 : 2
    inputs = units
  }
  const architecture: Architecture = {
    schema: SCHEMA,
    inputSize,
    layers: layers.map(({ units, activation, slope }) => {
      const parameter = parameterName(activation)
      return { units, activation, ...(parameter && { [parameter]: slope }) }
    }),
  }
  return writeSafetensors(tensors, { format: 'pt', wasmlp: JSON.stringify(architecture) })
}

/** A model from a file of {@link encodeModel}. Throws {@link FormatError}. */
export function decodeModel(bytes: Uint8Array | ArrayBuffer): {
  inputSize: number
  layers: Layer[]
  parameters: LayerParameters[]
} {
  const { tensors, metadata } = readSafetensors(bytes)
  const { inputSize, layers } = parseArchitecture(metadata.wasmlp)
  return { inputSize, layers, parameters: takeParameters(tensors, inputSize, layers) }
}

/** The weights of a file, with or without metadata, for the given layers. Throws {@link FormatError}. */
export function fitParameters(
  bytes: Uint8Array | ArrayBuffer,
  inputSize: number,
  layers: readonly Layer[],
): LayerParameters[] {
  const { tensors, metadata } = readSafetensors(bytes)
  if (metadata.wasmlp !== undefined) checkArchitecture(parseArchitecture(metadata.wasmlp).layers, layers)
  return takeParameters(tensors, inputSize, layers)
}

/** Weights learned for one activation mean nothing to another. Shapes are checked with the tensors. */
function checkArchitecture(found: readonly Layer[], expected: readonly Layer[]): void {
  const describe = ({ activation, slope }: Layer) => {
    const parameter = parameterName(activation)
    return parameter ? `${activation} with ${parameter} ${slope}` : activation
  }
  for (const [i, layer] of expected.entries()) {
    const other = found[i]
    if (other && describe(other) !== describe(layer)) {
      throw new FormatError(
        `layer ${i + 1} of the file is ${describe(other)}, but that of the model ${describe(layer)}: create the model ` +
          'with the activations of the file',
      )
    }
  }
}

function parseArchitecture(text: string | undefined): { inputSize: number; layers: Layer[] } {
  if (text === undefined) {
    throw new FormatError(
      'the file has weights but no architecture of wasmlp in its metadata: create the model with its layers first, ' +
        'then load the weights into it',
    )
  }
  let architecture: Partial<Architecture>
  try {
    architecture = { ...JSON.parse(text) }
  } catch (cause) {
    throw new FormatError('the architecture in the metadata is no JSON', { cause })
  }
  const { schema, inputSize, layers } = architecture
  if (schema !== SCHEMA) {
    throw new FormatError(
      `the model's schema is version ${JSON.stringify(schema)}, and this wasmlp reads version ${SCHEMA}` +
        (typeof schema === 'number' && schema > SCHEMA ? ': use a newer wasmlp' : ''),
    )
  }
  try {
    if (!Array.isArray(layers)) throw new FormatError('layers is no list')
    const spec = {
      inputSize: inputSize as number, // or anything else: checkSpec tells
      layers: layers.map(({ units, activation, slope, alpha }) =>
        dense(units, {
          activation,
          ...(slope !== undefined && { slope }),
          ...(alpha !== undefined && { alpha }),
        }),
      ),
      seed: 0,
    }
    checkSpec(spec)
    return spec
  } catch (cause) {
    const reason = cause instanceof WasmlpError ? cause.message : 'a layer is no object'
    throw new FormatError(`the architecture in the metadata makes no network: ${reason}`, { cause })
  }
}

/** Pairs N.weight and N.bias in ascending order of N with the layers. */
function takeParameters(
  tensors: Map<string, Tensor>,
  inputSize: number,
  layers: readonly Layer[],
): LayerParameters[] {
  const modules = [...tensors.keys()]
    .map(name => /^(\d+)\.weight$/.exec(name)?.[1])
    .filter(module => module !== undefined)
    .sort((a, b) => Number(a) - Number(b))
  const expected = new Set(modules.flatMap(module => [`${module}.weight`, `${module}.bias`]))
  const stray = [...tensors.keys()].find(name => !expected.has(name))
  if (stray !== undefined) {
    throw new FormatError(
      `the file has a tensor ${JSON.stringify(stray)}: expected only N.weight and N.bias, as an nn.Sequential of Linear ` +
        'modules has them',
    )
  }
  if (modules.length !== layers.length) {
    throw new FormatError(`the file has weights of ${modules.length} layers, expected ${layers.length}`)
  }
  let inputs = inputSize
  return layers.map(({ units }, i) => {
    const name = modules[i] ?? ''
    const weight = take(tensors, `${name}.weight`, [units, inputs])
    const bias = take(tensors, `${name}.bias`, [units])
    const weights = transpose(weight, units, inputs)
    inputs = units
    return { weights, bias }
  })
}

function take(tensors: Map<string, Tensor>, name: string, shape: number[]): Float32Array {
  const tensor = tensors.get(name)
  if (!tensor)
    throw new FormatError(`the file has no tensor ${JSON.stringify(name)}, expected one of [${shape}]`)
  if (String(tensor.shape) !== String(shape)) {
    throw new FormatError(
      `tensor ${JSON.stringify(name)} has the shape [${tensor.shape}], but the layer needs [${shape}]`,
    )
  }
  return toFloat32(tensor)
}

/** columns × rows from rows × columns. */
function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length)
  for (let i = 0; i < rows; ++i) {
    for (let j = 0; j < columns; ++j) result[j * rows + i] = matrix[i * columns + j] ?? 0
  }
  return result
}
