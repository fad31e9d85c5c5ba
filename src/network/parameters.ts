// The layout of a network's parameters in linear memory: one vector, which an optimiser walks from end to end.
//
// All weight matrices come first, since some penalties are only for them; then all other parameters. Running statistics
// come last. They are not parameters, but are kept, copied and restored with them; an optimiser does not see them. Each
// tensor begins at a multiple of 64 bytes; the elements between are 0 and stay so.

import type { LayerShape } from '../layers/shapes.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer } from '../wasm/buffer.ts'

/** One layer's weights and bias, or their equivalents (γ and β, slopes); empty where it has none. */
export interface ParameterBuffers {
  readonly weights: F32Buffer
  readonly bias: F32Buffer
}

/** A layer with its shape and its part of a vector. */
export interface NetworkLayer extends LayerShape, ParameterBuffers {
  /** Running statistics of a batch normalisation; empty elsewhere. */
  readonly runningMean: F32Buffer
  readonly runningVariance: F32Buffer
  /** One element: the number of batches in them. */
  readonly batches: F32Buffer
}

/** A vector, and the layers' parts of it. */
export interface ParameterSet {
  readonly vector: F32Buffer
  readonly layers: readonly NetworkLayer[]
}

/** A tensor's position in a vector, in elements. */
interface Place {
  readonly begin: number
  readonly end: number
}

/** The positions of a layer's tensors. */
interface LayerPlaces {
  readonly shape: LayerShape
  readonly weights: Place
  readonly bias: Place
  readonly runningMean: Place
  readonly runningVariance: Place
  readonly batches: Place
}

/** Floats in 64 bytes. */
const BLOCK = 16

/** The positions of layers' tensors in a vector. */
export class ParameterLayout {
  /** Elements of the vector. */
  readonly length: number
  /** The leading elements that are matrices. */
  readonly matrixLength: number
  /** The leading elements that are learned; running statistics follow. */
  readonly trainableLength: number
  readonly #places: readonly LayerPlaces[]

  constructor(shapes: readonly LayerShape[]) {
    let end = 0
    const place = (length: number): Place => {
      const begin = end
      end += Math.ceil(length / BLOCK) * BLOCK
      return { begin, end: begin + length }
    }
    const matrices = new Map(shapes.filter(s => s.isMatrix).map(s => [s, place(s.weightCount)]))
    this.matrixLength = end
    const others = shapes.map(shape => ({
      shape,
      weights: matrices.get(shape) ?? place(shape.weightCount),
      bias: place(shape.biasCount),
    }))
    this.trainableLength = end
    this.#places = others.map(places => ({
      ...places,
      runningMean: place(places.shape.statisticsCount),
      runningVariance: place(places.shape.statisticsCount),
      batches: place(Math.min(1, places.shape.statisticsCount)),
    }))
    this.length = end
  }

  /** A vector of zeros in this layout. */
  allocate(arena: Arena): ParameterSet {
    const vector = arena.f32(this.length)
    const at = ({ begin, end }: Place) => vector.subarray(begin, end)
    const layers = this.#places.map(({ shape, weights, bias, runningMean, runningVariance, batches }) => ({
      ...shape,
      weights: at(weights),
      bias: at(bias),
      runningMean: at(runningMean),
      runningVariance: at(runningVariance),
      batches: at(batches),
    }))
    return { vector, layers }
  }
}
