// The kinds of layers: what a network must know of each, but for what computes it (network/stages/) and what checks it
// (rules.ts). The compiler keeps the table complete.
import type { Layer } from './layers.ts'

/** How many values of a sample come out of a layer, and how many it learns. */
export interface LayerSizes {
  readonly units: number
  /** Elements of `weights`, and whether they are a matrix, which weight penalties are for. */
  readonly weightCount: number
  readonly isMatrix: boolean
  /** Elements of `bias`. */
  readonly biasCount: number
  /** Elements of each of its running statistics. */
  readonly statisticsCount: number
}

interface LayerKind<Of extends Layer> {
  /** Those of its sizes that are not those of a layer without parameters: as many values out as in. */
  readonly sizes?: (layer: Of, inputs: number) => Partial<LayerSizes>
  /** Whether its stage, or what the first stage does for it, is not in every network's way. */
  readonly isExtra?: true
  /** Whether it does nothing when a network predicts; nor in training, unless it is an extra. */
  readonly isIdle?: true
  /** Whether it leaves the sign of what it takes as it is, or normalises it: initial weights look at what stands behind it. */
  readonly isPassing?: true
  /** Whether its weights and bias have an element, or a column, for each unit, so that a scaling behind it can be part of them. */
  readonly absorbsScaling?: true
  /** How many modules of PyTorch's nn.Sequential it is; one unless given. */
  readonly modules?: 0
}

/** All kinds of layers. */
const LAYER_KINDS: { readonly [Kind in Layer['kind']]: LayerKind<Extract<Layer, { kind: Kind }>> } = {
  dense: {
    sizes: ({ units }, inputs) => ({ units, weightCount: inputs * units, isMatrix: true, biasCount: units }),
    absorbsScaling: true,
  },
  activation: {},
  prelu: { sizes: ({ shared }, inputs) => ({ weightCount: shared ? 1 : inputs }), isExtra: true },
  dropout: { isExtra: true, isIdle: true, isPassing: true },
  batchNormalization: {
    sizes: (_, inputs) => ({ weightCount: inputs, biasCount: inputs, statisticsCount: inputs }),
    isExtra: true,
    isPassing: true,
    absorbsScaling: true,
  },
  layerNormalization: {
    sizes: (_, inputs) => ({ weightCount: inputs, biasCount: inputs }),
    isExtra: true,
    isPassing: true,
    absorbsScaling: true,
  },
  // PyTorch has no module for inputs that are scaled.
  normalization: { isExtra: true, modules: 0 },
  flatten: { isIdle: true, isPassing: true },
}

/** What the table says of a layer. */
export const layerRow = (layer: Layer): LayerKind<never> => LAYER_KINDS[layer.kind]
