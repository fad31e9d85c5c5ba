// A process that ends, hangs or stops is noticed, and its input told.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FormatError } from '../../src/errors.ts'
import { fuzz } from './driver.ts'
import { faultOf } from './verdict.ts'

/** Fuzzes with a process that writes its number, and then does as it likes. */
async function fuzzWith(behaviour: string) {
  const folder = mkdtempSync(join(tmpdir(), 'wasmlp-driver-'))
  const script = join(folder, 'child.cjs')
  const write = `fs.writeFileSync(task.progress, new Uint8Array(BigInt64Array.of(BigInt(task.from)).buffer))`
  writeFileSync(
    script,
    `const fs = require('node:fs')\nprocess.once('message', task => { ${write}; ${behaviour} })`,
  )
  const seeds = join(import.meta.dirname, 'seeds')
  return fuzz('npy', { script, seeds, seed: 1, from: 7, count: 1, seconds: 1e9 })
}

test.each([
  ['an end without a word', 'process.exit(0)', /ended with code 0/],
  ['an abort', 'process.abort()', /ended by SIGABRT/],
  ['a promise that never settles', 'process.disconnect()', /ended with code 0/],
  ['a loop without end', 'for (;;);', /went on for more than 3 s/],
])('%s', async (_, behaviour, description) => {
  const { inputs, faults } = await fuzzWith(behaviour)
  expect(inputs).toBe(1)
  expect(faults).toMatchObject([
    { parser: 'npy', number: 7, description: expect.stringMatching(description) },
  ])
})

test('a process that is done has no faults', async () => {
  const report = `{ kind: 'done', next: task.to, seconds: 0, outcomes: { accepted: 1 } }`
  const { inputs, faults, outcomes } = await fuzzWith(`process.send(${report}, () => process.exit())`)
  expect({ inputs, faults, outcomes }).toEqual({ inputs: 1, faults: [], outcomes: { accepted: 1 } })
})

test('errors of ours are no faults, unless a terminal cannot show them', () => {
  expect(faultOf(new FormatError('layer 1 has no units'))).toBeUndefined()
  expect(faultOf(new RangeError('Invalid array length'))?.description).toMatch(
    /^RangeError: Invalid array length\n/,
  )
  // Errors of ours see to both when they are made.
  const saying = (message: string) => faultOf(Object.assign(new FormatError('x'), { message }))?.description
  expect(saying('x\x9b31m')).toMatch(/control/)
  expect(saying('x'.repeat(2001))).toMatch(/^a message of 2001 characters/)
  expect(faultOf('text')?.description).toBe('it threw text')
})
