// The progress bar of an epoch, on a terminal.
import { type Params, SingleBar } from 'cli-progress'
import type { BatchLogs } from '../index.ts'
import { count, dim, loss, percent } from './output.ts'
import { row } from './train-table.ts'

const MAX_WIDTH = 30

/**
 * Draws one line that is replaced as training proceeds, and leaves nothing behind. The loss and accuracy of the epoch
 * so far are in the table's columns. The bar fills the test columns, which are still empty.
 */
export class EpochBar {
  readonly #bar: SingleBar
  readonly #stream: NodeJS.WriteStream
  readonly #epochs: number
  readonly #what: string
  readonly #trainingBegin = performance.now()
  readonly #restoreTerminal = () => this.stop()
  #label = ''
  #measured = ''
  #speed = ''
  #epochBegin = 0
  #samples = 0
  #lossSum = 0
  #correct = 0

  /** `what` is what a sample is called. */
  constructor(stream: NodeJS.WriteStream, epochs: number, what: 'images' | 'rows') {
    this.#stream = stream
    this.#what = what
    this.#epochs = epochs
    this.#bar = new SingleBar({
      stream,
      format: (_, params) => this.#draw(params),
      fps: 8,
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
    })
    process.on('exit', this.#restoreTerminal)
  }

  /** Begins an epoch; `label` names it. */
  start(label: string, iterations: number): void {
    this.#label = label
    this.#measured = row(label, '', '')
    this.#speed = ''
    this.#epochBegin = performance.now()
    this.#samples = 0
    this.#lossSum = 0
    this.#correct = 0
    this.#bar.start(iterations, 0)
  }

  update({ epoch, iteration, iterations, samples, loss: batchLoss, accuracy }: BatchLogs): void {
    this.#samples += samples
    this.#lossSum += batchLoss * samples
    this.#correct += (accuracy ?? 0) * samples
    const now = performance.now()
    const rate = (this.#samples / (now - this.#epochBegin)) * 1000
    const done = (epoch - 1 + iteration / iterations) / this.#epochs
    const left = ((now - this.#trainingBegin) / 1000) * (1 / done - 1)
    this.#measured = row(
      this.#label,
      loss(this.#lossSum / this.#samples),
      accuracy === undefined ? '' : percent(this.#correct / this.#samples),
    )
    this.#speed = `${count(Math.round(rate)).padStart(7)} ${this.#what}/s  ${duration(left)} left`
    this.#bar.update(iteration)
  }

  /** Removes the bar, and restores the cursor. */
  stop(): void {
    this.#bar.stop()
  }

  /** The last call. */
  dispose(): void {
    this.stop()
    process.off('exit', this.#restoreTerminal)
  }

  #draw({ progress, maxWidth }: Params): string {
    const room = maxWidth - this.#measured.length - this.#speed.length - 5
    const width = Math.max(0, Math.min(MAX_WIDTH, room))
    const full = Math.round(progress * width)
    const bar = '━'.repeat(full) + dim('─'.repeat(width - full), this.#stream)
    return `${this.#measured}  ${bar}  ${this.#speed}`
  }
}

/** In the two largest units that matter: `2 h 5 min`, `3 min 20 s`, `12 s`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole} s`
}
