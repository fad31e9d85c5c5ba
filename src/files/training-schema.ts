// The fields of a checkpoint's training, and what each may hold. To add a field to a training's state, add its row here.
import { array, type GenericSchema, is, lazy, nullable, optional, picklist } from 'valibot'
import type { ParameterLayout } from '../network/parameters.ts'
import type { ScheduleState } from '../optimizers/learning-rate.ts'
import { keepsVector, memoryOf } from '../optimizers/optimizer-memory.ts'
import { optimizerNames } from '../optimizers/optimizer-options.ts'
import type { OptimizerState } from '../optimizers/optimizer-state.ts'
import type { EpochLogs } from '../training/logs.ts'
import type { EarlyStoppingState, EpochSums, TrainingState } from '../training/state.ts'
import { fields, finiteNumber, floats, measured, text, whole, within } from './schema.ts'

/** A row for each field. */
type Rows<Of> = Readonly<Record<keyof Of, GenericSchema>>

const count = whole()
/** More than any training has: some schedules go through all of them. */
const epochs = whole(0, 1e8)
/** The random numbers' step is a word of 32 bits. */
const step = whole(-(2 ** 31), 2 ** 31 - 1)

const HISTORY = fields({
  epoch: whole(1),
  iterations: count,
  samples: count,
  loss: measured,
  accuracy: optional(measured),
  trainLoss: optional(measured),
  trainAccuracy: optional(measured),
  valLoss: optional(measured),
  valAccuracy: optional(measured),
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
      loss: measured,
      weight: since2(within(0)),
      correct: optional(count),
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
