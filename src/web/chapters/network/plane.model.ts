// A network that learns to tell two classes of points in a plane apart, while one watches. It trains in the package's
// worker, a few epochs for each frame; what every unit sees is computed here.
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import type { LayerParameters } from 'wasmlp'
import type { Kernels } from 'wasmlp/kernels'
import { fingerprintOf } from './fingerprint.ts'
import { type Boundary, boundaryOf, GRID } from './plane-boundary.ts'
import { drawPoints, EXTENT, NO_POINTS, type Points } from './plane-data.ts'
import { gridPositions, PlaneForward, type PlaneLayer, type Score } from './plane-forward.ts'
import { type PlaneSettings, type PlaneSignals, planeSignals, settingsOf } from './plane-settings.ts'
import { PlaneTraining } from './plane-training.ts'

/** Turns that may be trained before they are shown: a frame need not wait for the one that it began. */
const MOST_AHEAD = 2
/** Points of the loss curve: beyond, every second is dropped. */
const LONGEST_HISTORY = 400

/** A point of the loss curve. */
export interface Moment {
  readonly epoch: number
  readonly train: Score
  readonly test: Score
}

/** A network as it is shown. */
export interface Shown {
  readonly layers: readonly PlaneLayer[]
  readonly parameters: readonly LayerParameters[]
  readonly epoch: number
  /** Whether the settings, with this epoch, give these weights again. */
  readonly isRepeatable: boolean
}

export type PlaneState = 'resting' | 'running'

/** The settings without which points and network are others. */
const POINTS: readonly (keyof PlaneSettings)[] = ['source', 'count', 'noise', 'seed']
const NETWORK: readonly (keyof PlaneSettings)[] = ['hidden', 'seed']

export class Plane {
  /** Setting source, count, noise, seed or hidden layers begins anew at epoch 0; the others change under way. */
  readonly settings: PlaneSignals
  /** Epochs for each frame. */
  readonly speed = signal(1)
  readonly state = signal<PlaneState>('resting')
  readonly points = signal(NO_POINTS)
  readonly testPoints = signal(NO_POINTS)
  /** Undefined until the first network is there. */
  readonly shown = signal<Shown | undefined>(undefined)
  /** The last is that of the weights shown. */
  readonly history = signal<readonly Moment[]>([])
  /** Why training stopped. */
  readonly failure = signal<unknown>(undefined)
  /** All units over the grid; its arrays are those of the weights shown. */
  readonly field: ReadonlySignal<PlaneForward | undefined>
  readonly boundary: ReadonlySignal<Boundary | undefined>
  /** Eight hexadecimal digits of the weights shown: the same for the same weights; empty before there are any. */
  readonly fingerprint: ReadonlySignal<string>
  readonly #kernels: Kernels
  #grid: PlaneForward | undefined
  #scores:
    | {
        points: Points
        testPoints: Points
        layers: readonly PlaneLayer[]
        train: PlaneForward
        test: PlaneForward
      }
    | undefined
  #training: PlaneTraining | undefined
  /** Under way. */
  #turns: Promise<void> | undefined
  /** Trained while it runs, and not shown yet. */
  #ahead: Shown[] = []
  /** Epochs that were asked for and are not begun. */
  #owed = 0
  #unfollow = () => {}
  /** The settings by which the points and the network at hand were made. */
  #followed: PlaneSettings | undefined

  constructor(kernels: Kernels, settings: PlaneSignals = planeSignals()) {
    this.#kernels = kernels
    this.settings = settings
    this.field = computed(() => {
      const { shown } = this
      if (!shown.value) return undefined
      this.#grid?.run(shown.value.parameters)
      return this.#grid
    })
    this.boundary = computed(() => {
      // The field is the same object after each epoch.
      if (!this.shown.value) return undefined
      const field = this.field.value
      return field && boundaryOf(field.predictions)
    })
    this.fingerprint = computed(() => (this.shown.value ? fingerprintOf(this.shown.value.parameters) : ''))
  }

  /** Makes the points and the network, and others whenever the settings ask for it, until {@link close}. */
  follow(): void {
    if (this.#followed) return
    this.#unfollow = effect(() => {
      const settings = settingsOf(this.settings)
      untracked(() => this.#follow(settings))
    })
  }

