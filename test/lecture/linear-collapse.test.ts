// Layers without an activation collapse into one: lecture §1.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createKernels, type F32Buffer, type Kernels } from '../../src/kernels/index.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { largestDifference } from '../support/largest-difference.ts'

/** f(x) = w·x + b with w outputs × inputs, as the lecture writes it. */
interface LinearLayer {
  inputs: number
  outputs: number
  w: F32Buffer
  b: F32Buffer
}

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeAll(async () => {
    kernels = await createKernels({ build })
  })

  function linearLayer(inputs: number, w: ArrayLike<number>, b: ArrayLike<number>): LinearLayer {
    const layer = { inputs, outputs: b.length, w: kernels.f32(w.length), b: kernels.f32(b.length) }
    layer.w.view.set(w)
    layer.b.view.set(b)
    return layer
  }

  /** w·x + b by sgemv. */
  function forward({ inputs, outputs, w, b }: LinearLayer, x: F32Buffer): F32Buffer {
    const y = kernels.f32(outputs)
    y.view.set(b.view)
    kernels.sgemv('N', outputs, inputs, 1, w, inputs, x, 1, 1, y, 1)
    return y
  }

  /** after(before(x)) as one layer: w = w₂·w₁ by sgemm, b = w₂·b₁ + b₂. */
  function collapse(before: LinearLayer, after: LinearLayer): LinearLayer {
    const [m, k, n] = [after.outputs, after.inputs, before.inputs]
    const w = kernels.f32(m * n)
    kernels.sgemm('N', 'N', m, n, k, 1, after.w, k, before.w, n, 0, w, n)
    return { inputs: n, outputs: m, w, b: forward(after, before.b) }
  }

  const point = (x: ArrayLike<number>) => {
    const buffer = kernels.f32(x.length)
    buffer.view.set(x)
    return buffer
  }

  test('worked example: y1 = 2·x1 + 1, y2 = 3·x2 − 1, z = y1 + y2 = 2·x1 + 3·x2', () => {
    const hidden = linearLayer(2, [2, 0, 0, 3], [1, -1])
    const output = linearLayer(2, [1, 1], [0])
    const collapsed = collapse(hidden, output)
    expect([...collapsed.w.view]).toEqual([2, 3])
    expect([...collapsed.b.view]).toEqual([0])
    for (const [x1, x2] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [5, -7],
      [0.25, 8],
    ] as const) {
      const x = point([x1, x2])
      expect([...forward(hidden, x).view]).toEqual([2 * x1 + 1, 3 * x2 - 1])
      expect([...forward(output, forward(hidden, x)).view]).toEqual([2 * x1 + 3 * x2])
      expect([...forward(collapsed, x).view]).toEqual([2 * x1 + 3 * x2])
    }
  })

  test('f_L(…f_1(x)) = w·x + b with w = w_L … w_1 and b = w_L … w_2·b_1 + w_L … w_3·b_2 + … + b_L', () => {
    const widths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 7 })
    fc.assert(
      fc.property(widths, fc.nat(), (sizes, seed) => {
        let stream = 0
        // At most 1 in sum over a row: values stay within 1 from layer to layer but for the biases.
        const layers = sizes.slice(1).map((outputs, i) => {
          const inputs = sizes[i] ?? 1
          const w = uniform(inputs * outputs, -1 / inputs, 1 / inputs, seed, stream++)
          return linearLayer(inputs, w, uniform(outputs, -1, 1, seed, stream++))
        })
        const x = point(uniform(sizes[0] ?? 1, -1, 1, seed, stream))
        const stacked = layers.reduce((value, layer) => forward(layer, value), x)
        const [first, ...rest] = layers
        if (!first) throw new Error('at least one layer')
        const collapsed = rest.reduce(collapse, first)

        // The bias by the lecture's sum: each b_l through the weights, without biases, of all layers behind it.
        const bias = new Float64Array(collapsed.outputs)
        for (const [l, { b }] of layers.entries()) {
          const term = layers.slice(l + 1).reduce((value, layer) => {
            return forward({ ...layer, b: kernels.f32(layer.outputs) }, value)
          }, b)
          for (const [j, value] of term.view.entries()) bias[j] = (bias[j] ?? 0) + value
        }

        expect(largestDifference(forward(collapsed, x).view, stacked.view)).toBeLessThan(1e-5)
        expect(largestDifference(collapsed.b.view, bias)).toBeLessThan(1e-5)
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})
