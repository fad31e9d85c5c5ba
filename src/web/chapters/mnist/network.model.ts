// The network of this chapter: every exhibit looks at the same one. No DOM.
import { signal } from '@preact/signals'
import { type BuildName, capabilities, dense, type Sequential, sequential } from 'wasmlp'

/** The kernels: `auto` takes the fastest, `simd` those that give the same bits everywhere. */
export const buildChoice = signal<'auto' | BuildName>('auto')
export const seed = signal(1)

/** The one that is being trained, or was trained last; undefined until there is one. */
export const network = signal<Sequential | undefined>(undefined)

/** Counts the changes of its weights, each batch of a training among them. What shows weights or predictions reads it. */
export const weightsVersion = signal(0)

export const buildName = (): BuildName => capabilities({ build: buildChoice.peek() }).build

const seeds = new WeakMap<Sequential, number>()

/** A new one with the seed's weights: 784 → 512 relu → 10 softmax, learning rate 0.5. Whoever makes it disposes it. */
export async function buildNetwork(ofSeed = seed.peek()): Promise<Sequential> {
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: 784, seed: ofSeed, build: buildName() })
  seeds.set(model, ofSeed)
  return model.compile({ learningRate: 0.5 })
}

/** The seed of which a network was built. */
export const seedOf = (model: Sequential): number => seeds.get(model) ?? seed.peek()

/**
 * Puts a network in the place of the one that all exhibits look at, which is disposed. What still waits for that one gets
 * a `DisposedError`.
 */
export function showNetwork(model: Sequential): void {
  const before = network.peek()
  network.value = model
  weightsVersion.value++
  if (before !== model) before?.dispose()
}

/** Says that the network's weights are others now. */
export function weightsChanged(): void {
  weightsVersion.value++
}
