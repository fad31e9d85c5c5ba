// How many values go into and out of each layer, and how many it learns.
import type { Layer } from './layers.ts'

/** A layer's sizes. */
export interface LayerShape {
  readonly layer: Layer
  /** Its place among the network's layers. */
  readonly index: number
  /** Values of a sample that go in, and that come out. */
  readonly inputs: number
  readonly units: number
  /** Elements of `weights`, and whether they are a matrix, which weight penalties are for. */
  readonly weightCount: number
  readonly isMatrix: boolean
  /** Elements of `bias`. */
  readonly biasCount: number
}

/** The layers' shapes, from the first to the last. */
export function shapesOf(inputSize: number, layers: readonly Layer[]): LayerShape[] {
  let inputs = inputSize
  return layers.map((layer, index) => {
    const shape = shapeOf(layer, index, inputs)
    inputs = shape.units
    return shape
  })
}

function shapeOf(layer: Layer, index: number, inputs: number): LayerShape {
  const { units } = layer
  return { layer, index, inputs, units, weightCount: inputs * units, isMatrix: true, biasCount: units }
}
