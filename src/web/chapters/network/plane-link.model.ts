// A link to a picture of the plane: the settings are in the address, and with them the epoch and what the weights were
// then. Who opens the link gets the same weights, and is told so.
import { batch, effect, signal, untracked } from '@preact/signals'
import type { Plane, Shown } from './plane.model.ts'

export const MOST_EPOCHS = 20_000
/** What is repeated has so many points in the curve of the loss. */
const POINTS = 50

/** Whether the weights that a link promises came out. */
export type Repetition = 'none' | 'under way' | 'same' | 'other'

export class PlaneLink {
  /** In the address; 0 where the settings do not give what is shown. */
  readonly epochs = signal(0)
  /** The fingerprint in the address; empty with `epochs`. */
  readonly weights = signal('')
  readonly repetition = signal<Repetition>('none')
  /** What was shown when it was told. */
  #repeated: Shown | undefined

  /** Repeats what the address asks for, then keeps it at what is shown while the plane rests; until told to stop. */
  follow(plane: Plane): () => void {
    const [epochs, weights] = [this.epochs.peek(), this.weights.peek()]
    if (epochs > 0) void this.#repeat(plane, epochs, weights)
    return effect(() => {
      const shown = plane.shown.value
      const fingerprint = plane.fingerprint.value
      if (plane.state.value === 'running' || this.repetition.value === 'under way') return
      const isLinked = shown?.isRepeatable === true && shown.epoch > 0 && shown.epoch <= MOST_EPOCHS
      untracked(() =>
        batch(() => {
          this.epochs.value = isLinked ? shown.epoch : 0
          this.weights.value = isLinked ? fingerprint : ''
          if (shown !== this.#repeated) this.repetition.value = 'none'
        }),
      )
    })
  }

  async #repeat(plane: Plane, epochs: number, weights: string): Promise<void> {
    this.repetition.value = 'under way'
    await plane.train(0) // until there is a network
    const piece = Math.ceil(epochs / POINTS)
    for (let done = 0; done < epochs && plane.shown.peek()?.epoch === done; ) {
      const more = Math.min(piece, epochs - done)
      await plane.train(more)
      done += more
    }
    this.#repeated = plane.shown.peek()
    if (weights === '' || this.#repeated?.epoch !== epochs) this.repetition.value = 'none'
    else this.repetition.value = plane.fingerprint.peek() === weights ? 'same' : 'other'
  }
}
