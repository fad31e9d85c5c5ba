// The fields of a checkpoint's training, and what each may hold. To add a field to a training's state, add its row here.
import { array, type GenericSchema, is, lazy, nan, nullable, optional, picklist, union } from 'valibot'
import { FormatError } from '../errors.ts'
import type { ParameterLayout } from '../network/parameters.ts'
import type { ScheduleState } from '../optimizers/learning-rate.ts'
import { keepsVector, memoryOf } from '../optimizers/optimizer-memory.ts'
import { optimizerNames } from '../optimizers/optimizer-options.ts'
import type { OptimizerState } from '../optimizers/optimizer-state.ts'
import { SCHEDULES } from '../optimizers/schedule-table.ts'
import type { EpochLogs } from '../training/logs.ts'
import type { EarlyStoppingState, EpochSums, TrainingState } from '../training/state.ts'
import { fields, finiteNumber, flag, floats, measured, someFields, text, whole, within } from './schema.ts'

/** A row for each field. */
type Rows<Of> = Readonly<Record<keyof Of, GenericSchema>>

const count = whole()
/** More than any training has: some schedules go through all of them. */
const epochs = whole(0, 1e8)
/** The random numbers' step is a word of 32 bits, which a very long training counts through. */
const step = whole(0, 2 ** 32 - 1)
/** Of samples, or of all their outputs. */
const share = optional(within(0, 1))
/** The mean of losses that were finite; NaN where every batch was skipped. */
const meanLoss = union([finiteNumber, nan()], 'a finite number, or NaN')

const HISTORY = fields({
  epoch: whole(1),
  iterations: count,
  samples: count,
  loss: meanLoss,
  accuracy: share,
  trainLoss: optional(measured),
  trainAccuracy: share,
  valLoss: optional(measured),
  valAccuracy: share,
  skipped: optional(count),
  learningRate: within(0),
  seconds: within(0),
} satisfies Rows<EpochLogs>)

/** What depends on the file: the sizes of the model, the optimiser's options, and the version of the schema. */
export interface TrainingTraits {
  readonly layout: ParameterLayout
  /** The options of the optimiser by what the file says of its training; undefined where it says nothing. */
  readonly algorithm: unknown
  /** Whether it is of schema 1, which lacks some fields: see checkpoint-upgrade.ts. */
  readonly isOld: boolean
}

/** A training's state. */
export function stateSchema({ layout, algorithm, isOld }: TrainingTraits) {
  const since2 = <Schema extends GenericSchema>(schema: Schema) => (isOld ? optional(schema) : schema)
  const vector = floats(layout.length)
  const pending = fields({
    batches: whole(1),
    weight: since2(within(0)),
    unit: since2(within(0)),
    gradients: vector,
  })
  return fields({
    epoch: epochs,
    iteration: count,
    epochsBefore: epochs,
    steps: step,
    sums: fields({
      loss: finiteNumber,
      weight: since2(within(0)),
      // A sample of several outputs can be right in part.
      correct: optional(within(0)),
      samples: count,
      skipped: count,
      seconds: within(0),
    } satisfies Rows<EpochSums>),
    history: array(HISTORY, 'a list of epochs'),
    optimizer: optional(
      lazy(given =>
        fields({
          name: NAME,
          counters: countersOf(given),
          vectors: vectorsOf(given, algorithm, layout.trainableLength),
          pending: optional(pending),
        } satisfies Rows<OptimizerState>),
      ),
    ),
    schedule: optional(
      fields({
        learningRate: within(0),
        best: nullable(finiteNumber),
        badEpochs: count,
        cooldown: count,
        epochs: since2(epochs),
        of: since2(text(1000)),
        chosen: optional(fields({ learningRate: within(0), scheduled: within(Number.MIN_VALUE) })),
      } satisfies Rows<ScheduleState>),
    ),
    earlyStopping: optional(
      fields({
        best: optional(measured),
        bestEpoch: count,
        waited: count,
        parameters: optional(vector),
      } satisfies Rows<EarlyStoppingState>),
    ),
    parameters: optional(vector),
  } satisfies Rows<TrainingState>)
}

