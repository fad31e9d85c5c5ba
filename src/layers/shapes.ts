// How many values go into and come out of each layer, and how many it learns.
import { type LayerSizes, layerRow } from './layer-kinds.ts'
import type { Layer } from './layers.ts'

/** A layer's sizes. */
export interface LayerShape extends LayerSizes {
  readonly layer: Layer
  /** Its position among the network's layers. */
  readonly index: number
  readonly isLast: boolean
  /** Values of a sample that go in. */
  readonly inputs: number
}

/** The layers' shapes, from first to last. */
export function shapesOf(inputSize: number, layers: readonly Layer[]): LayerShape[] {
  let inputs = inputSize
  return layers.map((layer, index) => {
    const isLast = index === layers.length - 1
    const shape = { layer, index, isLast, inputs, ...sizesOf(layer, inputs) }
    inputs = shape.units
    return shape
  })
}

function sizesOf(layer: Layer, inputs: number): LayerSizes {
  const sizes = { units: inputs, weightCount: 0, isMatrix: false, biasCount: 0, statisticsCount: 0 }
  return { ...sizes, ...layerRow(layer).sizes?.(layer as never, inputs) }
}
