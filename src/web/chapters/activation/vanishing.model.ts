// Ten layers of sigmoids beside ten of ReLUs: the size of each layer's gradient while both train.
import { computed, signal } from '@preact/signals'
import { type ActivationName, type Dataset, dense, diagnose, sequential } from 'wasmlp'
import { firstImages } from './first-images.ts'
import { onChange, sideBySide } from './side-by-side.ts'

/** The two that are compared. */
const COMPARED = ['sigmoid', 'relu'] as const satisfies readonly ActivationName[]

const LAYERS = 10
const UNITS = 50
const CLASSES = 10
const LEARNING_RATE = 0.1
const BATCH_SIZE = 100
const EPOCHS = 5

/** Images whose gradient is measured: as many as a batch has. */
const MEASURED = BATCH_SIZE

/** Batches that the accuracy on the screen is a mean over. */
const RECENT = 10

/** After a batch; `loss` and `accuracy` are the batch's, before its update, and missing before the first. */
export interface Gradients {
  /** L2 norm of the gradient with respect to each hidden layer's weights and biases, the first layer first. */
  readonly norms: readonly number[]
  readonly loss: number | undefined
  readonly accuracy: number | undefined
}

/** The exhibit's state. `images` are those of `dataset`, at least as many as a batch has. */
export function vanishingModel(images: () => Promise<Dataset>, pace: () => Promise<unknown>) {
  /** Of the weights and of the order of the images. */
  const seed = signal(1)
  const sample = firstImages(images, MEASURED)

  const race = sideBySide<Gradients>({
    data: images,
    models: () =>
      Promise.all(
        COMPARED.map(async activation => {
          const hidden = Array.from({ length: LAYERS }, () => dense(UNITS, { activation }))
          const layers = [...hidden, dense(CLASSES, { activation: 'softmax' })]
          const { inputSize } = await images()
          const model = await sequential(layers, { inputSize, seed: seed.value, build: 'simd' })
          return model.compile({ learningRate: LEARNING_RATE })
        }),
      ),
    fit: { epochs: EPOCHS, batchSize: BATCH_SIZE },
    measure: async (model, logs) => {
      const layers = await diagnose(model, await sample(), { batchSize: MEASURED })
      const norms = layers.slice(0, LAYERS).map(({ gradientNorm }) => gradientNorm)
      return { norms, loss: logs?.loss, accuracy: logs?.accuracy }
    },
    pace,
  })

  /** What is seen now: the newest norms, and the accuracy over the last batches. */
  const now = computed(() =>
    race.measures.value.map(measures => {
      const norms = measures.at(-1)?.norms ?? []
      const [first = 0] = norms
      return {
        norms,
        /** How many times the last hidden layer's gradient is larger than the first's. */
        ratio: (norms.at(-1) ?? 0) / first,
        accuracy: mean(measures.slice(-RECENT).flatMap(({ accuracy }) => accuracy ?? [])),
        loss: mean(measures.slice(-RECENT).flatMap(({ loss }) => loss ?? [])),
      }
    }),
  )

  // Other weights: the networks begin anew.
  onChange(seed, race.restart)

  return {
    ...race,
    seed,
    now,
    layers: LAYERS,
    units: UNITS,
    learningRate: LEARNING_RATE,
    batchSize: BATCH_SIZE,
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}

export type VanishingModel = ReturnType<typeof vanishingModel>
