// The kinds of layers: what a network must know about each, except what computes it (network/stages/) and what checks
// it (rules.ts). The compiler keeps the table complete.
import type { Layer } from './layers.ts'

/** How many values of a sample a layer gives, and how many it learns. */
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
  /** The sizes that differ from a layer without parameters, which gives as many values as it takes. */
  readonly sizes?: (layer: Of, inputs: number) => Partial<LayerSizes>
  /** Whether its stage, or its effect on the first stage, is loaded on demand. */
  readonly isExtra?: true
  /** Whether it does nothing in prediction; nor in training, unless it is an extra. */
  readonly isIdle?: true
  /** Whether it keeps or normalises the sign of its inputs. Initial weights then depend on the layer after it. */
  readonly isPassing?: true
  /**
   * Whether its weights and bias have an element or a column for each unit, so that they can absorb a scaling after it.
   */
  readonly absorbsScaling?: true
  /** The number of PyTorch modules that it is in nn.Sequential; one unless given. */
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
  // PyTorch has no module for scaled inputs.
  normalization: { isExtra: true, modules: 0 },
  flatten: { isIdle: true, isPassing: true },
}

/** A layer's row in the table. */
export const layerRow = (layer: Layer): LayerKind<never> => LAYER_KINDS[layer.kind]
