// Products of matrices: GFLOP/s of one thread, beside the peak loop.
import { compilePeaks } from '../peak.js'
import { choose, runRounds } from '../rounds.js'
import { formatSpread } from '../statistics.js'

/** m, n, k: a square, the lecture's network's products, and small ones. */
const SHAPES = [
  [512, 512, 512],
  [100, 512, 784],
  [100, 784, 512],
  [784, 512, 100],
  [100, 10, 512],
  [512, 10, 100],
  [100, 512, 10],
  [32, 32, 32],
]

export const sgemm = {
  title: 'sgemm',
  text:
    'C ← A·B in single precision, A m × k, B k × n (written m × k × n), one thread; every product is checked against double precision. The peak ' +
    'is a loop of multiplications and additions (simd) or `relaxed_madd` (relaxed) in registers alone, in turn with ' +
    'the product. Every library multiplies through its API: onnxruntime-web copies its operands in and out.',
  async run(context) {
    const ids = ['wasmlp', 'jax-js', 'onnxruntime-web', 'tfjs-wasm', 'numpy']
    const seconds = context.quick ? 0.1 : 0.4
    const peaks = await compilePeaks(context.directory)
    const results = runRounds(context, choose(context, ids), 'sgemm', { shapes: SHAPES, seconds, peaks })
    return SHAPES.flatMap(([m, n, k], shape) => {
      const gflops = (2 * m * n * k) / 1e9
      const name = `${m} × ${k} × ${n}`
      return results.flatMap(([library, rounds]) => {
        const values = rounds.map(result => gflops / result[shape].seconds)
        const row = { case: name, library: library.name, unit: 'GFLOP/s', values }
        if (rounds[0][shape].peak === undefined) return [row]
        const peak = rounds.map(result => result[shape].peak / 1e9)
        const note = `${formatSpread(values.map((value, i) => (100 * value) / peak[i]))} % of its peak`
        const peakName = `peak loop, ${library.options.build}`
        return [
          { ...row, note },
          {
            case: name,
            library: peakName,
            unit: 'GFLOP/s',
            values: peak,
            note: rounds[0][shape].peakLoop,
            reference: true,
          },
        ]
      })
    })
  },
}
