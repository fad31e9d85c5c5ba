// What `wasmlp train` says while it works: for people, with a progress bar on a terminal, or as JSON.
import type {
  BatchLogs,
  Capabilities,
  CheckpointPosition,
  EpochLogs,
  FitOptions,
  Layer,
  TrainingConfig,
} from '../index.ts'
import { locationName, quoted, quotedList } from '../quote-names.ts'
import type { TableEvaluation } from '../tables/index.ts'
import { EpochBar } from './epoch-bar.ts'
import { layerFields, layerWords } from './layer-fields.ts'
import { count, figure, loss, percent, printHeading, printJson, printLine } from './output.ts'
import { epochLabel, row } from './train-table.ts'

/** The columns of a table. */
interface TableFacts {
  columns: readonly { name: string; kind: string }[]
  leftOut: readonly { name: string; why: string }[]
  targets: readonly string[]
  /** Null for numbers. */
  classes: readonly string[] | null
}

/** What is trained, and how. */
export interface TrainStart
  extends Pick<Capabilities, 'build' | 'reason' | 'threads' | 'threadsReason'>,
    Required<Pick<FitOptions, 'epochs' | 'batchSize' | 'accumulate' | 'seed' | 'shuffle' | 'onNonFinite'>>,
    Pick<FitOptions, 'earlyStopping' | 'augmentation'>,
    TrainingConfig {
  version: string
  data: string
  /** What is known of a table; undefined for images. */
  table?: TableFacts
  samples: number
  /** Null where the test data, if there are some, are evaluated after each epoch. */
  validationSamples: number | null
  testSamples: number
  inputSize: number
  layers: readonly Layer[]
  parameters: number
  /** Batches in an epoch. */
  iterations: number
  /** Files; null where there is none. */
  init: string | null
}

/** The fields of the JSON event `done`. */
export interface TrainDone {
  /** The epoch whose weights these are; null without early stopping: the last. */
  bestEpoch: number | null
  testLoss: number | undefined
  testAccuracy: number | undefined
  /** For tables: which rows `evaluation` is of; null where there are none but those to train on. */
  measuredOn?: 'test' | 'validation' | null
  evaluation?: TableEvaluation
  seconds: number
  model: string | null
}

export interface TrainReport {
  start(run: TrainStart): void
  /** Training goes on from a checkpoint. */
  resume(position: CheckpointPosition & { name: string }): void
  batch?(logs: BatchLogs): void
  epoch(logs: EpochLogs): void
  /** Training is over, well or not; `done` follows if well. */
  stop(): void
  done(result: TrainDone): void
}

export class JsonReport implements TrainReport {
  readonly #write: (event: object) => void

  /** `write` gets each event. */
  constructor(write: (event: object) => void = printJson) {
    this.#write = write
  }

  start({ layers, parameters, optimizer, schedule, loss, ...run }: TrainStart): void {
    const { seed, shuffle, init, earlyStopping, augmentation, ...rest } = run
    const { algorithm, learningRate, clipNorm, clipValue, l1, l2 } = optimizer
    this.#write({
      event: 'start',
      ...rest,
      layers: layers.map(layerFields),
      parameters,
      optimizer: algorithm,
      learningRate,
      schedule,
      loss,
      l1,
      l2,
      clipNorm: clipNorm ?? null,
      clipValue: clipValue ?? null,
      augmentation: augmentation ?? null,
      earlyStopping: earlyStopping ?? null,
      seed,
      shuffle,
      init,
    })
  }

  resume({ name, epoch, iteration }: CheckpointPosition & { name: string }): void {
    this.#write({ event: 'resume', checkpoint: name, epoch, iteration })
  }

  epoch({ samples, learningRate, seconds, ...logs }: EpochLogs): void {
    this.#write({ event: 'epoch', ...logs, learningRate, seconds })
  }

  stop(): void {}

  done(result: TrainDone): void {
    this.#write({ event: 'done', ...result })
  }
}

/** A table with a line for each epoch. */
export class TextReport implements TrainReport {
  readonly #given: readonly string[]
  #run: TrainStart | undefined
  #bar: EpochBar | undefined
  #skipped = 0

  /** Says `given`, the settings that no other line has, as they are. */
  constructor(given: readonly string[]) {
    this.#given = given
  }

