// The lecture's network and its training, which goes on from what is stored.
import {
  type BatchLogs,
  type BuildName,
  dense,
  type EpochLogs,
  loadMnist,
  type Sequential,
  sequential,
  type TrainingRun,
} from 'wasmlp'
import type { StoredCheckpoints } from 'wasmlp/storage'

/** Batches between two checkpoints: what a tab that is closed can lose. */
export const CHECKPOINT_EVERY = 100

export interface Watcher {
  onData(text: string): void
  onResume(position: { epoch: number; iteration: number }): void
  onBatch(logs: BatchLogs): void
  onEpoch(logs: EpochLogs): void
}

/** MNIST from beside the page the first time, from the browser's storage from then on; then `fit`, under way. */
export async function startTraining(
  build: BuildName,
  epochs: number,
  store: StoredCheckpoints,
  watcher: Watcher,
): Promise<{ model: Sequential; run: TrainingRun; dispose(): void }> {
  watcher.onData('Loading MNIST …')
  const { train, test } = await loadMnist({
    build,
    mirrors: [new URL('mnist/', document.baseURI)],
    onProgress: ({ bytes }) => watcher.onData(`Fetching MNIST, once: ${(bytes / 1e6).toFixed(1)} MB …`),
  })
  const model = await sequential([dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })], {
    inputSize: 784,
    seed: 1,
    build,
  })
  model.compile({ learningRate: 0.5 })
  const run = model.fit(train, {
    epochs,
    batchSize: 100,
    validationData: test,
    checkpoints: { store, every: CHECKPOINT_EVERY, onResume: position => watcher.onResume(position) },
    resume: true,
    onBatchEnd: logs => watcher.onBatch(logs),
    onEpochEnd: logs => watcher.onEpoch(logs),
  })
  return {
    model,
    run,
    dispose() {
      model.dispose()
      train.dispose()
      test.dispose()
    },
  }
}

/** The last place that is stored, or undefined. */
export async function storedPosition(store: StoredCheckpoints) {
  const [last] = (await store.list())
    .flatMap(name => {
      const [, epoch, iteration] = /^checkpoint-(\d+)-(\d+)\./.exec(name) ?? []
      return epoch === undefined ? [] : [{ epoch: Number(epoch), iteration: Number(iteration) }]
    })
    .sort((a, b) => b.epoch - a.epoch || b.iteration - a.iteration)
  return last
}
