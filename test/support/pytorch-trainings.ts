// The trainings of test/fixtures/pytorch-trainings.json: their samples and first parameters, by the formulas of the script
// beside it, and their layers, options and losses.
import {
  activation,
  batchNormalization,
  type CompileOptions,
  dense,
  dropout,
  flatten,
  type Layer,
  type LayerParameters,
  layerNormalization,
  normalization,
  prelu,
} from '../../src/index.ts'
import trace from '../fixtures/pytorch-trainings.json'

/** A case as it stands in the file. */
interface Case {
  inputs: 'floats' | 'bytes'
  truth: 'labels' | 'binaryLabels' | 'softLabels' | 'fractions' | 'signs' | 'targets'
  weighted?: boolean
  layers: LayerOfFile[]
  compile: CompileOptions
  fit?: { accumulate: number }
  validates?: boolean
  losses: string
  lossesFloat64: number[]
  evaluation: number
}

type LayerOfFile =
  | ({ kind: 'dense'; units: number } & Parameters<typeof dense>[1])
  | { kind: 'activation'; activation: Parameters<typeof activation>[0] }
  | { kind: 'flatten' }
  | { kind: 'dropout'; rate: number }
  | ({ kind: 'prelu' } & Parameters<typeof prelu>[0])
  | ({ kind: 'batchNormalization' } & Parameters<typeof batchNormalization>[0])
  | ({ kind: 'layerNormalization' } & Parameters<typeof layerNormalization>[0])
  | ({ kind: 'normalization' } & Parameters<typeof normalization>[0])

/** A training and what PyTorch made of it. */
export interface Training {
  title: string
  samples: Samples
  layers: Layer[]
  compile: CompileOptions
  accumulate: number
  /** Whether the samples are evaluated after each epoch. */
  validates: boolean
  losses: Float32Array
  /** Every tenth loss. */
  lossesFloat64: number[]
  evaluation: number
}

/** What `dataset` takes, with one of labels and targets. */
export interface Samples {
  inputs: Float32Array | Uint8Array
  inputSize: number
  labels?: Int32Array
  targets?: Float32Array
  targetSize?: number
  sampleWeights?: Float32Array
}

export const { samples: SAMPLES, inputSize: INPUT_SIZE, batchSize: BATCH_SIZE, epochs: EPOCHS } = trace
const CLASSES = 5

/** n whole numbers 0–1023: the upper bits of a linear congruential generator. */
function draws(n: number, seed: number): number[] {
  let state = Math.imul(seed, 2654435761)
  return Array.from({ length: n }, () => {
    state = (Math.imul(1664525, state) + 1013904223) | 0
    return state >>> 22
  })
}

/** Multiples of 1/512 in [−1, 1). */
const noise = (n: number, seed: number) => draws(n, seed).map(k => k / 512 - 1)

const LABELS = draws(SAMPLES, 2).map(k => k % CLASSES)

/** Whether an input, by its index among all, is one that tells its sample's class. */
const isMark = (i: number) => (i % INPUT_SIZE) % CLASSES === LABELS[Math.floor(i / INPUT_SIZE)]

const FLOATS = Float32Array.from(noise(SAMPLES * INPUT_SIZE, 1), (x, i) => x / 2 + (isMark(i) ? 0.5 : 0))

const BYTES = Uint8Array.from(draws(SAMPLES * INPUT_SIZE, 3), (k, i) => {
  if (isMark(i)) return k >= 256 ? 64 + Math.floor(k / 8) : 0
  return k < 128 ? k : 0
})

function truthOf(truth: Case['truth']): Pick<Samples, 'labels' | 'targets' | 'targetSize'> {
  if (truth === 'labels') return { labels: Int32Array.from(LABELS) }
  if (truth === 'binaryLabels') return { labels: Int32Array.from(LABELS, label => (label >= 3 ? 1 : 0)) }
  const scatter = noise(SAMPLES * CLASSES, 4)
  const byPlace = (target: (fraction: number, isClass: boolean, scatter: number) => number) =>
    scatter.map((x, i) => {
      const label = LABELS[Math.floor(i / CLASSES)] ?? Number.NaN
      const j = i % CLASSES
      return target(((label * (j + 2)) % CLASSES) / 4, j === label, x)
    })
  const targets = {
    softLabels: () => byPlace((_, isClass) => (isClass ? 12 : 1) / 16),
    fractions: () => byPlace(fraction => fraction),
    signs: () => byPlace(fraction => (fraction >= 0.5 ? 1 : -1)),
    targets: () => byPlace((fraction, _, x) => fraction * 2 - 1 + x / 4),
  }[truth]()
  return { targets: Float32Array.from(targets), targetSize: CLASSES }
}

function layerOf(layer: LayerOfFile): Layer {
  switch (layer.kind) {
    case 'dense': {
      const { kind, units, ...options } = layer
      return dense(units, options)
    }
    case 'activation':
      return activation(layer.activation)
    case 'flatten':
      return flatten()
    case 'dropout':
      return dropout(layer.rate)
    case 'prelu':
      return prelu(withoutKind(layer))
    case 'batchNormalization':
      return batchNormalization(withoutKind(layer))
    case 'layerNormalization':
      return layerNormalization(withoutKind(layer))
    case 'normalization':
      return normalization(withoutKind(layer))
  }
}

const withoutKind = <T extends { kind: string }>({ kind, ...options }: T) => options

/** The first parameters: W ± 0.5, γ 1 ± 0.25, PReLU's slopes 0.25 ± 0.125; b and β ± 0.125. The sizes are given. */
export function fillParameters(layers: readonly Layer[], parameters: readonly LayerParameters[]): void {
  for (const [index, { weights, bias }] of parameters.entries()) {
    const kind = layers[index]?.kind
    const [scale, offset] = kind === 'dense' ? [0.5, 0] : kind === 'prelu' ? [0.125, 0.25] : [0.25, 1]
    weights.set(noise(weights.length, 10 + 2 * index).map(x => x * scale + offset))
    bias.set(noise(bias.length, 11 + 2 * index).map(x => x / 8))
  }
}

/** The float32 numbers whose bytes stand in base64. */
function floatsOf(base64: string): Float32Array {
  const view = new DataView(Uint8Array.from(atob(base64), byte => byte.charCodeAt(0)).buffer)
  return Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true))
}

/** What tells a case from all others. */
function titleOf({ inputs, truth, weighted, layers, compile, fit, validates }: Case): string {
  const names = layers.map(({ kind, ...options }) => `${kind} ${JSON.stringify(options)}`.slice(0, 80))
  const extras = { ...compile, ...fit, ...(weighted && { weighted }), ...(validates && { validates }) }
  return `${inputs} to ${truth}: ${names.join(', ')}: ${JSON.stringify(extras)}`
}

export const trainings: Training[] = (trace.cases as unknown as Case[]).map(example => ({
  title: titleOf(example),
  samples: {
    inputs: example.inputs === 'floats' ? FLOATS : BYTES,
    inputSize: INPUT_SIZE,
    ...truthOf(example.truth),
    ...(example.weighted && { sampleWeights: Float32Array.from(LABELS, (_, i) => (i % 4) / 2) }),
  },
  layers: example.layers.map(layerOf),
  compile: example.compile,
  accumulate: example.fit?.accumulate ?? 1,
  validates: example.validates ?? false,
  losses: floatsOf(example.losses),
  lossesFloat64: example.lossesFloat64,
  evaluation: example.evaluation,
}))
