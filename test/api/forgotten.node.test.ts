// Models that are made, used once and forgotten in a loop, without a word to the garbage collector: the loop goes on when
// linear memory, which that does not see, is full.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** 6.4 MB of weights and 125 MB of samples: 4 GiB, which a memory has at most, are full with 33 of each. */
const UNITS = 2048
const SAMPLES = 40_000
const COUNT = 45

test.each(['here', 'worker'])(
  'models that are forgotten: %s',
  place => {
    const script = join(import.meta.dirname, 'forgotten.js')
    const output = execFileSync(process.execPath, [script, ...[COUNT, UNITS, SAMPLES].map(String), place], {
      encoding: 'utf8',
    })
    const { made } = JSON.parse(output)
    expect(made).toBe(COUNT)
  },
  300_000,
)
