// A training one stage at a time, in the local engine.
import * as platform from '#platform'
import { DisposedError } from '../errors.ts'
import type { LayerParameters } from '../model/spec.ts'
import type {
  BatchTensorName,
  ForwardLogs,
  ParameterTensorName,
  StepwiseTraining,
} from '../train/stepwise.ts'
import type { BatchMatrix } from '../train/tensors.ts'
import type { EngineTrainer } from './engine.ts'
import { TIME_SLICE } from './time-slice.ts'

/** Runs stages in the calling thread, and lets the event loop run now and then. */
export class LocalTrainer implements EngineTrainer {
  readonly whenDisposed = 'this trainer was disposed: make another by model.trainer()'
  readonly #training: StepwiseTraining
  readonly #end: () => void
  #isDisposed = false
  /** Stages under way: the buffers stay until they are done. */
  #running = 0
  #sliceEnd = performance.now() + TIME_SLICE

  /** `end` is called once, when nothing uses the training any longer. */
  constructor(training: StepwiseTraining, end: () => void) {
    this.#training = training
    this.#end = end
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
    if (this.#running === 0) this.#end()
  }

  async #run<Result>(stage: () => Promise<Result>): Promise<Result> {
    if (this.#isDisposed) throw new DisposedError(this.whenDisposed)
    this.#running += 1
    try {
      const result = await stage()
      if (performance.now() >= this.#sliceEnd) {
        await platform.yieldToEventLoop()
        this.#sliceEnd = performance.now() + TIME_SLICE
      }
      return result
    } finally {
      this.#running -= 1
      if (this.#isDisposed && this.#running === 0) this.#end()
    }
  }
}
