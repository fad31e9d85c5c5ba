// The boundary between the public API and the computation. Everything that crosses it is plain data, a class instance
// or a callback, and every call is asynchronous. So an engine can be in a worker, behind a link (link.ts). The caller
// keeps the objects in use: nothing is disposed of while a call uses it (api/lifetime.ts).

import type { DatasetContents, DatasetInfo } from '../data/samples.ts'
import type { LayerParameters, NetworkSpec } from '../layers/spec.ts'
import type { Evaluation, EvaluationSettings } from '../losses/evaluation.ts'
import type { Loss } from '../losses/loss-table.ts'
import type { MnistFileOptions, MnistPart, PartialMnistSource } from '../mnist/mnist-files.ts'
import type { Augmentation } from '../network/augmentation.ts'
import type { CollapsedNetwork } from '../network/collapse.ts'
import type { BatchMatrix } from '../network/tensors.ts'
import type { DiagnosisSettings, LayerDiagnosis } from '../training/diagnosis.ts'
import type { GradientCheck, GradientCheckSettings } from '../training/gradient-check.ts'
import type { BatchLogs } from '../training/logs.ts'
import type { FitSettings, LoopCallbacks, TrainingConfig } from '../training/options.ts'
import type { SampleStream } from '../training/sample-source.ts'
import type { TrainingState } from '../training/state.ts'
import type {
  BatchTensorName,
  ForwardLogs,
  ParameterTensorName,
  StepwiseSettings,
} from '../training/stepwise.ts'
import type { Capabilities } from '../wasm/builds.ts'
import type { here } from './here.ts'
import type { Steering } from './steering.ts'

/** Kernels, a linear memory, and its contents. */
export interface Engine {
  createSamples(contents: DatasetContents): Promise<EngineSamples>
  /** Parts of MNIST or of a data set in its format, in the order of `parts`. */
  loadMnist(
    parts: readonly MnistPart[],
    source: PartialMnistSource,
    options: MnistLoadOptions,
  ): Promise<EngineSamples[]>
  /** Copies of the given rows with distorted images; they depend on the seed. */
  augment(rows: EngineRows, augmentation: Augmentation, seed: number): Promise<EngineSamples>
  /** 0 to length − 1 in an order that depends on the seed and the stream (0 unless given). */
  permutation(length: number, seed: number, stream?: number): Promise<Int32Array>
  createNetwork(spec: NetworkSpec): Promise<EngineNetwork>
  /** 64 bits: XXH64 of each 256 KiB in turn, each seeded by the one before, the first by 0. */
  checksum(bytes: Uint8Array): Promise<bigint>
  /**
   * The digest of a data file, in hexadecimal; `name` is what errors call it. Rejects with {@link DataError} for a
   * broken gzip file.
   */
  digest(kind: DigestKind, bytes: Uint8Array, name: string): Promise<string>
  memoryUsage(): Promise<MemoryUsage>
}

/** CRC-32 of the bytes as they are, or SHA-256 of their contents, inflated where they are gzipped. */
export type DigestKind = 'CRC-32' | 'SHA-256'

/** How to find and read the files of MNIST or a relative. */
export interface MnistLoadOptions extends MnistFileOptions {
  /** The most bytes that the elements of one file may take, uncompressed; 2 GiB unless given. */
  maxBytes?: number
  /**
   * Whether to mirror each image along its diagonal, for images stored column by column, such as EMNIST's. Unless
   * given, true for files whose name begins with `emnist-`.
   */
  transpose?: boolean
  /** The number of classes, above all labels. Unless given, it is the largest label + 1. */
  classes?: number
}

/** Bytes of linear memory: in use by data sets, models and their buffers, and in total. It grows, and never shrinks. */
export interface MemoryUsage {
  /** Bytes that models and data sets hold. */
  inUse: number
  /** Bytes of linear memory, which never shrinks. */
  total: number
}

/** A data set's samples, held by an engine. */
export interface EngineSamples {
  readonly info: DatasetInfo
  /** Copies of the given rows. */
  read(indices: Int32Array): Promise<DatasetContents>
  /** The labels of the given rows, copied; undefined where there are none. */
  readLabels(indices: Int32Array): Promise<Int32Array | undefined>
  /** Statistics of each value over the given rows. Rejects with {@link ArgumentError} where they are not finite. */
  standardization(indices: Int32Array): Promise<Standardization>
  dispose(): void
}

