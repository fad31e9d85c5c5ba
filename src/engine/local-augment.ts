// Distorted copies of samples, in the local engine.
import * as platform from '#platform'
import { ArgumentError } from '../errors.ts'
import type { Augmentation } from '../network/augmentation.ts'
import { Augmenter } from '../network/augmenter.ts'
import { Arena } from '../wasm/arena.ts'
import { call, runAlone } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { EngineRows } from './engine.ts'
import { hold, LocalSamples } from './local-samples.ts'

/** Images to distort before yielding to the event loop. Each such batch is a separate step. */
const BATCH = 1000

/** New samples: the given ones distorted, with the same labels or targets. */
export async function augmentRows(
  runtime: Runtime,
  { samples: given, indices }: EngineRows,
  augmentation: Augmentation,
  seed: number,
): Promise<LocalSamples> {
  const samples = indices.length
  if (samples === 0) throw new ArgumentError('this data set has no samples: expected at least one')
  await runtime.loadExtras()
  const held = await hold(runtime, given)
  const { inputSize, targetSize = 0 } = held.info
  const plan = new Arena(runtime.memory)
  const arena = new Arena(runtime.memory)
  try {
    const capacity = Math.min(BATCH, samples)
    const random = { seed, step: plan.i32(1) }
    const executor = runAlone(runtime.kernels)
    const augmenter = new Augmenter(held, augmentation, { runtime, executor, arena: plan, capacity, random })
    const rows = plan.i32(samples)
    rows.view.set(indices)
    const result = {
      info: { ...held.info, samples },
      inputs: arena.u8(samples * inputSize),
      labels: held.labels && arena.i32(samples),
      targets: held.targets && arena.f32(samples * targetSize),
      sampleWeights: held.sampleWeights && arena.f32(samples),
    }
    const { labels, targets, sampleWeights } = held
    for (const [from, to, size] of [
      [labels, result.labels, 1],
      [targets, result.targets, targetSize],
      [sampleWeights, result.sampleWeights, 1],
    ] as const) {
      if (from && to) {
        executor.run([call('gatherRows', from.pointer, rows.pointer, to.pointer, samples, size * 4)])
      }
    }
    for (let begin = 0; begin < samples; begin += BATCH) {
      if (begin > 0) await platform.yieldToEventLoop()
      const count = Math.min(BATCH, samples - begin)
      random.step.view[0] = begin / BATCH
      executor.run(augmenter.calls(count, rows.subarray(begin, begin + count)))
      result.inputs.view.set(augmenter.images.view.subarray(0, count * inputSize), begin * inputSize)
    }
    return new LocalSamples(runtime, arena, result)
  } catch (error) {
    arena.free()
    throw error
  } finally {
    plan.free()
    held.release()
  }
}
