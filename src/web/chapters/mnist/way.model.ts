// The way of one test image through the network, as its weights are now. No DOM.
import { computed, effect, signal, untracked } from '@preact/signals'
import { testDigits } from '../../digits/digits.ts'
import { PIXELS } from '../../digits/packing.ts'
import { ForwardPass } from './forward-pass.ts'
import { loadedSets } from './image-sets.ts'
import { buildName } from './network.model.ts'
import { followParameters, snapshot } from './parameters.model.ts'

export const [HIDDEN, OUTPUTS] = [512, 10]

/** Contributions to the likeliest digit that are drawn. */
const STRONGEST = 24

/** Which of the test images it is, from 1. */
export const imageNumber = signal(1)

/** The test images inside the page; with all of MNIST, which may be loaded, there are 10,000. */
const FEW = 1000
export const imageCount = computed(() => loadedSets.value?.test.length ?? FEW)

interface TestImage {
  readonly number: number
  /** 784 bytes. */
  readonly pixels: Uint8Array
  readonly label: number
}

const image = signal<TestImage | undefined>(undefined)

interface Contribution {
  readonly unit: number
  /** Activation times weight: what it adds to the sum of the likeliest digit. */
  readonly value: number
}

export interface Way {
  readonly image: TestImage
  readonly hidden: Float32Array
  readonly probabilities: Float32Array
  /** The digit with the largest probability. */
  readonly predicted: number
  /** Hidden units that are above 0. */
  readonly active: number
  readonly strongest: readonly Contribution[]
  /** Weights and biases of each layer. */
  readonly parameters: readonly { readonly weights: number; readonly biases: number }[]
}

export const way = signal<Way | undefined>(undefined)

const pass = signal<ForwardPass | undefined>(undefined)

/** Keeps {@link way} up to date, until what it returns is called. */
export function followWay(): () => void {
  if (!pass.peek()) loadPass().catch(() => {}) // Without kernels nothing trains either, which training tells.
  const stops = [
    followParameters(),
    effect(() => {
      loadedSets.value
      const number = imageNumber.value
      untracked(() => showImage(number))
    }),
    effect(() => {
      const [forward, shown, now] = [pass.value, image.value, snapshot.value]
      if (forward && shown && now) way.value = wayOf(forward, shown, now.parameters)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

async function loadPass(): Promise<void> {
  const { createKernels } = await import('wasmlp/kernels')
  pass.value = new ForwardPass(await createKernels({ build: buildName() }), PIXELS, HIDDEN, OUTPUTS)
}

async function showImage(number: number): Promise<void> {
  try {
    const read = await readImage(number)
    if (read && number === imageNumber.peek()) image.value = read
  } catch {
    // The images cannot be loaded, which training tells; or others are being loaded, and then it is read again.
  }
}

async function readImage(number: number): Promise<TestImage | undefined> {
  const read = loadedSets.peek() ? await readLoaded(number) : await readInPage(number)
  // The address may ask for one that there is not.
  if (!read) imageNumber.value = 1
  return read
}

async function readLoaded(number: number): Promise<TestImage | undefined> {
  const test = loadedSets.peek()?.test
  if (!test || number > test.length) return undefined
  const { inputs, labels } = await test.slice(number - 1, number).read()
  return inputs instanceof Uint8Array ? { number, pixels: inputs, label: labels?.[0] ?? 0 } : undefined
}

async function readInPage(number: number): Promise<TestImage | undefined> {
  const { images, labels } = await testDigits()
  const label = labels[number - 1]
  const pixels = images.subarray((number - 1) * PIXELS, number * PIXELS)
  return label === undefined ? undefined : { number, pixels, label }
}

function wayOf(forward: ForwardPass, shown: TestImage, parameters: ForwardParameters): Way {
  const { hidden, probabilities } = forward.run(shown.pixels, parameters)
  const predicted = probabilities.indexOf(probabilities.reduce((most, value) => Math.max(most, value), 0))
  const { weights = new Float32Array() } = parameters[1] ?? {}
  const strongest = [...hidden]
    .map((activation, unit) => ({ unit, value: activation * (weights[unit * OUTPUTS + predicted] ?? 0) }))
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, STRONGEST)
  return {
    image: shown,
    hidden,
    probabilities,
    predicted,
    active: hidden.reduce((count, activation) => count + (activation > 0 ? 1 : 0), 0),
    strongest,
    parameters: parameters.map(({ weights, bias }) => ({ weights: weights.length, biases: bias.length })),
  }
}

type ForwardParameters = Parameters<ForwardPass['run']>[1]
