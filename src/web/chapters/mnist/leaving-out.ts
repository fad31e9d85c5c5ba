// Trains the same network twice, with all images and without one of them, and compares what both make of any image. No DOM.
import { batch, signal } from '@preact/signals'
import { type BuildName, type Dataset, dataset, type LayerParameters, type Sequential } from 'wasmlp'
import type { DigitArrays } from '../../digits/packing.ts'
import { weightsHash } from './weights-hash.ts'

const CLASSES = 10
const PIXELS = 784
const BATCH_SIZE = 100

/** A training, but for the image that is left out. */
export interface Terms {
  /** The first of the training images. */
  readonly images: number
  readonly epochs: number
}

/** What a network makes of images: for each, a probability of each digit. */
export type Answers = readonly Float32Array[]

/** A trained network. */
export interface Trained {
  readonly training: Answers
  readonly test: Answers
  /** SHA-256 of the weights, where the page can compute it. */
  readonly hash: string | undefined
  readonly parameters: readonly LayerParameters[]
}

/** What leaving an image out did. */
export interface Comparison {
  readonly terms: Terms
  /** The image that was left out: its place among the training images. */
  readonly left: number
  readonly with: Trained
  readonly without: Trained
  /** √Σ(w − w′)² between both networks' weights. */
  readonly distance: number
  /** The same between the network with all images and what it was before training. */
  readonly way: number
  /** Test images that they read differently. */
  readonly differentAnswers: number
}

export interface LeavingOutOptions {
  /** The page's own images. */
  training(): Promise<DigitArrays>
  test(): Promise<DigitArrays>
  /** A new network, always the same. */
  buildNetwork(): Promise<Sequential>
  build(): BuildName
  /** What the new network depends on besides. */
  seed(): number
}

type State = 'resting' | 'training' | 'failed'

export class LeavingOut {
  readonly state = signal<State>('resting')
  /** Batches done, of all that are to be done, 0–1. */
  readonly progress = signal(0)
  readonly comparison = signal<Comparison | undefined>(undefined)
  /** Why it failed. */
  readonly error = signal<unknown>(undefined)
  readonly #options: LeavingOutOptions
  /** The network with all images, which every comparison of the same terms shares. */
  #with:
    | { readonly name: string; readonly trained: Trained; readonly start: readonly LayerParameters[] }
    | undefined

  constructor(options: LeavingOutOptions) {
    this.#options = options
  }

  /** Trains without an image; before that with all of them, unless that was done. */
  async compare(terms: Terms, left: number): Promise<void> {
    if (this.state.peek() === 'training') return
    batch(() => {
      this.state.value = 'training'
      this.progress.value = 0
      this.error.value = undefined
    })
    try {
      const name = [terms.images, terms.epochs, this.#options.build(), this.#options.seed()].join(' ')
      const isKnown = this.#with?.name === name
      const all = isKnown ? 1 : 2
      if (!isKnown) {
        const { trained, start } = await this.#train(terms, undefined, share => share / all)
        this.#with = { name, trained, start }
      }
      const known = this.#with
      if (!known) return
      const { trained } = await this.#train(terms, left, share => (all - 1 + share) / all)
      this.comparison.value = {
        terms,
        left,
        with: known.trained,
        without: trained,
        distance: distanceOf(known.trained.parameters, trained.parameters),
        way: distanceOf(known.trained.parameters, known.start),
        differentAnswers: known.trained.test.filter(
          (answer, i) => likeliest(answer) !== likeliest(trained.test[i]),
        ).length,
      }
      this.state.value = 'resting'
    } catch (error) {
      batch(() => {
        this.error.value = error
        this.state.value = 'failed'
      })
    }
  }

  async #train(
    { images: count, epochs }: Terms,
    left: number | undefined,
    progressAt: (share: number) => number,
  ): Promise<{ trained: Trained; start: LayerParameters[] }> {
    const { training, test, buildNetwork } = this.#options
    const [{ images, labels }, tested] = await Promise.all([training(), test()])
    // Both have weights of images, so that both are computed by the same kernels.
    const sampleWeights = new Float32Array(count).fill(1)
    if (left !== undefined) sampleWeights[left] = 0
    const model = await buildNetwork()
    let data: Dataset | undefined
    try {
      const start = await model.getParameters()
      data = await dataset({
        inputs: images.subarray(0, count * PIXELS),
        labels: labels.subarray(0, count),
        imageShape: [28, 28],
        sampleWeights,
        build: this.#options.build(),
      })
      await model.fit(data, {
        epochs,
        batchSize: BATCH_SIZE,
        onBatchEnd: ({ epoch, iteration, iterations }) => {
          this.progress.value = progressAt((epoch - 1 + iteration / iterations) / epochs)
        },
      })
      const parameters = await model.getParameters()
      const trained = {
        training: await model.predict(data),
        test: await model.predict(tested.images, { bytes: 'pixels' }),
        hash: await weightsHash(parameters),
        parameters,
      }
      return { trained, start }
    } finally {
      data?.dispose()
      model.dispose()
    }
  }
}

/** √Σ(a − b)² over all weights and biases. */
function distanceOf(some: readonly LayerParameters[], others: readonly LayerParameters[]): number {
  let sum = 0
  const add = (a: Float32Array, b: Float32Array | undefined) => {
    for (let i = 0; i < a.length; ++i) sum += ((a[i] ?? 0) - (b?.[i] ?? 0)) ** 2
  }
  for (const [i, { weights, bias }] of some.entries()) {
    add(weights, others[i]?.weights)
    add(bias, others[i]?.bias)
  }
  return Math.sqrt(sum)
}

/** The digit with the largest probability, the first of equals. */
export function likeliest(answer: Float32Array | undefined): number {
  let digit = 0
  for (let i = 1; i < CLASSES; ++i) if ((answer?.[i] ?? 0) > (answer?.[digit] ?? 0)) digit = i
  return digit
}

/** ½ Σ |p − p′|: the probability that has moved from some digits to others. */
export function moved(before: Float32Array | undefined, after: Float32Array | undefined): number {
  let sum = 0
  for (let i = 0; i < CLASSES; ++i) sum += Math.abs((before?.[i] ?? 0) - (after?.[i] ?? 0))
  return sum / 2
}

/** The places of the largest values, the largest first. */
function largest(values: readonly number[], count: number): number[] {
  return values
    .map((value, i) => [value, i] as const)
    .sort(([a, i], [b, j]) => b - a || i - j)
    .slice(0, count)
    .map(([, i]) => i)
}

/** The training images that a network trusts the least with their labels. */
export const hardest = (answers: Answers, labels: Uint8Array, count: number): number[] =>
  largest(
    answers.map((answer, i) => 1 - (answer[labels[i] ?? 0] ?? 0)),
    count,
  )

/** The images whose answers changed the most: first those for which another digit is the likeliest now. */
export const mostMoved = (before: Answers, after: Answers, count: number): number[] =>
  largest(
    before.map((answer, i) => moved(answer, after[i]) + Number(likeliest(answer) !== likeliest(after[i]))),
    count,
  )
