// A program in an editor: its text, its run and what it printed. No DOM.
import { batch, computed, type Signal, signal } from '@preact/signals'
import type { RunnerFrame } from './frame.ts'
import type { FromProgram, PrintedLine, ProgramFault, ProgramPlaces } from './messages.ts'

/** How things stand. */
export type RunState =
  | { readonly is: 'resting' }
  | { readonly is: 'starting' }
  | { readonly is: 'running' }
  | { readonly is: 'stopped' }
  | { readonly is: 'finished'; readonly seconds: number }
  | { readonly is: 'failed'; readonly fault: ProgramFault }
  | { readonly is: 'unavailable'; readonly reason: string }

/** Lines that are shown: the last ones. */
const MOST_LINES = 1000

/** Of the page: one program runs at a time. */
let runs = 0
let current: ProgramRun | undefined

export class ProgramRun {
  /** As it came. */
  readonly original: string
  readonly code: Signal<string>
  readonly state = signal<RunState>({ is: 'resting' })
  readonly printed = signal<readonly PrintedLine[]>([])
  /** Lines that came before those that are shown. */
  readonly dropped = signal(0)
  readonly isBusy = computed(() => ['starting', 'running'].includes(this.state.value.is))
  readonly isChanged = computed(() => this.code.value !== this.original)
  readonly #openFrame: () => Promise<RunnerFrame>
  readonly #places: ProgramPlaces
  #run = 0

  constructor(code: string, openFrame: () => Promise<RunnerFrame>, places: ProgramPlaces) {
    this.original = code
    this.code = signal(code)
    this.#openFrame = openFrame
    this.#places = places
  }

  /** Runs the text as it stands, or stops the run. */
  toggle(): void {
    if (this.isBusy.peek()) this.stop()
    else this.start()
  }

  async start(): Promise<void> {
    if (current !== this) current?.stop()
    current = this
    const run = ++runs
    this.#run = run
    batch(() => {
      this.state.value = { is: 'starting' }
      this.printed.value = []
      this.dropped.value = 0
    })
    try {
      const frame = await this.#openFrame()
      if (this.#run !== run) return
      frame.follow(run, said => {
        if (this.#run === run) this.#take(said)
      })
      frame.send({ run, program: this.code.peek(), places: this.#places })
      this.state.value = { is: 'running' }
    } catch (error) {
      if (this.#run !== run) return
      this.state.value = { is: 'unavailable', reason: String(Object(error).message || error) }
    }
  }

  /** Ends the run, whatever the program is doing. */
  stop(): void {
    if (!this.isBusy.peek()) return
    const run = this.#run
    this.#run = 0
    this.state.value = { is: 'stopped' }
    this.#openFrame().then(
      frame => frame.send({ stop: run }),
      () => {},
    )
  }

  #take(said: FromProgram): void {
    if (said.is !== 'printed') {
      this.state.value = said
      return
    }
    const lines = [...this.printed.peek(), ...said.lines]
    batch(() => {
      this.dropped.value += Math.max(0, lines.length - MOST_LINES)
      this.printed.value = lines.slice(-MOST_LINES)
    })
  }
}
