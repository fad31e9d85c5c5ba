// An arithmetic coder, as in M. Mahoney's lpaq: the less a bit surprises, the less room it takes. Encoder and decoder have one
// way to call them, so that what is coded is written down once.
import { type Mixer, ONE } from './mixing.ts'

/** Codes one bit after the other. */
export interface BitCoder {
  /** Encodes a bit of a kind and gives it back; or, when decoding, gives the one that comes, whatever it is given. */
  code(node: number, bit: number): number
}

/** Where a range is divided: its lower part is for 1, as large as that is likely. */
const divide = (low: number, high: number, probability: number) =>
  low + Math.floor(((high - low) / ONE) * probability)

/** Whether both begin with the same byte. */
const agree = (low: number, high: number) => (low ^ high) >>> 24 === 0

export class Encoder implements BitCoder {
  readonly #mixer: Mixer
  readonly #bytes: number[] = []
  #low = 0
  #high = 0xffffffff

  constructor(mixer: Mixer) {
    this.#mixer = mixer
  }

  code(node: number, bit: number): number {
    const middle = divide(this.#low, this.#high, this.#mixer.predict(node))
    this.#mixer.learn(bit)
    if (bit) this.#high = middle
    else this.#low = middle + 1
    while (agree(this.#low, this.#high)) this.#shift()
    return bit
  }

  /** All bytes, when nothing more is coded. */
  end(): Uint8Array {
    for (let i = 0; i < 4; ++i) this.#shift()
    return Uint8Array.from(this.#bytes)
  }

  #shift(): void {
    this.#bytes.push(this.#low >>> 24)
    this.#low = (this.#low << 8) >>> 0
    this.#high = ((this.#high << 8) | 255) >>> 0
  }
}

export class Decoder implements BitCoder {
  readonly #mixer: Mixer
  readonly #bytes: Uint8Array
  #next = 0
  #low = 0
  #high = 0xffffffff
  #code = 0

  /** @param bytes may come while it decodes: see {@link place} */
  constructor(mixer: Mixer, bytes: Uint8Array) {
    this.#mixer = mixer
    this.#bytes = bytes
    for (let i = 0; i < 4; ++i) this.#read()
  }

  code(node: number): number {
    const middle = divide(this.#low, this.#high, this.#mixer.predict(node))
    const bit = this.#code <= middle ? 1 : 0
    this.#mixer.learn(bit)
    if (bit) this.#high = middle
    else this.#low = middle + 1
    while (agree(this.#low, this.#high)) {
      this.#low = (this.#low << 8) >>> 0
      this.#high = ((this.#high << 8) | 255) >>> 0
      this.#read()
    }
    return bit
  }

  /** Of the next byte that it reads. */
  get place(): number {
    return this.#next
  }

  #read(): void {
    this.#code = ((this.#code << 8) | (this.#bytes[this.#next] ?? 0)) >>> 0
    this.#next += 1
  }
}
