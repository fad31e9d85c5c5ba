// What `wasmlp train` says while it works: for people, with a progress bar on a terminal, or as JSON.
import type { BatchLogs, Capabilities, CheckpointPosition, EpochLogs, Layer } from '../index.ts'
import { EpochBar } from './epoch-bar.ts'
import { layerFields, layerWords } from './layer-fields.ts'
import { count, dim, loss, percent, printJson, printLine } from './output.ts'
import { row } from './train-table.ts'

/** What is trained, and how: the fields of the JSON event `start`. */
export interface TrainStart extends Pick<Capabilities, 'build' | 'reason' | 'threads' | 'threadsReason'> {
  version: string
  data: string
  samples: number
  testSamples: number
  inputSize: number
  layers: readonly Layer[]
  parameters: number
  epochs: number
  batchSize: number
  /** Batches in an epoch. */
  iterations: number
  learningRate: number
  optimizer: string
  seed: number
  shuffle: boolean
  /** Files; null where there is none. */
  init: string | null
}

/** The fields of the JSON event `done`. */
export interface TrainDone {
  testLoss: number | undefined
  testAccuracy: number | undefined
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
  start(run: TrainStart): void {
    printJson({ event: 'start', ...run, layers: run.layers.map(layerFields) })
  }

  resume({ name, epoch, iteration }: CheckpointPosition & { name: string }): void {
    printJson({ event: 'resume', checkpoint: name, epoch, iteration })
  }

  epoch({ epoch, iterations, loss, accuracy, valLoss, valAccuracy, seconds }: EpochLogs): void {
    printJson({ event: 'epoch', epoch, iterations, loss, accuracy, valLoss, valAccuracy, seconds })
  }

  stop(): void {}

  done(result: TrainDone): void {
    printJson({ event: 'done', ...result })
  }
}

/** A table with a line for each epoch. */
export class TextReport implements TrainReport {
  #run: TrainStart | undefined
  #bar: EpochBar | undefined

  start(run: TrainStart): void {
    this.#run = run
    const network = run.layers.map(layerWords)
    printLine(`wasmlp ${run.version}, build ${run.build}: ${run.reason}`)
    printLine(`${run.threads} ${run.threads === 1 ? 'thread' : 'threads'}: ${run.threadsReason}`)
    printLine(`${count(run.samples)} training and ${count(run.testSamples)} test images from ${run.data}`)
    printLine(`${[run.inputSize, ...network].join(' → ')}, ${count(run.parameters)} parameters`)
    if (run.init !== null) printLine(`weights from ${run.init}`)
    printLine(
      `${run.optimizer}, learning rate ${run.learningRate}, batches of ${count(run.batchSize)}, ` +
        `${count(run.iterations)} an epoch${run.shuffle ? `, seed ${run.seed}` : ', not shuffled'}`,
    )
    printLine()
    const heading = row('epoch', 'loss', 'accuracy', 'test loss', 'accuracy', 'seconds')
    printLine(dim(heading, process.stdout))
    if (process.stderr.isTTY && process.env.TERM !== 'dumb') {
      this.#bar = new EpochBar(process.stderr, run.epochs)
      this.#startBar(1)
    }
  }

  resume({ name, epoch, iteration }: CheckpointPosition & { name: string }): void {
    const iterations = this.#run?.iterations ?? 0
    this.#bar?.stop()
    printLine(
      `  from ${name}: ${count(epoch)} epochs and ${count(iteration)} of ${count(iterations)} batches done`,
    )
    if (epoch < (this.#run?.epochs ?? 0)) this.#startBar(epoch + 1)
  }

  batch(logs: BatchLogs): void {
    this.#bar?.update(logs)
  }

  epoch(logs: EpochLogs): void {
    this.#bar?.stop()
    const { epoch, accuracy, valLoss, valAccuracy, seconds } = logs
    printLine(
      row(
        this.#label(epoch),
        loss(logs.loss),
        percent(accuracy),
        loss(valLoss),
        percent(valAccuracy),
        seconds.toFixed(2),
      ),
    )
    if (epoch < (this.#run?.epochs ?? 0)) this.#startBar(epoch + 1)
  }

  stop(): void {
    this.#bar?.dispose()
  }

  done({ testAccuracy, seconds, model }: TrainDone): void {
    printLine()
    printLine(`test accuracy ${percent(testAccuracy)} after ${seconds.toFixed(1)} s`)
    if (model !== null) printLine(`model in ${model}`)
  }

  #startBar(epoch: number): void {
    this.#bar?.start(this.#label(epoch), this.#run?.iterations ?? 0)
  }

  #label(epoch: number): string {
    return `${epoch}/${this.#run?.epochs}`
  }
}
