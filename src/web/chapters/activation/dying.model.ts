// Units that die: a layer of ReLUs at three learning rates, and which of its units some image still activates.
import { computed, signal } from '@preact/signals'
import { type ActivationName, type Dataset, dense, type Sequential, sequential } from 'wasmlp'
import { firstImages } from './first-images.ts'
import { onChange, sideBySide } from './side-by-side.ts'

/** The learning rates that are compared. */
export const RATES = [0.1, 1, 3] as const

const UNITS = 100
const CLASSES = 10
const BATCH_SIZE = 100
/** Images of the training, all of which are shown to each unit. */
const IMAGES = 3_000

/** After a batch. */
export interface Activity {
  /** For each unit, the share of the images that activate it: 0 for one that is silent. */
  readonly shares: Float32Array
  /** Units that no image activates. */
  readonly silent: number
  /** Those of them that are dead: a leaky ReLU still has a slope there. */
  readonly dead: number
  /** The batch's, before its update; missing before the first. */
  readonly loss: number | undefined
}

/** The exhibit's state. `images` are those of `dataset`, 3,000 at least. */
export function dyingModel(images: () => Promise<Dataset>, pace: () => Promise<unknown>) {
  const seed = signal(1)
  const activation = signal<Extract<ActivationName, 'relu' | 'leakyRelu'>>('relu')
  const trained = firstImages(images, IMAGES)
  /** Each model's hidden layer alone, which tells what its units answer to an image. */
  const hidden = new WeakMap<Sequential, Sequential>()

  const race = sideBySide<Activity>({
    data: trained,
    models: async () => {
      const { inputSize } = await trained()
      const options = { inputSize, seed: seed.value, build: 'simd' } as const
      const layer = dense(UNITS, { activation: activation.value })
      const output = dense(CLASSES, { activation: 'softmax' })
      return Promise.all(
        RATES.map(async learningRate => {
          const model = await sequential([layer, output], options)
          hidden.set(model, await sequential([layer], options))
          return model.compile({ learningRate })
        }),
      )
    },
    release: model => hidden.get(model)?.dispose(),
    fit: { epochs: 1, batchSize: BATCH_SIZE },
    measure: async (model, logs) => {
      const layer = hidden.get(model)
      const [parameters] = await model.getParameters()
      if (!layer || !parameters) throw new Error('a model of another training')
      await layer.setParameters([parameters])
      const shares = activeShares(await layer.predict(await trained()))
      const silent = shares.filter(share => share === 0).length
      return { shares, silent, dead: activation.value === 'relu' ? silent : 0, loss: logs?.loss }
    },
    pace,
  })

  onChange(activation, race.restart)

  return {
    ...race,
    seed,
    activation,
    units: UNITS,
    images: IMAGES,
    batches: Math.ceil(IMAGES / BATCH_SIZE),
    now: computed(() => race.measures.value.map(measures => measures.at(-1))),
  }
}

/** For each unit, the share of the samples for which it gives more than 0. */
function activeShares(outputs: readonly Float32Array[]): Float32Array {
  const counts = new Float32Array(UNITS)
  for (const output of outputs) {
    for (let unit = 0; unit < UNITS; ++unit) {
      if ((output[unit] ?? 0) > 0) counts[unit] = (counts[unit] ?? 0) + 1
    }
  }
  return counts.map(count => count / outputs.length)
}

export type DyingModel = ReturnType<typeof dyingModel>