/** Mean and standard deviation of each value of a sample: `inputSize` of both. */
export interface Standardization {
  mean: Float32Array
  standardDeviation: Float32Array
}

/** Some of the samples, in order. */
export interface EngineRows {
  readonly samples: EngineSamples
  readonly indices: Int32Array
}

/** Stops the operation after the current batch. */
export interface Cancellation {
  readonly signal: AbortSignal | undefined
}

/** Controls a running training, and gets its reports. */
export interface TrainingControl extends Cancellation {
  readonly steering: Steering
  /** Called after each batch while {@link Steering} says that somebody watches; not awaited. */
  onBatch(logs: BatchLogs): void
  /** Gets a checkpoint at regular intervals: see {@link FitSettings}. */
  onCheckpoint?(checkpoint: TrainingCheckpoint): void | Promise<void>
}

/** A network's complete state between two iterations of a training. */
export interface TrainingCheckpoint {
  readonly parameters: LayerParameters[]
  readonly state: TrainingState
}

/** A training one stage at a time: forward, backward, step, in this order. */
export interface EngineTrainer {
  /** Takes the next batch, or the samples at the given positions of the data set. */
  forward(positions: Int32Array | undefined): Promise<ForwardLogs>
  backward(): Promise<void>
  /** Resolves to the learning rate, which is the schedule's unless given. */
  step(learningRate: number | undefined): Promise<number>
  /** Discards the current batch. */
  skip(): Promise<void>
  readBatch(name: BatchTensorName, layer: number): Promise<BatchMatrix>
  readParameters(name: ParameterTensorName, layer: number): Promise<LayerParameters>
  dispose(): void
}

/** A network's parameters, held by an engine, and operations on them. */
export interface EngineNetwork {
  /** What computes it; fewer threads than requested where they could not be started. */
  readonly capabilities: Capabilities
  getParameters(): Promise<LayerParameters[]>
  setParameters(parameters: readonly LayerParameters[]): Promise<void>
  fit(
    config: TrainingConfig,
    settings: FitSettings,
    train: EngineRows | SampleStream,
    validation: EngineRows | undefined,
    callbacks: LoopCallbacks & TrainingControl,
  ): Promise<void>
  /** Begins a training whose stages the caller runs; `'new'` and `'more'` as in {@link FitSettings}. */
  trainer(
    config: TrainingConfig,
    settings: StepwiseSettings & { begin: 'new' | 'more' },
    train: EngineRows,
  ): Promise<EngineTrainer>
  /** The state of the network and its last training. */
  checkpoint(): Promise<TrainingCheckpoint>
  /** Restores a checkpoint. */
  restore(checkpoint: TrainingCheckpoint): Promise<void>
  evaluate(loss: Loss, rows: EngineRows, options: EvaluationSettings & Cancellation): Promise<Evaluation>
  /** Norms and dead units, layer by layer; also during a training. */
  diagnose(
    config: TrainingConfig,
    rows: EngineRows,
    settings: DiagnosisSettings & Cancellation,
  ): Promise<LayerDiagnosis[]>
  /** Compares the gradients of one batch of all rows with differences of the loss. */
  checkGradients(
    loss: Loss,
    rows: EngineRows,
    settings: GradientCheckSettings & Cancellation,
  ): Promise<GradientCheck>
  /** The same function with as few layers as possible. */
  collapse(): Promise<CollapsedNetwork>
  /** Outputs, rows × outputs. */
  predict(inputs: EngineRows | DatasetContents, options: Cancellation): Promise<Float32Array>
  /** Undefined where it computes in another thread. */
  readonly [here]?: OperationsHere
  dispose(): void
}

/** What a network in the calling thread can do without waiting for anyone. */
export interface OperationsHere {
  /** As `predict`; undefined where that would have to plan, or to wait. */
  predictNow(contents: DatasetContents): Float32Array | undefined
  openPredictor(size: PredictorSize): Promise<EnginePredictor>
}

/** The most samples that are predicted at once, and whether they are bytes. */
export interface PredictorSize {
  readonly capacity: number
  readonly isBytes: boolean
}

/** Predicts at once; its buffers are planned. */
export interface EnginePredictor {
  /** Exact lengths are the caller's to check. Throws {@link StateError} while the network trains. */
  predict(inputs: ArrayLike<number>, rows: number, outputs: Float32Array): void
  dispose(): void
}
