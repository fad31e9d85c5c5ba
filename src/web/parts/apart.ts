// Names at the ends of lines, apart from one another.

export interface Place {
  readonly x: number
  /** Grows downwards. */
  readonly y: number
}

export interface Apart {
  /** Of a name; two are beside each other where their places are less than a width apart. */
  readonly width: number
  readonly height: number
  /** Where the lowest may be. */
  readonly bottom: number
}

/**
 * The heights of names that would cover one another: moved down as far as they must, and up again from the bottom.
 *
 * @example
 * apart([{ x: 0, y: 10 }, { x: 0, y: 12 }], { width: 50, height: 14, bottom: 100 }) // [10, 24]
 */
export function apart(places: readonly Place[], { width, height, bottom }: Apart): number[] {
  const moved = places.map(({ y }) => y)
  const order = places.map((_, i) => i).sort((a, b) => (moved[a] ?? 0) - (moved[b] ?? 0))
  const pass = (sequence: readonly number[], limit: (y: number, other: number) => number, edge: number) => {
    for (const [at, i] of sequence.entries()) {
      for (const j of sequence.slice(0, at)) {
        const isBeside = Math.abs((places[i]?.x ?? 0) - (places[j]?.x ?? 0)) < width
        if (isBeside) moved[i] = limit(moved[i] ?? 0, moved[j] ?? 0)
      }
      moved[i] = limit(moved[i] ?? 0, edge)
    }
  }
  pass(order, (y, above) => Math.max(y, above + height), Number.NEGATIVE_INFINITY)
  pass([...order].reverse(), (y, below) => Math.min(y, below - height), bottom + height)
  return moved
}
