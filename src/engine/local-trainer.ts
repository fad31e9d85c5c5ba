// A training one stage at a time, in the local engine.
import { TimeSlice } from '../data/time-slice.ts'
import type { LayerParameters } from '../layers/spec.ts'
import type { NetworkContext } from '../network/context.ts'
import type { BatchMatrix } from '../network/tensors.ts'
import type { TrainingConfig } from '../training/options.ts'
import type { TrainingState } from '../training/state.ts'
import type {
  BatchTensorName,
  ForwardLogs,
  ParameterTensorName,
  StepwiseSettings,
  StepwiseTraining,
} from '../training/stepwise.ts'
import { Arena, freeWithOwner } from '../wasm/arena.ts'
import type { EngineRows, EngineTrainer } from './engine.ts'
import { hold } from './local-samples.ts'

/** What is trained with. */
export interface TrainerTask {
  readonly config: TrainingConfig
  readonly settings: StepwiseSettings
  readonly train: EngineRows
  /** Where the training begins. */
  readonly state: TrainingState
}

/** Runs stages in the calling thread, and yields to the event loop regularly. */
export class LocalTrainer implements EngineTrainer {
  readonly #training: StepwiseTraining
  readonly #end: () => void
  readonly #slice = new TimeSlice()
  #isDisposed = false

  private constructor(training: StepwiseTraining, end: () => void) {
    this.#training = training
    this.#end = end
  }

  /** `onEnd` gets the training's final state, once, when nothing uses it any longer. */
  static async open(
    given: Omit<NetworkContext, 'arena'>,
    { config, settings, train, state }: TrainerTask,
    onEnd: (state: TrainingState) => void,
  ): Promise<LocalTrainer> {
    const samples = await hold(given.runtime, train.samples)
    const arena = new Arena(given.runtime.memory)
    const free = () => {
      arena.free()
      samples.release()
    }
    try {
      const { StepwiseTraining } = await import('../training/stepwise.ts')
      const rows = { samples, indices: train.indices }
      const training = await StepwiseTraining.open({ ...given, arena }, { config, settings, rows, state })
      freeWithOwner(training, arena)
      return new LocalTrainer(training, () => {
        onEnd(training.state())
        free()
      })
    } catch (error) {
      free()
      throw error
    }
  }

  /** The training's state between two stages. */
  state(): TrainingState {
    return this.#training.state()
  }

  forward(positions: Int32Array | undefined): Promise<ForwardLogs> {
    return this.#run(() => this.#training.forward(positions))
  }

  backward(): Promise<void> {
    return this.#run(() => this.#training.backward())
  }

  step(learningRate: number | undefined): Promise<number> {
    return this.#run(() => this.#training.step(learningRate))
  }

  skip(): Promise<void> {
    return this.#run(() => this.#training.skip())
  }

  readBatch(name: BatchTensorName, layer: number): Promise<BatchMatrix> {
    return this.#run(() => this.#training.readBatch(name, layer))
  }

  readParameters(name: ParameterTensorName, layer: number): Promise<LayerParameters> {
    return this.#run(() => this.#training.readParameters(name, layer))
  }

  dispose(): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    this.#end()
  }

  async #run<Result>(stage: () => Promise<Result>): Promise<Result> {
    const result = await stage()
    await this.#slice.giveWay()
    return result
  }
}
