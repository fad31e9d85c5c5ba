// Prediction of bits for an arithmetic coder: several contexts each predict the next bit, and a small network mixes what they
// say, as in M. Mahoney's PAQ. Everything is whole numbers: every engine computes the same, bit by bit.

/** Probabilities have 12 bits. */
export const ONE = 4096

/** 4096 / (1 + e^(−x/256)) for x = −2048, −1920 … 2048, as lpaq has it. */
const SQUASHED = [
  1, 2, 3, 6, 10, 16, 27, 45, 73, 120, 194, 310, 488, 747, 1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785,
  3901, 3975, 4024, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094,
]

/** The logistic function of −2048 … 2047, each 1/256; and its inverse, of probabilities. */
const squash = new Int16Array(ONE)
const stretch = new Int16Array(ONE)
for (let x = -2048; x < 2048; ++x) {
  const [at, between] = [(x + 2048) >> 7, (x + 2048) & 127]
  const [low = 0, high = 0] = [SQUASHED[at], SQUASHED[at + 1]]
  squash[x + 2048] = (low * (128 - between) + high * between + 64) >> 7
}
for (let p = 0, x = -2047; p < ONE; ++p) {
  while (x < 2047 && (squash[x + 2048] ?? 0) < p) ++x
  stretch[p] = x
}

/** How far a prediction moves towards the bit that came, by how often its context was seen: in 1/32768. */
const RATES = Int32Array.from({ length: 255 }, (_, seen) => Math.floor(32768 / (seen + 1.6)))
const MOST_SEEN = RATES.length - 1

/** Predictions of many contexts that a bit is 1, in 1/65536, which move towards what comes. */
class Predictions {
  readonly #values: Uint16Array
  readonly #seen: Uint8Array

  constructor(length: number) {
    this.#values = new Uint16Array(length).fill(32768)
    this.#seen = new Uint8Array(length)
  }

  /** Of {@link ONE}. */
  at(context: number): number {
    return (this.#values[context] as number) >> 4
  }

  learn(context: number, bit: number): void {
    const value = this.#values[context] as number
    const seen = this.#seen[context] as number
    this.#values[context] = value + (((bit * 65535 - value) * (RATES[seen] as number)) >> 15)
    if (seen < MOST_SEEN) this.#seen[context] = seen + 1
  }
}

/** What one whose prediction is certain would leave without a code. */
const possible = (probability: number) => Math.min(Math.max(probability, 1), ONE - 1)

export class Mixer {
  /** Which of the mixing network's weights are used: the caller sets it before bits are predicted. */
  weightSet = 0
  readonly #nodes: number
  /** Where each input's predictions begin. */
  readonly #starts: readonly number[]
  /** Where those of each input's present context begin. */
  readonly #at: Int32Array
  readonly #predictions: Predictions
  readonly #weights: Int32Array
  readonly #stretched: Int32Array
  readonly #single: Predictions
  /** The context of {@link lookOnlyAt}, or −1. */
  #only = -1
  #node = 0
  #mixed = 0

  /**
   * @param sizes how many contexts each input has
   * @param weightSets how many sets of weights there are
   * @param nodes how many kinds of bits there are: each has predictions and weights of its own
   * @param singles how many contexts there are that stand alone
   */
  constructor(sizes: readonly number[], weightSets: number, nodes: number, singles: number) {
    const inputs = sizes.length
    let length = 0
    this.#starts = sizes.map(size => {
      length += size * nodes
      return length - size * nodes
    })
    this.#nodes = nodes
    this.#at = new Int32Array(inputs)
    this.#predictions = new Predictions(length)
    this.#weights = new Int32Array(weightSets * nodes * inputs).fill(Math.floor((1.6 * 65536) / inputs))
    this.#stretched = new Int32Array(inputs)
    this.#single = new Predictions(singles)
  }

  /** Says what an input looks at, from the next bit on. */
  look(input: number, context: number): void {
    this.#at[input] = (this.#starts[input] as number) + context * this.#nodes
  }

  /** Says that the next bit, and no other, is predicted from one context alone, which is quick. */
  lookOnlyAt(context: number): void {
    this.#only = context
  }

  /** The probability that a bit of a kind is 1, of {@link ONE}; never 0, and never all of it. */
  predict(node: number): number {
    if (this.#only >= 0) return possible(this.#single.at(this.#only))
    const at = this.#at
    const inputs = at.length
    const first = (this.weightSet * this.#nodes + node) * inputs
    let sum = 0
    for (let i = 0; i < inputs; ++i) {
      const x = stretch[this.#predictions.at((at[i] as number) + node)] as number
      this.#stretched[i] = x
      sum += (this.#weights[first + i] as number) * x
    }
    const x = Math.min(Math.max(Math.floor(sum / 65536), -2047), 2047)
    this.#node = node
    this.#mixed = possible(squash[x + 2048] as number)
    return this.#mixed
  }

  /** Learns from the bit that was predicted last. */
  learn(bit: number): void {
    if (this.#only >= 0) {
      this.#single.learn(this.#only, bit)
      this.#only = -1
      return
    }
    const at = this.#at
    const inputs = at.length
    const weights = this.#weights
    const first = (this.weightSet * this.#nodes + this.#node) * inputs
    const error = bit * ONE - this.#mixed
    for (let i = 0; i < inputs; ++i) {
      weights[first + i] =
        (weights[first + i] as number) + (((this.#stretched[i] as number) * error + 512) >> 10)
      this.#predictions.learn((at[i] as number) + this.#node, bit)
    }
  }
}
