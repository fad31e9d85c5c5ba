// Five networks that differ in their batch size alone, trained in turns so that each has had the same computing time.
import { effect, signal } from '@preact/signals'
import { type Dataset, dense, type Sequential, sequential, TrainingError } from 'wasmlp'

const UNITS = 100
const CLASSES = 10

/** Seconds of computing that each network gets. */
export const LIMIT = 2

export const LEARNING_RATES = [0.01, 0.05, 0.1] as const

/** A turn lasts about this share of what its network has had so far, and so many seconds at least and at most. */
const TURN = { share: 0.15, least: 0.015, most: 0.15 }

/** After a turn. */
export interface Point {
  /** Computing, without what measures it. */
  readonly seconds: number
  readonly epochs: number
  readonly updates: number
  /** On the test images. */
  readonly loss: number
  readonly accuracy: number
}

export interface Lane {
  readonly batchSize: number
  /** The first is before any training. */
  readonly points: readonly Point[]
  /** `diverged`: its loss is no longer finite. */
  readonly state: 'racing' | 'done' | 'diverged'
}

type RaceState = 'ready' | 'starting' | 'running' | 'paused' | 'finished' | 'failed'

export interface RaceOptions {
  /** The images that are trained on, at least 1,000. */
  train(): Promise<Dataset>
  /** The images that the loss is measured on. */
  test(): Promise<Dataset>
  /** Resolves when the next turn may begin, such as at the page's next frame. */
  pace(): Promise<unknown>
}

/** The exhibit's state. */
export function raceModel({ train, test, pace }: RaceOptions) {
  const seed = signal(1)
  const learningRate = signal(0.05)
  const state = signal<RaceState>('ready')
  const lanes = signal<readonly Lane[]>([])
  /** Why it failed. */
  const error = signal<unknown>(undefined)
  let race: Running | undefined

  /** One race. Once it is not the current one, it changes nothing that can be seen. */
  class Running {
    isPaused = false
    #wake: (() => void) | undefined
    #drivers: Driver[] = []

    get isCurrent(): boolean {
      return race === this
    }

    pause(isPaused: boolean): void {
      this.isPaused = isPaused
      this.#wake?.()
    }

    async run(): Promise<void> {
      const [images, measured] = await Promise.all([train(), test()])
      const all = images.length
      const compiled = async () => {
        const layers = [dense(UNITS, { activation: 'relu' }), dense(CLASSES, { activation: 'softmax' })]
        const options = { inputSize: images.inputSize, seed: seed.peek(), build: 'simd' } as const
        return (await sequential(layers, options)).compile({ learningRate: learningRate.peek() })
      }
      try {
        await warmUp(await compiled(), images)
        for (const batchSize of [1, 10, 100, 1000, all]) {
          this.#drivers.push(new Driver(await compiled(), images, batchSize, seed.peek()))
        }
        for (const driver of this.#drivers) await driver.measure(measured)
        this.#show()
        while (this.isCurrent) {
          await this.#pass()
          const next = this.#next()
          if (!next || !this.isCurrent) break
          await next.turn(measured)
          this.#show()
        }
        if (this.isCurrent) state.value = 'finished'
      } finally {
        for (const driver of this.#drivers) driver.model.dispose()
      }
    }

    /** The one that has had the least time. */
    #next(): Driver | undefined {
      return this.#drivers
        .filter(({ lane }) => lane.state === 'racing')
        .sort((a, b) => a.seconds - b.seconds)[0]
    }

    /** Waits while it is paused, and for the page. */
    async #pass(): Promise<void> {
      while (this.isPaused && this.isCurrent) {
        state.value = 'paused'
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      }
      if (this.isCurrent) state.value = 'running'
      await pace()
    }

    #show(): void {
      if (this.isCurrent) lanes.value = this.#drivers.map(({ lane }) => lane)
    }
  }

  const reset = () => {
    const ended = race
    race = undefined
    ended?.pause(false)
    state.value = 'ready'
    lanes.value = []
  }

  const start = () => {
    if (state.peek() === 'finished' || state.peek() === 'failed') reset()
    if (race) {
      race.pause(false)
      return
    }
    const running = new Running()
    race = running
    state.value = 'starting'
    error.value = undefined
    running.run().catch(reason => {
      if (race !== running) return
      error.value = reason
      state.value = 'failed'
    })
  }

  /** A setting that begins anew where it is changed. */
  const setting = (value: typeof seed) => ({
    get value() {
      return value.value
    },
    set value(chosen: number) {
      value.value = chosen
      reset()
    },
  })

  /** Resolves when no network of the race trains. */
  const untilQuiet = () =>
    new Promise<void>(resolve => {
      const stop = effect(() => {
        if (state.value === 'running' || state.value === 'starting') return
        resolve()
        // In its first run there is no `stop` yet.
        queueMicrotask(() => stop())
      })
    })

  return {
    state,
    lanes,
    error,
    untilQuiet,
    seed,
    learningRate,
    seedField: setting(seed),
    learningRateField: setting(learningRate),
    units: UNITS,
    start,
    pause: () => race?.pause(true),
    reset,
  }
}

