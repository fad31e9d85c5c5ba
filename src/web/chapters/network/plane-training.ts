// The plane's network in the package's worker.
import { type Dataset, dataset, dense, type LayerParameters, type Sequential, sequential } from 'wasmlp'
import type { Points } from './plane-data.ts'
import type { PlaneLayer } from './plane-forward.ts'
import type { PlaneSettings } from './plane-settings.ts'

/** The hidden layers and the output, whose sigmoid is the probability of class 1. */
function layersOf({ hidden }: PlaneSettings): readonly PlaneLayer[] {
  return [...hidden, { units: 1, activation: 'sigmoid' }]
}

/** A network from its first weights on. */
export class PlaneTraining {
  readonly layers: readonly PlaneLayer[]
  /** So many it was trained. */
  epochs = 0
  /** Whether all of them were with the same settings, on points that a seed gives. */
  isRepeatable = true
  readonly #seed: number
  #model: Sequential | undefined
  #data: Dataset | undefined
  /** Those in the data set. */
  #points: Points | undefined
  /** What was compiled. */
  #compiled: Pick<PlaneSettings, 'optimizer' | 'learningRate'> | undefined
  /** With which it was trained last. */
  #terms: string | undefined
  #isClosed = false

  constructor(settings: PlaneSettings) {
    this.layers = layersOf(settings)
    this.#seed = settings.seed
  }

  /** Trains so many epochs more; gives the weights. One call at a time. */
  async train(settings: PlaneSettings, points: Points, epochs: number): Promise<LayerParameters[]> {
    const model = await this.#made()
    if (epochs > 0) {
      const data = await this.#dataOf(points)
      this.#note(settings)
      this.#compile(model, settings)
      await model.fit(data, { epochs, batchSize: settings.batchSize })
      this.epochs += epochs
    }
    return model.getParameters()
  }

  /** Frees its memory, after the call under way. */
  close(): void {
    this.#isClosed = true
    this.#model?.dispose()
    this.#data?.dispose()
  }

  async #made(): Promise<Sequential> {
    if (this.#model) return this.#model
    const layers = this.layers.map(({ units, activation }) => dense(units, { activation }))
    const model = await sequential(layers, { inputSize: 2, seed: this.#seed, build: 'simd' })
    if (this.#isClosed) model.dispose()
    this.#model = model
    return model
  }

  async #dataOf(points: Points): Promise<Dataset> {
    if (this.#data && this.#points === points) return this.#data
    const { positions, labels } = points
    const data = await dataset({ inputs: positions, inputSize: 2, labels, build: 'simd' })
    this.#data?.dispose()
    if (this.#isClosed) data.dispose()
    this.#data = data
    this.#points = points
    return data
  }

  /** Compares the settings with those of the epochs before. */
  #note(settings: PlaneSettings): void {
    const { source, optimizer, learningRate, batchSize } = settings
    const terms = [optimizer, learningRate, batchSize].join(' ')
    if (source === 'own' || (this.#terms !== undefined && this.#terms !== terms)) this.isRepeatable = false
    this.#terms = terms
  }

  #compile(model: Sequential, { optimizer, learningRate }: PlaneSettings): void {
    const compiled = this.#compiled
    if (compiled?.optimizer === optimizer && compiled.learningRate === learningRate) return
    model.compile({ optimizer, learningRate, loss: 'binaryCrossEntropy' })
    this.#compiled = { optimizer, learningRate }
  }
}
