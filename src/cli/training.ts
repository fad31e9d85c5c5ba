// A training on the command line, whatever it learns from: it reports, can be interrupted, and leaves what it has.
import {
  type EpochLogs,
  type FitCallbacks,
  type FitOptions,
  type History,
  iterationsPerEpoch,
  type Sequential,
  type TrainingConfig,
  TrainingError,
  WasmlpError,
} from '../index.ts'
import { locationName } from '../quote-names.ts'
import { type CheckpointFlags, checkpointsOf } from './checkpoint-options.ts'
import { CLOSED_PIPE } from './closed-output.ts'
import { Failure } from './failure.ts'
import { Interrupted, interruptible } from './interruption.ts'
import type { settingsOf } from './loop-options.ts'
import type { Resolved, TrainOutput } from './train-options.ts'
import type { TrainReport, TrainStart } from './train-report.ts'
import { version } from './version.ts'

/** What the command line adds to the options of `fit`. */
type Steering = Pick<FitOptions, 'signal' | 'checkpoints' | 'resume'> &
  Pick<FitCallbacks, 'onBatchEnd' | 'onEpochEnd'>

/** What is trained. */
export interface Work {
  fit(steering: Steering): Promise<History>
  /** Writes the weights, as far as they have come; undefined without --out. */
  keep: (() => Promise<void>) | undefined
}

interface TrainingFlags extends CheckpointFlags {
  epochs: number
  out?: string
}

/** How far a training has come. */
interface Progress {
  /** The one under way. */
  epoch: number
  /** Whether the weights are others than those that it began with. */
  isTrained: boolean
}

/** Trains to the end, and keeps the result. What ends it early keeps the weights so far, and says so. */
export async function runTraining(
  work: Work,
  report: TrainReport,
  options: TrainingFlags,
): Promise<{ history: History; seconds: number }> {
  const begin = performance.now()
  const progress: Progress = { epoch: 1, isTrained: false }
  const checkpoints = checkpointsOf(options, position => {
    progress.epoch = position.epoch + 1
    progress.isTrained = true
    report.resume(position)
  })
  const salvage = async (error: unknown): Promise<never> => {
    report.stop()
    // Weights of a training that has diverged are no work to be kept.
    progress.isTrained &&= !(error instanceof Failure || error instanceof TrainingError)
    if (progress.isTrained) await work.keep?.()
    throw ending(error, progress, options)
  }
  return interruptible(async signal => {
    const history = await work.fit({
      signal,
      ...checkpoints,
      onBatchEnd: logs => {
        progress.isTrained = true
        report.batch?.(logs)
      },
      onEpochEnd: logs => {
        progress.epoch = Math.min(logs.epoch + 1, options.epochs)
        report.epoch(logs)
      },
    })
    report.stop()
    const seconds = (performance.now() - begin) / 1000
    await work.keep?.()
    return { history, seconds }
  }, salvage)
}

/** What ended a training, saying what is left of it. */
function ending(error: unknown, { epoch, isTrained }: Progress, options: TrainingFlags): unknown {
  const { epochs, out, checkpoint } = options
  const written = isTrained && out !== undefined && `the weights trained so far are in ${locationName(out)}`
  if (error instanceof Interrupted) {
    const { exitCode, message } = error
    const resumed =
      isTrained &&
      checkpoint !== undefined &&
      `--resume goes on from the checkpoint in ${locationName(checkpoint)}`
    const kept = [written, resumed].filter(Boolean).join('; ')
    // Whoever has read enough, as `head` has, wants to hear no more.
    if (exitCode === CLOSED_PIPE && kept === '') return new Interrupted(exitCode, '')
    const lost = isTrained ? 'without --out, nothing is kept' : 'nothing was trained yet'
    return new Interrupted(exitCode, `${message} in epoch ${epoch} of ${epochs}: ${kept || lost}`)
  }
  if (!(error instanceof WasmlpError && written)) return error
  return new Failure(`${error.message}; ${written}`, { cause: error })
}

/** What the report of a training begins with. `rows` are what it learns from and is measured on. */
export function startOf(
  { capabilities, inputSize, layers, parameterCount }: Sequential,
  rows: Pick<TrainStart, 'data' | 'table' | 'samples' | 'validationSamples' | 'testSamples'>,
  settings: ReturnType<typeof settingsOf>,
  config: TrainingConfig,
  init: string | undefined,
): TrainStart {
  const { build, reason, threads, threadsReason } = capabilities
  return {
    version,
    build,
    reason,
    threads,
    threadsReason,
    ...rows,
    inputSize,
    layers,
    parameters: parameterCount,
    ...settings,
    iterations: iterationsPerEpoch(rows.samples, settings.batchSize),
    ...config,
    init: init ?? null,
  }
}

/** Writes a model as it stands; undefined without --out. */
export const keeping = (
  out: TrainOutput['out'],
  model: Pick<Sequential, 'toSafetensors'>,
  resolved: Resolved,
): Work['keep'] => out && (async () => out.write(await model.toSafetensors(), resolved))

/** The epoch whose weights early stopping gives back. */
export function bestOf({ epochs }: History): EpochLogs {
  return epochs.reduce((best, logs) => (Number(logs.valLoss) < Number(best.valLoss) ? logs : best))
}
