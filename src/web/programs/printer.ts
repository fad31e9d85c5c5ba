// Collects what a program prints: told at once while that is little, and in pieces of bounded length where it is much.
import { formatted } from './formatted.ts'
import type { PrintedLine } from './messages.ts'

/** Milliseconds in which so many are told one by one, for a loop that never ends has no timers. */
const WINDOW = 100
const AT_ONCE = 100
/** Of a piece; the last are kept. */
const MOST_LINES = 1000
/** Of what is printed by one call. */
const MOST_CHARACTERS = 20_000

export class Printer {
  readonly #tell: (lines: readonly PrintedLine[]) => void
  readonly #now: () => number
  #waiting: PrintedLine[] = []
  #began = Number.NEGATIVE_INFINITY
  #told = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (lines: readonly PrintedLine[]) => void, now = () => performance.now()) {
    this.#tell = tell
    this.#now = now
  }

  print(kind: PrintedLine['kind'], values: readonly unknown[]): void {
    const whole = values.map(formatted).join(' ')
    const text = whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)} …` : whole
    this.#waiting.push({ kind, text })
    const now = this.#now()
    if (now - this.#began >= WINDOW) {
      this.#began = now
      this.#told = 0
    }
    this.#told += 1
    if (this.#told <= AT_ONCE) this.flush()
    else {
      if (this.#waiting.length >= 2 * MOST_LINES) this.#waiting = this.#waiting.slice(-MOST_LINES)
      this.#timer ??= setTimeout(() => this.flush(), WINDOW)
    }
  }

  /** Tells what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const lines = this.#waiting.slice(-MOST_LINES)
    this.#waiting = []
    if (lines.length > 0) this.#tell(lines)
  }
}
