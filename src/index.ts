/**
 * Neural networks that train in WebAssembly: data sets, layers, training, evaluation, files.
 *
 * @module wasmlp
 */
export { augment } from './api/augment.ts'
export { capabilities } from './api/capabilities.ts'
export { type CheckGradientsOptions, checkGradients } from './api/check-gradients.ts'
export {
  type CheckpointOptions,
  type CheckpointPosition,
  type CheckpointStore,
  directoryCheckpoints,
  memoryCheckpoints,
} from './api/checkpoints.ts'
export { type Collapsed, collapse, type OutputDifference } from './api/collapse.ts'
export { type ConfigureOptions, configure } from './api/configure.ts'
export { crossValidate } from './api/cross-validate.ts'
export type { CrossValidateOptions, CrossValidation, Spread } from './api/cross-validate-parts.ts'
export { type Dataset, dataset } from './api/dataset.ts'
export type { DatasetOptions } from './api/dataset-contents.ts'
export type { LabelGaps } from './api/dataset-parts.ts'
export { type DiagnoseOptions, diagnose } from './api/diagnose.ts'
export { findLearningRate } from './api/find-learning-rate.ts'
export type {
  FindLearningRateOptions,
  LearningRatePoint,
  LearningRateRange,
} from './api/find-learning-rate-parts.ts'
export { firstLayerImages, mostConfused } from './api/insight.ts'
export type { ConfusedSample, FirstLayerOptions } from './api/insight-parts.ts'
export {
  type LoadKnownMnistOptions,
  type LoadMnistOptions,
  loadMnist,
  type MnistData,
} from './api/load-mnist.ts'
export { memoryUsage } from './api/memory-usage.ts'
export type { EvaluateOptions, FitOptions, PredictOptions, SequentialOptions } from './api/model-options.ts'
export { parseIdx } from './api/parse-idx.ts'
export type { Predictor, PredictorOptions } from './api/predictor.ts'
export {
  type Sequential,
  sequential,
  sequentialFromSafetensors,
} from './api/sequential.ts'
export { type StreamingDataset, streamingDataset } from './api/streaming-dataset.ts'
export type { DataChunk, StreamingDatasetOptions } from './api/streaming-options.ts'
export type { LayerTensors, NetworkTensors, Trainer, TrainerOptions } from './api/trainer.ts'
export type { TrainingRun } from './api/training-run.ts'
export { iterationsPerEpoch } from './data/batches.ts'
export type { Matrix, NumberArray } from './data/number-arrays.ts'
export { oneHot } from './data/one-hot.ts'
export type { DatasetContents } from './data/samples.ts'
export type { MemoryUsage, Standardization } from './engine/engine.ts'
export { closeEngine, closeThreads, type EngineOptions } from './engine/engines.ts'
export * from './errors.ts'
export {
  type ActivationName,
  type ActivationParameters,
  activationNames,
  type SoftmaxName,
} from './kernels/activations.ts'
export type { BuildName, Capabilities } from './kernels/types.ts'
export {
  type ActivationLayer,
  activation,
  type DropoutLayer,
  dropout,
  type FlattenLayer,
  flatten,
  type PreluLayer,
  prelu,
} from './layers/elementwise.ts'
export {
  type BiasInitializer,
  type Initializer,
  type InitializerName,
  initializerNames,
} from './layers/initializer-options.ts'
export type { LayerActivation } from './layers/layer-activation.ts'
export {
  type DenseLayer,
  type DenseOptions,
  dense,
  type Layer,
} from './layers/layers.ts'
export {
  type BatchNormalizationLayer,
  batchNormalization,
  type LayerNormalizationLayer,
  layerNormalization,
  type NormalizationLayer,
  type NormalizationOptions,
  normalization,
} from './layers/normalization.ts'
export type { LayerParameters } from './layers/spec.ts'
export type { ClassMetrics, Evaluation, OutputMetrics } from './losses/evaluation.ts'
export type { Loss, LossName, LossOptions } from './losses/loss-table.ts'
export type { FetchMnistOptions, FetchProgress } from './mnist/fetch-mnist.ts'
export type { IdxArray, IdxOptions, IdxType } from './mnist/idx.ts'
export type { KnownDatasetName } from './mnist/known-datasets.ts'
export type { MnistBuffers, MnistFile, MnistPart, MnistSource } from './mnist/mnist-files.ts'
export type { AugmentationOptions } from './network/augmentation.ts'
export { type OptimizerConfig, optimizerNames, type UpdateOptions } from './optimizers/optimizer-options.ts'
export type {
  AdagradOptions,
  AdamOptions,
  Algorithm,
  LionOptions,
  MomentumOptions,
  NadamOptions,
  OptimizerName,
  OptimizerOptions,
  RmspropOptions,
  SgdOptions,
} from './optimizers/optimizer-table.ts'
export { scheduleNames } from './optimizers/schedule-options.ts'
export type {
  ConstantSchedule,
  CosineRestartsSchedule,
  CosineSchedule,
  ExponentialSchedule,
  OneCycleSchedule,
  PlateauSchedule,
  ScheduleConfig,
  ScheduleName,
  ScheduleOptions,
  StepSchedule,
} from './optimizers/schedule-table.ts'
export type { LayerDiagnosis } from './training/diagnosis.ts'
export type { EarlyStopping } from './training/early-stopping-options.ts'
export type { GradientCheck, GradientComparison } from './training/gradient-check.ts'
export type { BatchLogs, EpochLogs, History } from './training/logs.ts'
export type { CompileOptions, FitCallbacks, TrainingConfig, TrainingControls } from './training/options.ts'
export type { ForwardLogs } from './training/stepwise.ts'
export type { BuildChoice } from './wasm/builds.ts'
export type { ThreadChoice } from './wasm/threads.ts'