export type RaceModel = ReturnType<typeof raceModel>

/** So that the first network's first turn does not pay for code that the browser still compiles. */
async function warmUp(model: Sequential, images: Dataset): Promise<void> {
  try {
    for (const batchSize of [1, 100]) await model.fit(images.slice(0, 300), { batchSize })
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error
  } finally {
    model.dispose()
  }
}

/** Trains one network, some batches at a time. */
class Driver {
  readonly model: Sequential
  readonly #images: Dataset
  readonly #seed: number
  /** The epoch under way, in its order. */
  #order: Dataset | undefined
  #epoch = 0
  /** Samples of the epoch that were used. */
  #position = 0
  #updates = 0
  seconds = 0
  lane: Lane

  constructor(model: Sequential, images: Dataset, batchSize: number, seed: number) {
    this.model = model
    this.#images = images
    this.#seed = seed
    this.lane = { batchSize, points: [], state: 'racing' }
  }

  /** Some batches, in the package's worker, which also takes their time. */
  async turn(measured: Dataset): Promise<void> {
    const { batchSize } = this.lane
    this.#order ??= await this.#images.shuffle({ seed: this.#seed + this.#epoch })
    const samples = Math.min(this.#batches() * batchSize, this.#order.length - this.#position)
    const part = this.#order.slice(this.#position, this.#position + samples)
    try {
      const { epochs } = await this.model.fit(part, { batchSize, shuffle: false })
      for (const { seconds, iterations } of epochs) {
        this.seconds += seconds
        this.#updates += iterations
      }
    } catch (error) {
      if (!(error instanceof TrainingError)) throw error
      this.lane = { ...this.lane, state: 'diverged' }
      return
    }
    this.#position += samples
    await this.measure(measured)
    if (this.#position === this.#order.length) {
      this.#order = undefined
      this.#position = 0
      this.#epoch += 1
    }
    if (this.seconds >= LIMIT) this.lane = { ...this.lane, state: 'done' }
  }

  /** How many batches a turn has, by how long they took so far. */
  #batches(): number {
    const { share, least, most } = TURN
    const wanted = Math.min(Math.max(share * this.seconds, least), most, LIMIT - this.seconds)
    const each = this.#updates === 0 ? wanted : this.seconds / this.#updates
    return Math.max(1, Math.floor(wanted / each))
  }

  async measure(measured: Dataset): Promise<void> {
    const { loss, accuracy = 0 } = await this.model.evaluate(measured)
    const epochs = this.#epoch + this.#position / this.#images.length
    const point = { seconds: this.seconds, epochs, updates: this.#updates, loss, accuracy }
    this.lane = { ...this.lane, points: [...this.lane.points, point] }
  }
}
