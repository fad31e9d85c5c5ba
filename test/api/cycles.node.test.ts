// A thousand models, each created, trained and disposed of: linear memory, the process's memory, workers and handles are
// what they were.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Bytes by which a process may grow that does the same all the time: the collector's leeway. The models would take 370 MB. */
const LEEWAY = 100e6

test.each(['here', 'worker'])(
  '1,000 cycles of create, train, dispose: %s',
  place => {
    const script = join(import.meta.dirname, 'cycles.js')
    const output = execFileSync(process.execPath, ['--expose-gc', script, '2000', place], {
      encoding: 'utf8',
    })
    const { before, after } = JSON.parse(output)
    expect(after.inUse).toBe(before.inUse)
    expect(after.total).toBe(before.total)
    expect(after.handles).toBeLessThanOrEqual(before.handles)
    expect(after.rss).toBeLessThan(before.rss + LEEWAY)
  },
  180_000,
)