  start(run: TrainStart): void {
    this.#run = run
    const network = run.layers.map(layerWords)
    printLine(`wasmlp ${run.version}, build ${run.build}: ${run.reason}`)
    printLine(`${run.threads} ${run.threads === 1 ? 'thread' : 'threads'}: ${run.threadsReason}`)
    printLine(`${partsOf(run)} from ${locationName(run.data)}`)
    if (run.table) for (const line of tableLines(run.table)) printLine(line)
    printLine(`${[run.inputSize, ...network].join(' → ')}, ${count(run.parameters)} parameters`)
    if (run.init !== null) printLine(`weights from ${locationName(run.init)}`)
    printLine(
      `${run.optimizer.algorithm.name}, learning rate ${run.optimizer.learningRate}, batches of ${count(run.batchSize)}, ` +
        `${count(run.iterations)} an epoch${run.shuffle ? `, seed ${run.seed}` : ', not shuffled'}`,
    )
    if (this.#given.length > 0) printLine(this.#given.join(', '))
    printLine()
    const isMeasured = run.validationSamples !== null || run.testSamples > 0
    const evaluated = run.validationSamples === null ? 'test loss' : 'val. loss'
    const accuracy = run.table?.classes === null ? '' : 'accuracy'
    const held = isMeasured ? [evaluated, accuracy] : ['', '']
    printHeading(row(epochLabel('epoch', run.epochs), 'loss', accuracy, ...held, 'seconds'))
    if (process.stderr.isTTY && process.env.TERM !== 'dumb') {
      this.#bar = new EpochBar(process.stderr, run.epochs, run.table ? 'rows' : 'images')
      this.#startBar(1)
    }
  }

  resume({ name, epoch, iteration }: CheckpointPosition & { name: string }): void {
    const iterations = this.#run?.iterations ?? 0
    this.#bar?.stop()
    printLine(
      `  from ${locationName(name)}: ${count(epoch)} epochs and ${count(iteration)} of ${count(iterations)} batches done`,
    )
    if (epoch < (this.#run?.epochs ?? 0)) this.#startBar(epoch + 1)
  }

  batch(logs: BatchLogs): void {
    this.#bar?.update(logs)
  }

  epoch(logs: EpochLogs): void {
    this.#bar?.stop()
    const { epoch, accuracy, valLoss, valAccuracy, seconds, skipped = 0 } = logs
    this.#skipped += skipped
    printLine(
      row(
        this.#label(epoch),
        loss(logs.loss),
        accuracy === undefined ? '' : percent(accuracy),
        valLoss === undefined ? '' : loss(valLoss),
        valAccuracy === undefined ? '' : percent(valAccuracy),
        seconds.toFixed(2),
      ),
    )
    if (epoch < (this.#run?.epochs ?? 0)) this.#startBar(epoch + 1)
  }

  stop(): void {
    this.#bar?.dispose()
  }

  done({ bestEpoch, testAccuracy, measuredOn, evaluation, seconds, model }: TrainDone): void {
    printLine()
    if (this.#skipped > 0) {
      const batches = this.#skipped === 1 ? 'batch was' : 'batches were'
      printLine(`${count(this.#skipped)} ${batches} left out: the loss was no finite number`)
    }
    if (bestEpoch !== null) printLine(`weights of epoch ${bestEpoch}, which has the lowest validation loss`)
    const after = `after ${seconds.toFixed(1)} s`
    if (this.#run?.table === undefined) printLine(`test accuracy ${percent(testAccuracy)} ${after}`)
    else if (evaluation) printLine(`${measuredOn} ${figuresOf(evaluation)} ${after}`)
    else printLine(`trained ${after}, and measured on no other rows: --validation or --test sets some aside`)
    if (model !== null) printLine(`model in ${locationName(model)}`)
  }

  #startBar(epoch: number): void {
    this.#bar?.start(this.#label(epoch), this.#run?.iterations ?? 0)
  }

  #label(epoch: number): string {
    return epochLabel(epoch, this.#run?.epochs ?? 0)
  }
}

/** `100 training, 20 validation and 30 test rows`. */
function partsOf({ samples, validationSamples, testSamples, table }: TrainStart): string {
  const parts = [
    `${count(samples)} training`,
    ...(validationSamples === null ? [] : [`${count(validationSamples)} validation`]),
    ...(testSamples > 0 ? [`${count(testSamples)} test`] : []),
  ]
  const last = parts.length > 1 ? ` and ${parts.pop()}` : ''
  return `${parts.join(', ')}${last} ${table ? 'rows' : 'images'}`
}

/** What the columns of a table are taken for. */
function tableLines({ columns, leftOut, targets, classes }: TableFacts): string[] {
  const kinds = [...new Set(columns.map(({ kind }) => kind))]
  const counts = kinds.map(kind => `${columns.filter(column => column.kind === kind).length} ${kind}`)
  const what = classes ? `${quotedList(targets)}: ${classes.length} classes` : quotedList(targets)
  return [
    `to predict ${what}, from ${counts.join(', ').replace(/, ([^,]*)$/, ' and $1')} ${columns.length === 1 ? 'column' : 'columns'}`,
    ...leftOut.map(({ name, why }) => `left out ${quoted(name)}: ${why}`),
  ]
}

/** The accuracy of classes, or the errors of numbers. */
function figuresOf({ accuracy, meanAbsoluteError, r2 }: TableEvaluation): string {
  if (accuracy !== undefined) return `accuracy ${percent(accuracy)}`
  return `R² ${loss(r2)}, mean absolute error ${figure(meanAbsoluteError)}`
}
