// Loss and gradients of a whole network by the kernels, and the same network as the f64 twin has it.
import type { Samples } from '../../src/data/samples.ts'
import { isSoftmax } from '../../src/kernels/activations.ts'
import { type Layer, outputOf } from '../../src/layers/layers.ts'
import { scalingOf } from '../../src/layers/normalization.ts'
import { type LayerShape, shapesOf } from '../../src/layers/shapes.ts'
import type { LayerParameters } from '../../src/layers/spec.ts'
import { resolveLoss, takesLogits } from '../../src/losses/loss-options.ts'
import type { LossName } from '../../src/losses/loss-table.ts'
import { createLoss } from '../../src/losses/plain-loss.ts'
import { BackwardPass } from '../../src/network/backward.ts'
import type { PlanSparseDense } from '../../src/network/context.ts'
import { ForwardPass } from '../../src/network/forward.ts'
import { dropoutFactors } from '../../src/reference/dropout.ts'
import type { ReferenceLayer } from '../../src/reference/network.ts'
import { computeShare, type Executor, type KernelExports } from '../../src/wasm/calls.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { contextOf } from './full-runtime.ts'

/** Of the weights and of what is dropped, in step 0. */
const SEED = 5

/** Numbers that look random, the same in every run. */
export const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) * 0.8)

/** Computes the shares of so many threads in one, the last thread's first: no share may need another's. */
function inTurns(kernels: KernelExports, threads: number): Executor {
  return {
    threads,
    run(calls) {
      for (const call of calls) {
        for (let thread = threads - 1; thread >= 0; --thread) computeShare(kernels, call, thread, threads)
      }
      return undefined
    },
  }
}

/** Loss and gradients of one batch that holds all rows, by the kernels. */
export async function kernelGradients(
  runtime: Runtime,
  threads: number,
  samples: Samples,
  layers: readonly Layer[],
  lossName: LossName,
  planSparseDense?: PlanSparseDense,
) {
  const rows = samples.info.samples
  const executor = inTurns(runtime.kernels, threads)
  const spec = { inputSize: samples.info.inputSize, layers, seed: SEED }
  const context = { ...contextOf(runtime, spec, executor), planSparseDense }
  const { arena, network } = context
  for (const [i, { layer, weights, bias }] of network.layers.entries()) {
    bias.view.set(noise(bias.length, 20 + i))
    if (layer.kind !== 'dense' && layer.kind !== 'prelu') {
      weights.view.set(noise(weights.length, 30 + i).map(value => 1 + value / 2))
    }
  }
  const random = { seed: SEED, step: arena.i32(1) }
  const resolved = resolveLoss(lossName, [outputOf(layers)])
  const forward = new ForwardPass(context, samples, {
    capacity: rows,
    logits: takesLogits(resolved),
    random,
    augmentation: undefined,
  })
  const backward = new BackwardPass(forward)
  const loss = createLoss(resolved, samples, { ...context, outputs: network.outputSize, capacity: rows })
  const gradients = network.layout.allocate(arena)
  gradients.vector.view.fill(Number.NaN)
  const { input, output } = forward
  const batch = await input.load(
    executor,
    Int32Array.from({ length: rows }, (_, i) => i),
  )
  executor.run([
    ...forward.calls(batch),
    loss.call(rows, input.indices, output, backward.outputGradient),
    ...backward.calls(batch, 1, 0, gradients),
  ])
  const result = {
    value: loss.mean(rows),
    correct: loss.correct(rows),
    parameters: network.read(),
    gradients: gradients.layers.map(({ weights, bias }) => [...weights.view, ...bias.view]),
  }
  arena.free()
  return result
}

/** The network of {@link kernelGradients} in f64, as it trains: what is dropped is that of the seed's first step. */
export function twinOf(
  layers: readonly Layer[],
  parameters: readonly LayerParameters[],
  inputSize: number,
  rows: number,
): ReferenceLayer[] {
  return shapesOf(inputSize, layers).map(shape => twinLayer(shape, parameters[shape.index], inputSize, rows))
}

function twinLayer(
  { layer, index, inputs, units }: LayerShape,
  { weights = new Float32Array(), bias = new Float32Array() }: Partial<LayerParameters> = {},
  inputSize: number,
  rows: number,
): ReferenceLayer {
  const base = { units, weights: Float64Array.from(weights), bias: Float64Array.from(bias) }
  switch (layer.kind) {
    case 'dense':
      return { ...base, inputs, activation: layer.activation, slope: layer.slope }
    case 'activation':
      if (isSoftmax(layer.activation)) throw new Error('a softmax has no twin in a layer of its own')
      return { ...base, kind: 'activation', activation: layer.activation, slope: layer.slope }
    case 'prelu':
      return { ...base, kind: 'prelu' }
    case 'dropout': {
      const factors = dropoutFactors(rows * units, Math.fround(layer.rate), SEED, index, 0)
      return { ...base, kind: 'dropout', factors }
    }
    case 'batchNormalization':
      return { ...base, kind: 'batchNormalization', epsilon: layer.epsilon, running: undefined }
    case 'layerNormalization':
      return { ...base, kind: 'layerNormalization', epsilon: layer.epsilon }
    case 'normalization':
      return { ...base, kind: 'normalization', scaling: scalingOf(layer, inputSize) }
    case 'flatten':
      return { ...base, kind: 'dropout', factors: undefined }
  }
}