  #follow(settings: PlaneSettings): void {
    const before = this.#followed
    this.#followed = settings
    const isOther = (name: keyof PlaneSettings) => before?.[name] !== settings[name]
    if (POINTS.some(isOther)) {
      batch(() => {
        // One's own points begin with those that are there.
        if (settings.source !== 'own') this.points.value = this.#draw(settings, 'train')
        this.testPoints.value = this.#draw(settings, 'test')
      })
    }
    if (POINTS.some(isOther) || NETWORK.some(isOther)) void this.restart()
  }

  /** Sets the visitor's own points; the network goes on with what it has learned. */
  setPoints(points: Points): void {
    if (this.#followed) this.#followed = { ...this.#followed, source: 'own' }
    batch(() => {
      this.settings.source.value = 'own'
      this.testPoints.value = NO_POINTS
      this.points.value = points
      if (points.count === 0) this.#rest()
      const { shown } = this
      if (shown.value) this.history.value = [...this.history.value.slice(0, -1), this.#judge(shown.value)]
    })
  }

  /** Starts or pauses. */
  toggle(): void {
    // A press may be there first.
    this.follow()
    if (this.state.value === 'running') this.#rest()
    else if (this.points.value.count > 0) {
      this.failure.value = undefined
      this.state.value = 'running'
    }
  }

  /** To be called once a frame: shows the epochs that were trained meanwhile, and trains the next. */
  frame(): void {
    const next = this.#ahead.shift()
    if (next) this.#show(next)
    if (this.#wantsMore() && !this.#turns) void this.train(this.speed.value)
  }

  #wantsMore(): boolean {
    return this.state.value === 'running' && this.#ahead.length < MOST_AHEAD
  }

  /** What is shown is the network as it stands. */
  #rest(): void {
    const last = this.#ahead.at(-1)
    this.#ahead = []
    batch(() => {
      this.state.value = 'resting'
      if (last) this.#show(last)
    })
  }

  /** Back to epoch 0, with the seed's weights. */
  async restart(): Promise<void> {
    this.#training?.close()
    this.#training = undefined
    this.#owed = 0
    this.#ahead = []
    this.failure.value = undefined
    await this.train(0)
  }

  /**
   * Trains so many epochs more; with 0, makes the network where it is not there yet. Resolves when all that was asked for
   * is done.
   */
  train(epochs: number): Promise<void> {
    this.follow()
    this.#owed += epochs
    this.#turns ??= this.#takeTurns()
    return this.#turns
  }

  async #takeTurns(): Promise<void> {
    let training: PlaneTraining
    do {
      const turn = this.#owed
      this.#owed = 0
      this.#training ??= new PlaneTraining(settingsOf(this.settings))
      training = this.#training
      try {
        const parameters = await training.train(settingsOf(this.settings), this.points.value, turn)
        const { layers, epochs: epoch, isRepeatable } = training
        if (training === this.#training) this.#take({ layers, parameters, epoch, isRepeatable }, turn)
      } catch (error) {
        if (training === this.#training) this.#fail(error)
      }
      // A network that was made anew meanwhile is shown as it begins.
    } while (this.#owed > 0 || training !== this.#training)
    this.#turns = undefined
  }

  /** Shows what a turn gave, at once or in a frame to come. */
  #take(trained: Shown, turn: number): void {
    if (turn === 0 || this.state.value !== 'running') {
      this.#show(trained)
      return
    }
    this.#ahead.push(trained)
    if (this.#wantsMore() && this.#owed === 0) this.#owed = this.speed.value
  }

  /** Frees what it holds. */
  close(): void {
    this.#unfollow()
    this.#followed = undefined
    this.#training?.close()
    this.#training = undefined
    this.#ahead = []
    batch(() => {
      this.state.value = 'resting'
      this.shown.value = undefined
      this.history.value = []
    })
    this.#grid?.free()
    this.#grid = undefined
    this.#scores?.train.free()
    this.#scores?.test.free()
    this.#scores = undefined
  }

  #draw({ source, count, noise, seed }: PlaneSettings, set: 'train' | 'test'): Points {
    return source === 'own'
      ? NO_POINTS
      : drawPoints(this.#kernels, { shape: source, count, noise, seed }, set)
  }

  #show(shown: Shown): void {
    const { layers } = shown
    // Each training has an array of layers of its own.
    const isNew = layers !== this.shown.peek()?.layers
    if (isNew) {
      this.#grid?.free()
      this.#grid = new PlaneForward(this.#kernels, gridPositions(GRID, EXTENT), layers)
    }
    const moment = this.#judge(shown)
    batch(() => {
      this.shown.value = shown
      this.history.value = isNew ? [moment] : thinned([...this.history.value, moment])
    })
  }

  /** The scores of a network on the points at hand. */
  #judge({ layers, parameters, epoch }: Shown): Moment {
    const [points, testPoints] = [this.points.peek(), this.testPoints.peek()]
    let scores = this.#scores
    if (!scores || scores.points !== points || scores.testPoints !== testPoints || scores.layers !== layers) {
      scores?.train.free()
      scores?.test.free()
      const forward = ({ positions }: Points) => new PlaneForward(this.#kernels, positions, layers)
      scores = { points, testPoints, layers, train: forward(points), test: forward(testPoints) }
      this.#scores = scores
    }
    scores.train.run(parameters)
    scores.test.run(parameters)
    return { epoch, train: scores.train.score(points.labels), test: scores.test.score(testPoints.labels) }
  }

  #fail(error: unknown): void {
    batch(() => {
      this.failure.value = error
      this.#owed = 0
      this.#rest()
    })
  }
}

function thinned(history: readonly Moment[]): readonly Moment[] {
  if (history.length <= LONGEST_HISTORY) return history
  return history.filter((_, i) => i % 2 === 0 || i === history.length - 1)
}
