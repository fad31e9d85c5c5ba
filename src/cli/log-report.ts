// What a training says in a file, besides what it prints: the events of --json with their times.
import { appendFileSync } from 'node:fs'
import { locationName } from '../quote-names.ts'
import { Failure, reasonOf } from './failure.ts'
import { JsonReport, type TrainReport } from './train-report.ts'

/** Two reports of one training. */
export const bothReports = (first: TrainReport, second: TrainReport): TrainReport => {
  const inBoth = <Told extends unknown[]>(tell: (report: TrainReport, ...told: Told) => void) => {
    return (...told: Told) => {
      tell(first, ...told)
      tell(second, ...told)
    }
  }
  return {
    start: inBoth((report, run) => report.start(run)),
    resume: inBoth((report, position) => report.resume(position)),
    batch: inBoth((report, logs) => report.batch?.(logs)),
    epoch: inBoth((report, logs) => report.epoch(logs)),
    stop: inBoth(report => report.stop()),
    done: inBoth((report, result) => report.done(result)),
  }
}

/** Appends events to a file, so that several trainings can share one. Each is on the disk's way when the call returns. */
export class EventLog {
  readonly report = new JsonReport(event => this.write(event))
  readonly #path: string

  /** Throws {@link Failure} where the file cannot be written. */
  constructor(path: string) {
    this.#path = path
    this.#append('')
  }

  write(event: object): void {
    this.#append(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`)
  }

  #append(text: string): void {
    try {
      appendFileSync(this.#path, text)
    } catch (cause) {
      throw new Failure(`${locationName(this.#path)} cannot be written: ${reasonOf(cause)}`, { cause })
    }
  }
}
