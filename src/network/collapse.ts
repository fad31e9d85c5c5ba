// Layers without an activation between them are one layer: lecture, section 1.
import { layerRow } from '../layers/layer-kinds.ts'
import type { Layer } from '../layers/layers.ts'
import type { LayerParameters } from '../layers/spec.ts'
import { Arena } from '../wasm/arena.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Network } from './network.ts'
import type { NetworkLayer } from './parameters.ts'

/** A network whose linear layers are folded, as plain data, and inputs to test it with. */
export interface CollapsedNetwork {
  readonly layers: Layer[]
  readonly parameters: LayerParameters[]
  /** {@link PROBES} samples between −1 and 1. */
  readonly probe: Float32Array
}

/** Samples to test a collapsed network with. */
const PROBES = 100

/** A dense layer, or several folded into one: its parameters in linear memory. */
interface Folded {
  readonly layer: NetworkLayer
  readonly weights: F32Buffer
  readonly bias: F32Buffer
}

/** Folds each dense layer without an activation into the next dense layer: h(x·(W₁·W₂) + b₁·W₂ + b₂). */
export function collapseNetwork(runtime: Runtime, network: Network): CollapsedNetwork {
  const arena = new Arena(runtime.memory)
  try {
    network.updateFirstWeights()
    const folded: Folded[] = []
    for (const layer of network.layers) {
      const below = folded.findLast(({ layer }) => !layerRow(layer.layer).isIdle)
      if (below && isLinear(below.layer) && layer.layer.kind === 'dense') {
        // The layers between them go too.
        folded.splice(folded.indexOf(below))
        folded.push(fold(runtime, arena, below, layer))
      } else {
        folded.push({ layer, weights: layer.weights, bias: layer.bias })
      }
    }
    const probe = arena.f32(PROBES * network.inputSize)
    runtime.kernels.randomUniform(probe.pointer, probe.length, -1, 1, 0, 0)
    const copies = network.read()
    return {
      layers: folded.map(({ layer }) => layer.layer),
      parameters: folded.map(({ layer, weights, bias }) => ({
        ...copies[layer.index],
        weights: weights.view.slice(),
        bias: bias.view.slice(),
      })),
      probe: probe.view.slice(),
    }
  } finally {
    arena.free()
  }
}

function isLinear({ layer }: NetworkLayer): boolean {
  return layer.kind === 'dense' && layer.activation === 'identity'
}

function fold({ kernels }: Runtime, arena: Arena, first: Folded, second: NetworkLayer): Folded {
  const inner = second.inputs
  const outer = second.units
  const inputs = first.weights.length / inner
  const weights = arena.f32(inputs * outer)
  const bias = arena.f32(outer)
  bias.view.set(second.bias.view)
  const workspace = arena.scratch(kernels.sgemmWorkspace(inputs, outer, inner))
  const multiply = (rows: number, left: F32Buffer, beta: 0 | 1, result: F32Buffer) => {
    const [a, b, c] = [left.pointer, second.weights.pointer, result.pointer]
    kernels.sgemm(0, 0, rows, outer, inner, 1, a, inner, b, outer, beta, c, outer, workspace.pointer)
  }
  multiply(inputs, first.weights, 0, weights)
  multiply(1, first.bias, 1, bias)
  return { layer: second, weights, bias }
}