/**
 * Throws {@link FormatError} where two fields of a state that is right by the schema contradict each other: counts of a part
 * that are more than all.
 */
export function checkCounts({ epoch, iteration, sums, history, earlyStopping }: TrainingState): void {
  const most = (name: string, found: number | undefined, all: number, source: string) => {
    if (found === undefined || found <= all) return
    throw new FormatError(`state.${name} is ${found}, expected at most ${all}, as state.${source} says`)
  }
  if (history.length > epoch) {
    throw new FormatError(
      `state.history has ${history.length} epochs, expected ${epoch}, as state.epoch says`,
    )
  }
  most('sums.correct', sums.correct, sums.samples, 'sums.samples')
  most('sums.skipped', sums.skipped, iteration, 'iteration')
  for (const [i, logs] of history.entries()) {
    most(`history.${i}.skipped`, logs.skipped, logs.iterations, `history.${i}.iterations`)
    most(`history.${i}.epoch`, logs.epoch, epoch, 'epoch')
    const before = history[i - 1]?.epoch ?? 0
    if (logs.epoch > before) continue
    throw new FormatError(
      `state.history.${i}.epoch is ${logs.epoch}, expected ${before + 1} or more, since state.history.${i - 1}.epoch is ${before}`,
    )
  }
  most('earlyStopping.bestEpoch', earlyStopping?.bestEpoch, epoch, 'epoch')
  most('earlyStopping.waited', earlyStopping?.waited, epoch, 'epoch')
}

const NAME = picklist(optimizerNames, `one of ${optimizerNames.join(', ')}`)

/** What the optimiser remembers that a state is of; nothing where that is unknown, which the name's row says. */
function memoryIn(state: unknown) {
  const { name } = Object(state) as { name?: unknown }
  return is(NAME, name) ? memoryOf(name) : { counters: [], vectors: [] }
}

/** Steps, and exactly the products that the optimiser counts. */
const countersOf = (state: unknown) =>
  fields({ step: count, ...rows(memoryIn(state).counters, () => within(0, 1)) })

/** Exactly the vectors that the optimiser keeps: those of the options in the file, where it says them. */
function vectorsOf(state: unknown, algorithm: unknown, length: number) {
  const { name } = Object(state) as { name?: unknown }
  const given = Object(algorithm) as Record<string, unknown>
  const options = given.name === name ? given : {}
  const kept = memoryIn(state).vectors.filter(vector => keepsVector(vector, options) !== false)
  return fields(
    rows(kept, vector => (keepsVector(vector, options) ? floats(length) : optional(floats(length)))),
  )
}

const rows = (names: readonly string[], rowOf: (name: string) => GenericSchema) =>
  Object.fromEntries(names.map(name => [name, rowOf(name)]))

const named = someFields({ name: text(100) })

/**
 * What identifies a training, as far as a model depends on it before it is compared with another training (identity.ts);
 * that one knows all names. A training step by step has the first three alone.
 */
export const IDENTITY = someFields({
  optimizer: optional(
    someFields({
      algorithm: someFields({ name: NAME }),
      learningRate: within(0),
      clipNorm: optional(within(0)),
      clipValue: optional(within(0)),
      l1: optional(within(0)),
      l2: optional(within(0)),
    }),
  ),
  schedule: optional(
    someFields({ name: picklist(Object.keys(SCHEDULES), `one of ${Object.keys(SCHEDULES).join(', ')}`) }),
  ),
  loss: optional(named),
  batchSize: optional(whole(1)),
  dropLast: optional(flag),
  shuffle: optional(flag),
  seed: optional(whole(0, 2 ** 32 - 1)),
  accumulate: optional(whole(1)),
  onNonFinite: optional(picklist(['stop', 'skip'], "'stop' or 'skip'")),
  augmentation: optional(someFields({})),
  earlyStopping: optional(someFields({})),
  samples: optional(count),
  shuffleBuffer: optional(count),
  validationSamples: optional(count),
  epochs: optional(epochs),
})
