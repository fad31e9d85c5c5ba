// Times products C ← A·B, each checked against double precision first, and beside each the peak loop where there is one.
import { createPeak } from '../peak.js'
import { createRandom, randomFloats } from '../random.js'
import { bestOf } from '../timing.js'

function verify(c, a, b, [m, n, k]) {
  const row = new Float64Array(n)
  for (let i = 0; i < m; ++i) {
    row.fill(0)
    for (let p = 0; p < k; ++p) {
      for (let j = 0; j < n; ++j) row[j] += a[i * k + p] * b[p * n + j]
    }
    for (let j = 0; j < n; ++j) {
      const value = c[i * n + j]
      // Inputs are positive, so that the sum bounds the rounding: k additions of half an ulp each.
      if (!(Math.abs(value - row[j]) <= k * 2 ** -24 * row[j])) {
        throw new Error(`C[${i}][${j}] of ${m} × ${n} × ${k} is ${value}: expected ${row[j]}`)
      }
    }
  }
}

export async function run(load, options, { shapes, seconds, peaks }) {
  const { createProduct } = await load()
  const peak = peaks?.[options.build] && (await createPeak(peaks[options.build], seconds))
  const results = []
  for (const [m, n, k] of shapes) {
    const random = createRandom()
    const a = randomFloats(m * k, random)
    const b = randomFloats(k * n, random)
    const { multiply, read } = await createProduct({ m, n, k, a: a.slice(), b: b.slice() }, options)
    await multiply()
    verify(await read(), a, b, [m, n, k])
    const calls = peak ? [multiply, peak.call] : [multiply]
    const best = await bestOf(calls, seconds)
    results.push({ seconds: best[0], ...(peak && { peak: peak.flops / best[1], peakLoop: peak.name }) })
  }
  return results
}
