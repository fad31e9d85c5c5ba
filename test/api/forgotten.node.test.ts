// Models that are made, used once and forgotten in a loop, without a word to the garbage collector: the loop goes on when
// linear memory, which that does not see, is full.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Of 77 MB each: 4 GiB, which a memory has at most, are full with 54 of them. */
const UNITS = 24_000
const COUNT = 120

test.each(['here', 'worker'])(
  'models that are forgotten: %s',
  place => {
    const script = join(import.meta.dirname, 'forgotten.js')
    const output = execFileSync(process.execPath, [script, String(COUNT), String(UNITS), place], {
      encoding: 'utf8',
    })
    const { made, total } = JSON.parse(output)
    expect(made).toBe(COUNT)
    expect(total).toBeLessThan(2 ** 32)
  },
  180_000,
)
