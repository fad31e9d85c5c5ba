// How many values go into and out of each layer, and how many it learns.
import type { Layer } from './layers.ts'

/** A layer's sizes. */
export interface LayerShape {
  readonly layer: Layer
  /** Its place among the network's layers. */
  readonly index: number
  readonly isLast: boolean
  /** Values of a sample that go in, and that come out. */
  readonly inputs: number
  readonly units: number
  /** Elements of `weights`, and whether they are a matrix, which weight penalties are for. */
  readonly weightCount: number
  readonly isMatrix: boolean
  /** Elements of `bias`. */
  readonly biasCount: number
  /** Elements of each of its running statistics. */
  readonly statisticsCount: number
}

/** The layers' shapes, from the first to the last. */
export function shapesOf(inputSize: number, layers: readonly Layer[]): LayerShape[] {
  let inputs = inputSize
  return layers.map((layer, index) => {
    const isLast = index === layers.length - 1
    const shape = { layer, index, isLast, inputs, ...sizesOf(layer, inputs) }
    inputs = shape.units
    return shape
  })
}

function sizesOf(layer: Layer, inputs: number) {
  const sizes = { units: inputs, weightCount: 0, isMatrix: false, biasCount: 0, statisticsCount: 0 }
  switch (layer.kind) {
    case 'dense': {
      const { units } = layer
      return { ...sizes, units, weightCount: inputs * units, isMatrix: true, biasCount: units }
    }
    case 'batchNormalization':
      return { ...sizes, weightCount: inputs, biasCount: inputs, statisticsCount: inputs }
    case 'layerNormalization':
      return { ...sizes, weightCount: inputs, biasCount: inputs }
    case 'prelu':
      return { ...sizes, weightCount: layer.shared ? 1 : inputs }
    default:
      return sizes
  }
}
