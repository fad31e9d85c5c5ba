// How many weights the layers of a LayersModel can have, before any is read: a small model.json could claim any number.
import { FormatError } from '../errors.ts'
import { elementCount } from '../files/safetensors-tensor.ts'
import type { KerasLayerFields, KerasWeight } from './keras-schema.ts'

/** No class has more: four of a normalisation, or three and a random number's state. */
const MOST_TENSORS = 8

/** Counters, and states of random numbers. */
const MOST_COUNTERS = 16

/** What no layer has, but was saved with them: an optimiser keeps up to three numbers for each weight. */
const MOST_OF_OPTIMIZER = 3

/** Throws {@link FormatError} where a manifest has more weights, or more numbers in them, than its layers could have. */
export function checkRoom(layers: readonly KerasLayerFields[], weights: readonly KerasWeight[]): void {
  const most = MOST_TENSORS * layers.length
  const room = elementsOf(layers)
  const limits = { layers: 1, optimizer: MOST_OF_OPTIMIZER }
  for (const [owner, factor] of Object.entries(limits)) {
    const theirs = weights.filter(({ group }) => (group === 'optimizer') === (owner === 'optimizer'))
    if (theirs.length > factor * most + MOST_COUNTERS) {
      throw new FormatError(
        `the manifest has ${theirs.length} weights, and its ${layers.length} layers can have ${most}: it is of another model`,
      )
    }
    const elements = theirs.reduce((sum, { shape }) => sum + (elementCount(shape) ?? Infinity), 0)
    if (elements > factor * room + MOST_COUNTERS) {
      throw new FormatError(
        `the weights in the manifest have ${elements} numbers, and its layers can have ${room}: they are of another model`,
      )
    }
  }
}

/** The most numbers in the layers' weights; Infinity where the file does not say how many values a layer takes. */
function elementsOf(layers: readonly KerasLayerFields[]): number {
  let width = Infinity
  let elements = 0
  for (const [index, { class_name: className, config }] of layers.entries()) {
    const { units, batch_input_shape, batch_shape, target_shape } = config as Readonly<
      Record<string, unknown>
    >
    const shape = batch_input_shape ?? batch_shape
    if (index === 0 && Array.isArray(shape)) width = productOf(shape.slice(1))
    if (className === 'Reshape' && Array.isArray(target_shape))
      width = Math.min(width, productOf(target_shape))
    const isDense = className === 'Dense' && typeof units === 'number' && units > 0
    const columns = isDense ? units : MOST_TENSORS
    elements += (width + 1) * columns + MOST_COUNTERS
    if (isDense) width = units
  }
  return elements
}

/** Infinity where a size is open. */
const productOf = (sizes: readonly unknown[]) =>
  sizes.reduce<number>(
    (product, size) => product * (typeof size === 'number' && size > 0 ? size : Infinity),
    1,
  )
