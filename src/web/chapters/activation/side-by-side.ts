// Several trainings in step: after each batch they wait for one another, are measured, and pause or go on together.
import { type ReadonlySignal, signal, untracked } from '@preact/signals'
import type { BatchLogs, Dataset, FitOptions, Sequential, TrainingRun } from 'wasmlp'

/** `ready`: nothing is trained yet. `finished`: all batches are done. */
type RaceState = 'ready' | 'starting' | 'running' | 'paused' | 'finished' | 'failed'

export interface RaceOptions<Measure> {
  /** Makes the models that train, compiled. */
  models(): Promise<readonly Sequential[]>
  /** What they train on. */
  data(): Promise<Dataset>
  /** The same for all of them. */
  readonly fit: Pick<FitOptions, 'epochs' | 'batchSize'>
  /** Measures a model before its first batch, and after each batch. */
  measure(model: Sequential, logs: BatchLogs | undefined): Promise<Measure>
  /** Frees what belongs to a model that is no longer used. */
  release?(model: Sequential): void
  /** Resolves when the next batches may begin, such as at the page's next frame. */
  pace(): Promise<unknown>
}

/** One training: its measures, the first of them before any batch. */
type Measures<Measure> = readonly (readonly Measure[])[]

export interface Race<Measure> {
  readonly state: ReadonlySignal<RaceState>
  /** Batches that all models have done. */
  readonly round: ReadonlySignal<number>
  readonly measures: ReadonlySignal<Measures<Measure>>
  /** Why it failed. */
  readonly error: ReadonlySignal<unknown>
  /** Trains, or goes on. */
  start(): void
  pause(): void
  /** One batch each, and a pause. */
  step(): void
  /** Measures the untrained models, so that there is something to see. */
  prepare(): void
  /** Ends it, and forgets the models. */
  reset(): void
  /** The same, and makes new models where there were some. */
  restart(): void
}

export function sideBySide<Measure>(options: RaceOptions<Measure>): Race<Measure> {
  const state = signal<RaceState>('ready')
  const round = signal(0)
  const measures = signal<Measures<Measure>>([])
  const error = signal<unknown>(undefined)
  let race: Running | undefined

  /** One training of all models. Once it is not the current one, it changes nothing that can be seen. */
  class Running {
    #runs: TrainingRun[] = []
    #ended = false
    /** Ends the wait of the lanes that have done their batch. */
    #release: (() => void) | undefined
    #next: Promise<void> | undefined
    #waiting = 0
    #training = 0
    #latest: Measure[] = []
    /** Rounds until it pauses. */
    #left: number
    #resume: (() => void) | undefined

    constructor(rounds: number) {
      this.#left = rounds
    }

    /** Lets so many more rounds begin. */
    allow(rounds: number): void {
      this.#left = rounds
      if (rounds > 0) {
        if (this.#isCurrent && state.value === 'paused') state.value = 'running'
        this.#resume?.()
      }
    }

    end(): void {
      this.#ended = true
      for (const run of this.#runs) run.stop()
      this.#resume?.()
      this.#release?.()
    }

    get #isCurrent(): boolean {
      return race === this && !this.#ended
    }

    async run(): Promise<void> {
      let models: readonly Sequential[] = []
      try {
        const [made, data] = await Promise.all([options.models(), options.data()])
        models = made
        if (!this.#isCurrent) return
        const first = await Promise.all(models.map(model => options.measure(model, undefined)))
        if (!this.#isCurrent) return
        this.#latest = [...first]
        measures.value = first.map(measure => [measure])
        await this.#pass()
        if (!this.#isCurrent) return
        this.#training = models.length
        await Promise.all(models.map((model, lane) => this.#train(lane, model, data)))
        if (this.#isCurrent) state.value = 'finished'
      } catch (reason) {
        const wasCurrent = this.#isCurrent
        this.end()
        if (!wasCurrent) return
        error.value = reason
        state.value = 'failed'
      } finally {
        for (const model of models) {
          options.release?.(model)
          model.dispose()
        }
      }
    }

    async #train(lane: number, model: Sequential, data: Dataset): Promise<void> {
      const run = model.fit(data, {
        ...options.fit,
        onBatchEnd: async logs => {
          this.#latest[lane] = await options.measure(model, logs)
          await this.#meet()
        },
      })
      this.#runs.push(run)
      try {
        await run
      } finally {
        // The others wait for it no longer.
        this.#training -= 1
        if (this.#waiting > 0 && this.#waiting === this.#training) await this.#advance()
      }
    }

    /** Waits until all lanes have done their batch, and the next may begin. */
    async #meet(): Promise<void> {
      if (this.#ended) return
      this.#next ??= new Promise(resolve => {
        this.#release = resolve
      })
      const next = this.#next
      this.#waiting += 1
      if (this.#waiting === this.#training) await this.#advance()
      await next
    }

    async #advance(): Promise<void> {
      if (this.#isCurrent) {
        const latest = this.#latest
        round.value += 1
        measures.value = measures.value.map((lane, i) => [...lane, ...latest.slice(i, i + 1)])
        this.#left -= 1
        await this.#pass()
      }
      const release = this.#release
      this.#waiting = 0
      this.#next = undefined
      this.#release = undefined
      release?.()
    }

    /** Waits while it is paused, and for the page. */
    async #pass(): Promise<void> {
      while (this.#left <= 0 && !this.#ended) {
        if (this.#isCurrent) state.value = 'paused'
        await new Promise<void>(resolve => {
          this.#resume = resolve
        })
      }
      if (this.#isCurrent) state.value = 'running'
      await options.pace()
    }
  }

  const begin = (rounds: number) => {
    if (race) {
      race.allow(rounds)
      return
    }
    const running = new Running(rounds)
    race = running
    state.value = 'starting'
    error.value = undefined
    running.run()
  }

  const reset = () => {
    race?.end()
    race = undefined
    state.value = 'ready'
    round.value = 0
    measures.value = []
  }

  const restart = () => {
    const wasMade = race !== undefined
    reset()
    if (wasMade) begin(0)
  }

  const again = (rounds: number) => {
    if (state.value === 'finished' || state.value === 'failed') reset()
    begin(rounds)
  }

  return {
    state,
    round,
    measures,
    error,
    start: () => again(Number.POSITIVE_INFINITY),
    step: () => again(1),
    prepare: () => begin(0),
    pause: () => race?.allow(0),
    reset,
    restart,
  }
}

/** Calls back after each change of a signal. */
export function onChange(source: ReadonlySignal<unknown>, act: () => void): void {
  let known = source.peek()
  source.subscribe(value => {
    if (value === known) return
    known = value
    untracked(act)
  })
}
